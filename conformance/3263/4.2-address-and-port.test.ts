import { describe, expect, it } from "vitest";
import { LocationLab, nodeRemembersAnswers } from "./location-lab.js";

describe("RFC 3263 §4.2 determining port and IP address", () => {
  describe("a name with port", () => {
    it("has all its A and AAAA records, with that port", async () => {
      await using lab = await LocationLab.start(`
        example.com. A 192.0.2.1
        example.com. A 192.0.2.2
        example.com. AAAA 2001:db8::1
        _sip._udp.example.com. SRV 0 0 5099 other.example.com.
      `);
      const hops = await lab.locate({ port: 5062 });
      expect(hops.slice(0, 2).toSorted()).toEqual(["udp 192.0.2.1:5062", "udp 192.0.2.2:5062"]);
      expect(hops.slice(2)).toEqual(["udp [2001:db8::1]:5062"]);
    });

    it("has the transport of its parameter", async () => {
      await using lab = await LocationLab.start("example.com. A 192.0.2.1");
      expect(await lab.locate({ port: 5062, transport: "tcp" })).toEqual(["tcp 192.0.2.1:5062"]);
      expect(await lab.locate({ port: 5062, transport: "tls" })).toEqual(["tls 192.0.2.1:5062"]);
    });
  });

  describe("a name without port", () => {
    it.each([
      ["udp", "udp 192.0.2.1:5060"],
      ["tcp", "tcp 192.0.2.1:5060"],
      ["tls", "tls 192.0.2.1:5061"],
    ])("and without SRV records over %s has the default port", async (transport, hop) => {
      await using lab = await LocationLab.start("example.com. A 192.0.2.1");
      expect(await lab.locate({ transport })).toEqual([hop]);
    });

    it("has the ports of its SRV records, and every address of each server", async () => {
      await using lab = await LocationLab.start(`
        _sip._tcp.example.com. SRV 1 0 5071 one.example.com.
        _sip._tcp.example.com. SRV 2 0 5072 two.example.com.
        one.example.com. A 192.0.2.1
        one.example.com. AAAA 2001:db8::1
        two.example.com. A 192.0.2.2
      `);
      expect(await lab.locate({ transport: "tcp" })).toEqual([
        "tcp 192.0.2.1:5071",
        "tcp [2001:db8::1]:5071",
        "tcp 192.0.2.2:5072",
      ]);
    });

    it("whose NAPTR leads to no SRV records has its own addresses, over the transport chosen", async () => {
      await using lab = await LocationLab.start(`
        example.com. NAPTR 10 10 "s" "SIP+D2T" "" _sip._tcp.example.com.
        example.com. A 192.0.2.9
      `);
      expect(await lab.locate({})).toEqual(["tcp 192.0.2.9:5060"]);
    });
  });

  describe("a service that is not offered, RFC 2782", () => {
    it("over the transport asked for is an error", async () => {
      await using lab = await LocationLab.start("_sip._udp.example.com. SRV 0 0 0 .\nexample.com. A 192.0.2.1");
      await expect(lab.locate({ transport: "udp" })).rejects.toMatchObject({
        code: "locate.not_found",
        statusCode: 503,
      });
    });

    it("over one transport leaves the others", async () => {
      await using lab = await LocationLab.start(`
        _sip._udp.example.com. SRV 0 0 0 .
        _sip._tcp.example.com. SRV 0 0 5060 one.example.com.
        one.example.com. A 192.0.2.1
      `);
      expect(await lab.locate({})).toEqual(["tcp 192.0.2.1:5060"]);
    });

    it("over UDP is not tried by default either", async () => {
      await using lab = await LocationLab.start("_sip._udp.example.com. SRV 0 0 0 .\nexample.com. A 192.0.2.1");
      expect(await lab.locate({})).toEqual(["tcp 192.0.2.1:5060"]);
    });
  });

  describe("aliases", () => {
    it("are followed for NAPTR, SRV and addresses", async () => {
      await using lab = await LocationLab.start(`
        example.com. CNAME real.example.net.
        real.example.net. NAPTR 10 10 "s" "SIP+D2U" "" _sip._udp.example.com.
        _sip._udp.example.com. CNAME _sip._udp.example.net.
        _sip._udp.example.net. SRV 0 0 5060 alias.example.net.
        alias.example.net. CNAME host.example.net.
        host.example.net. A 192.0.2.1
      `);
      expect(await lab.locate({})).toEqual(["udp 192.0.2.1:5060"]);
    });

    it("in a circle are a failure", async () => {
      await using lab = await LocationLab.start("example.com. CNAME b.example.com.\nb.example.com. CNAME example.com.");
      await expect(lab.locate({ port: 5060 })).rejects.toMatchObject({ code: "locate.failed" });
    });
  });

  describe("name servers in trouble", () => {
    const zone = `
      _sip._udp.example.com. SRV 0 0 5070 one.example.com.
      one.example.com. A 192.0.2.1
      one.example.com. AAAA 2001:db8::1
    `;

    it("answers too long for a datagram come over TCP", async () => {
      const records = Array.from(
        { length: 60 },
        (_, index) => `_sip._udp.example.com. SRV ${index} 0 5060 host${index}.example.com.`,
      );
      const hosts = Array.from({ length: 60 }, (_, index) => `host${index}.example.com. A 192.0.2.${index}`);
      await using lab = await LocationLab.start([...records, ...hosts].join("\n"), { families: [4] });
      const hops = await lab.locate({ transport: "udp" });
      expect(hops).toEqual(Array.from({ length: 16 }, (_, index) => `udp 192.0.2.${index}:5060`));
      expect(lab.server.queries.some(({ type, transport }) => type === "SRV" && transport === "tcp")).toBe(true);
    });

    it.each(["SERVFAIL", "REFUSED", "NOTIMP"] as const)("%s for NAPTR does not hide SRV records", async (rcode) => {
      await using lab = await LocationLab.start(zone);
      lab.server.script.on({ type: "NAPTR" }, { kind: "error", rcode });
      expect(await lab.locate({})).toEqual(["udp 192.0.2.1:5070", "udp [2001:db8::1]:5070"]);
    });

    it("silence for AAAA does not hide A records", async () => {
      await using lab = await LocationLab.start(zone);
      lab.server.script.on({ type: "AAAA" }, { kind: "silence" });
      expect(await lab.locate({})).toEqual(["udp 192.0.2.1:5070"]);
    });

    it("silence for all is an error in time, and tells the questions", async () => {
      await using lab = await LocationLab.start(zone);
      lab.server.script.on({}, { kind: "silence" });
      const failure = {
        code: "locate.timeout",
        statusCode: 504,
        message: expect.stringContaining("A example.com: timeout") as string,
      };
      await expect(lab.locate({ port: 5060 })).rejects.toMatchObject(failure);
    });

    it("a domain that does not exist is an error that tells the questions", async () => {
      await using lab = await LocationLab.start(zone);
      const failure = {
        code: "locate.not_found",
        message: expect.stringContaining("NAPTR absent.test: nxdomain") as string,
      };
      await expect(lab.locate({ host: "absent.test" })).rejects.toMatchObject(failure);
    });
  });

  describe("memory", () => {
    const zone = "example.com. 20 A 192.0.2.1\nexample.com. 20 AAAA 2001:db8::1";

    it("holds answers for their TTL and not longer", async (context) => {
      context.skip(await nodeRemembersAnswers(), "this Node remembers answers by itself, by the time of the machine");
      await using lab = await LocationLab.start(zone);
      await lab.locate({ port: 5060 });
      lab.server.zone.remove("example.com").add("example.com. 20 A 192.0.2.2");
      lab.clock.advance(19_999);
      expect(await lab.locate({ port: 5060 })).toContain("udp 192.0.2.1:5060");
      expect(lab.server.asked).toHaveLength(2);
      lab.clock.advance(1);
      expect(await lab.locate({ port: 5060 })).toEqual(["udp 192.0.2.2:5060"]);
    });

    it("holds the absence of a domain for a while", async () => {
      await using lab = await LocationLab.start("", { cache: { negativeTtl: 30 } });
      await expect(lab.locate({ port: 5060 })).rejects.toMatchObject({ code: "locate.not_found" });
      lab.server.zone.add(zone);
      lab.clock.advance(29_999);
      await expect(lab.locate({ port: 5060 })).rejects.toMatchObject({ code: "locate.not_found" });
      lab.clock.advance(1);
      expect(await lab.locate({ port: 5060 })).toHaveLength(2);
    });

    it("asks once for requests sent together", async () => {
      await using lab = await LocationLab.start(zone);
      await Promise.all(Array.from({ length: 50 }, () => lab.locate({ port: 5060 })));
      expect(lab.server.asked).toEqual(["A example.com", "AAAA example.com"]);
    });
  });
});
