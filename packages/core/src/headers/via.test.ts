import { describe, expect, it } from "vitest";
import { parseTopVia, parseVia } from "./parse-via.js";
import { Via } from "./via.js";

describe("RFC 3261 §20.42 Via", () => {
  describe("read", () => {
    it("tells its parts", () => {
      const via = parseVia(
        "SIP/2.0/UDP erlang.bell-telephone.com:5060;branch=z9hG4bK87asdks7;rport;ttl=16;maddr=224.2.0.1",
      );
      expect(via).toMatchObject({
        protocol: "SIP/2.0",
        transport: "UDP",
        host: "erlang.bell-telephone.com",
        port: 5060,
      });
      expect([via.branch, via.rport, via.ttl, via.maddr, via.received]).toEqual([
        "z9hG4bK87asdks7",
        true,
        16,
        "224.2.0.1",
        undefined,
      ]);
      expect(via.sentBy).toBe("erlang.bell-telephone.com:5060");
    });

    it("takes white space around every separator", () => {
      const via = parseVia(" SIP  / 2.0  / TCP     spindle.example.com \t : 5070  ;\r\n  branch  =   z9hG4bK9ikj8  ");
      expect(via).toMatchObject({ transport: "TCP", host: "spindle.example.com", port: 5070, branch: "z9hG4bK9ikj8" });
    });

    it.each([
      ["received=[2001:db8::9:255]", "2001:db8::9:255"],
      ["received=2001:db8::9:255", "2001:db8::9:255"],
      ["received=192.0.2.207", "192.0.2.207"],
    ])("takes %s (RFC 5118 §4.5)", (parameter, received) => {
      const text = `SIP/2.0/UDP [2001:db8::9:1]:5060;${parameter};branch=z9hG4bKas3-111`;
      const via = parseVia(text);
      expect([via.host, via.received, via.branch]).toEqual(["2001:db8::9:1", received, "z9hG4bKas3-111"]);
      expect(String(via)).toBe(text);
    });

    it("tells rport with, without and with empty value", () => {
      expect(parseVia("SIP/2.0/UDP h;rport=9988").rport).toBe(9988);
      expect(parseVia("SIP/2.0/UDP h;rport=").rport).toBe(true);
      expect(parseVia("SIP/2.0/UDP h;RPORT").rport).toBe(true);
      expect(parseVia("SIP/2.0/UDP h").rport).toBeUndefined();
    });

    it("does not undo escapes in a branch and keeps its case", () => {
      expect(parseVia("SIP/2.0/TCP h;branch=z9hG4bK-.!%66*_+`'~").branch).toBe("z9hG4bK-.!%66*_+`'~");
    });

    it("takes any transport token and protocol", () => {
      expect(parseVia("SIP/2.0/UNKNOWN t4.example.com").transport).toBe("UNKNOWN");
      expect(parseVia("X/9/Y h").protocol).toBe("X/9");
    });

    it("takes overload control and keep-alive parameters", () => {
      const via = parseVia('SIP/2.0/TLS h;branch=z9hG4bK1;oc;oc-algo="loss,A";keep;alias');
      expect(via.parameters.get("oc-algo")).toBe("loss,A");
      expect(via.parameters.has("keep")).toBe(true);
    });

    it("tells where a fault stands", () => {
      expect(() => parseVia("SIP/2.0/UDP h;;x")).toThrow("Via: expected a parameter name at offset 14");
    });
  });

  describe("the first value of a joined field", () => {
    it("ends at the comma", () => {
      const text = ' SIP/2.0/UDP a;oc-algo="x,y" , SIP/2.0/TCP b;;broken';
      const { via, end } = parseTopVia(text);
      expect([via.host, text.slice(end)]).toEqual(["a", ", SIP/2.0/TCP b;;broken"]);
      expect(String(via)).toBe('SIP/2.0/UDP a;oc-algo="x,y"');
    });

    it("ends at the end of the text", () => {
      expect(parseTopVia("SIP/2.0/UDP a ").end).toBe(14);
    });

    it("has nothing else behind it", () => {
      expect(() => parseTopVia("SIP/2.0/UDP a b")).toThrow(`expected "," or the end at offset 14`);
    });
  });

  describe("built", () => {
    it("writes the parts in order", () => {
      const via = Via.create({
        transport: "TLS",
        host: "[2001:db8::1]",
        port: 5061,
        branch: "z9hG4bKx",
        rport: true,
        received: "[2001:db8::2]",
        maddr: "2001:db8::3",
        ttl: 1,
        parameters: { keep: true },
      });
      expect(String(via)).toBe(
        "SIP/2.0/TLS [2001:db8::1]:5061;keep;branch=z9hG4bKx;rport;received=2001:db8::2;maddr=[2001:db8::3];ttl=1",
      );
      expect(parseVia(String(via)).received).toBe("2001:db8::2");
    });

    it.each([
      { transport: "UDP", host: "a b" },
      { transport: "U P", host: "h" },
      { transport: "UDP", host: "h", port: 65_536 },
      { transport: "UDP", host: "h", rport: -1 },
      { transport: "UDP", host: "h", ttl: 256 },
      { transport: "UDP", host: "h", branch: "a b" },
      { transport: "UDP", host: "h", branch: "a\r\nEvil: x" },
      { transport: "UDP", host: "h", received: "a;b" },
      { transport: "UDP", host: "h", protocol: "SIP" },
    ])("refuses %j", (parts) => expect(() => Via.create(parts)).toThrow("Malformed header field"));
  });

  describe("changed", () => {
    const via = parseVia('SIP/2.0/UDP h:5070;x="a b";rport;branch=z9hG4bKy');

    it("keeps the rest as written", () => {
      expect(String(via.with({ received: "192.0.2.1", rport: 4711 }))).toBe(
        'SIP/2.0/UDP h:5070;x="a b";rport=4711;branch=z9hG4bKy;received=192.0.2.1',
      );
      expect(String(via.with({ transport: "TCP", port: undefined, rport: undefined }))).toBe(
        'SIP/2.0/TCP h;x="a b";branch=z9hG4bKy',
      );
    });

    it("leaves the value itself alone", () => {
      via.with({ branch: "other" });
      expect([via.branch, String(via)]).toEqual(["z9hG4bKy", 'SIP/2.0/UDP h:5070;x="a b";rport;branch=z9hG4bKy']);
    });
  });
});
