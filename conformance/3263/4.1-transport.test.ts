import { describe, expect, it } from "vitest";
import { LocationLab } from "./location-lab.js";

const hosts = `
  server1.example.com. A 192.0.2.1
  server2.example.com. A 192.0.2.2
  example.com.         A 192.0.2.99
`;

/** The records of the example in RFC 3263 §4.1, and servers behind them. */
const example = `
  example.com. NAPTR 50 50 "s" "SIPS+D2T" "" _sips._tcp.example.com.
  example.com. NAPTR 90 50 "s" "SIP+D2T" "" _sip._tcp.example.com.
  example.com. NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp.example.com.
  _sips._tcp.example.com. SRV 0 1 5061 server1.example.com.
  _sip._tcp.example.com. SRV 0 1 5060 server1.example.com.
  _sip._tcp.example.com. SRV 0 2 5060 server2.example.com.
  _sip._udp.example.com. SRV 0 1 5060 server1.example.com.
  ${hosts}
`;

describe("RFC 3263 §4.1 selecting a transport protocol", () => {
  describe("a transport parameter", () => {
    it("is obeyed, and no NAPTR is asked for", async () => {
      await using lab = await LocationLab.start(example);
      expect(await lab.locate({ transport: "udp" })).toEqual(["udp 192.0.2.1:5060"]);
      expect(lab.server.asked[0]).toBe("SRV _sip._udp.example.com");
      expect(lab.server.asked.some((question) => question.startsWith("NAPTR"))).toBe(false);
    });

    it("tcp in a sips URI means TLS over TCP", async () => {
      await using lab = await LocationLab.start(example);
      expect(await lab.locate({ secure: true, transport: "tcp" })).toEqual(["tls 192.0.2.1:5061"]);
      expect(lab.server.asked[0]).toBe("SRV _sips._tcp.example.com");
    });

    it("udp in a sips URI is an error", async () => {
      await using lab = await LocationLab.start(example);
      await expect(lab.locate({ secure: true, transport: "udp" })).rejects.toMatchObject({ code: "locate.malformed" });
      expect(lab.server.asked).toEqual([]);
    });
  });

  describe("a numeric host", () => {
    it.each([
      [{ host: "192.0.2.7" }, "udp 192.0.2.7:5060"],
      [{ host: "[2001:db8::7]" }, "udp [2001:db8::7]:5060"],
      [{ host: "192.0.2.7", secure: true }, "tls 192.0.2.7:5061"],
    ])("%j is %s, and nothing is asked", async (target, hop) => {
      await using lab = await LocationLab.start(example);
      expect(await lab.locate(target)).toEqual([hop]);
      expect(lab.server.asked).toEqual([]);
    });
  });

  describe("an explicit port", () => {
    it("means UDP for sip and TLS for sips, by address records only", async () => {
      await using lab = await LocationLab.start(example);
      expect(await lab.locate({ port: 5070 })).toEqual(["udp 192.0.2.99:5070"]);
      expect(await lab.locate({ port: 5070, secure: true })).toEqual(["tls 192.0.2.99:5070"]);
      expect(lab.server.asked).toEqual(["A example.com", "AAAA example.com"]);
    });
  });

  describe("NAPTR records", () => {
    it("decide by order: TLS, as the domain wishes, though the client prefers UDP", async () => {
      await using lab = await LocationLab.start(example);
      expect(await lab.locate({})).toEqual(["tls 192.0.2.1:5061"]);
    });

    it("that the client cannot follow are discarded", async () => {
      await using lab = await LocationLab.start(example, { protocols: ["udp", "tcp"] });
      expect((await lab.locate({})).toSorted()).toEqual(["tcp 192.0.2.1:5060", "tcp 192.0.2.2:5060"]);
    });

    it("without TLS are discarded for sips", async () => {
      await using lab = await LocationLab.start(`
        example.com. NAPTR 10 50 "s" "SIP+D2U" "" _sip._udp.example.com.
        example.com. NAPTR 20 50 "s" "SIPS+D2T" "" _sips._tcp.example.com.
        _sips._tcp.example.com. SRV 0 1 5061 server1.example.com.
        ${hosts}
      `);
      expect(await lab.locate({ secure: true })).toEqual(["tls 192.0.2.1:5061"]);
    });

    it("of one order are taken by preference", async () => {
      await using lab = await LocationLab.start(`
        example.com. NAPTR 10 60 "s" "SIP+D2U" "" _sip._udp.example.com.
        example.com. NAPTR 10 50 "s" "SIP+D2T" "" _sip._tcp.example.com.
        _sip._udp.example.com. SRV 0 1 5060 server1.example.com.
        _sip._tcp.example.com. SRV 0 1 5060 server2.example.com.
        ${hosts}
      `);
      expect(await lab.locate({})).toEqual(["tcp 192.0.2.2:5060"]);
    });

    it("may lead into another domain; the certificate must show the one that was asked for", async () => {
      await using lab = await LocationLab.start(`
        example.com. NAPTR 10 10 "s" "SIPS+D2T" "" _sips._tcp.provider.test.
        _sips._tcp.provider.test. SRV 0 0 5071 edge.provider.test.
        edge.provider.test. A 192.0.2.50
      `);
      const [hop] = await lab.locator.locate({ secure: true, host: "example.com" });
      expect(hop).toMatchObject({
        address: "192.0.2.50",
        port: 5071,
        domain: "example.com",
        host: "edge.provider.test",
      });
    });

    it("name WebSocket services as well, RFC 7118 §5", async () => {
      const zone = `
        example.com. NAPTR 10 10 "s" "SIPS+D2W" "" _sips._ws.example.com.
        _sips._ws.example.com. SRV 0 0 443 server1.example.com.
        ${hosts}
      `;
      await using lab = await LocationLab.start(zone, { protocols: ["tls", "wss"] });
      expect(await lab.locate({ secure: true })).toEqual(["wss 192.0.2.1:443"]);
    });
  });

  describe("without NAPTR records", () => {
    it("SRV records are asked for in the client's order, the first that exist decide", async () => {
      await using lab = await LocationLab.start(`
        _sips._tcp.example.com. SRV 0 1 5061 server1.example.com.
        _sip._tcp.example.com. SRV 0 1 5062 server2.example.com.
        ${hosts}
      `);
      expect(await lab.locate({})).toEqual(["tcp 192.0.2.2:5062"]);
      expect(lab.server.asked.filter((question) => question.startsWith("SRV")).toSorted()).toEqual([
        "SRV _sip._tcp.example.com",
        "SRV _sip._udp.example.com",
        "SRV _sips._tcp.example.com",
      ]);
    });

    it("sips asks for _sips only", async () => {
      await using lab = await LocationLab.start(example.replaceAll(/.*NAPTR.*\n/g, ""));
      expect(await lab.locate({ secure: true })).toEqual(["tls 192.0.2.1:5061"]);
      expect(lab.server.asked.filter((question) => question.startsWith("SRV"))).toEqual(["SRV _sips._tcp.example.com"]);
    });

    it("and without SRV records it is UDP for sip, TLS for sips", async () => {
      await using lab = await LocationLab.start(hosts);
      expect(await lab.locate({})).toEqual(["udp 192.0.2.99:5060"]);
      expect(await lab.locate({ secure: true })).toEqual(["tls 192.0.2.99:5061"]);
    });
  });
});
