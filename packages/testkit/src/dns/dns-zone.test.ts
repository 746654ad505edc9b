import { describe, expect, it } from "vitest";
import { DnsZone } from "./dns-zone.js";

const text = `
  example.com.      600 SOA ns.example.com. host.example.com. 1 2 3 4 60
  sub.example.com.  600 SOA ns.example.com. host.example.com. 1 2 3 4 30
  a.example.com.    A 192.0.2.1
  alias.example.com. CNAME a.example.com.
  lost.example.com. CNAME nowhere.example.com.
  one.example.com.  CNAME two.example.com.
  two.example.com.  CNAME one.example.com.
  _sip._udp.sub.example.com. SRV 0 0 5060 a.example.com.
`;

describe("RFC 1034 §4.3.2 DnsZone", () => {
  describe("answers", () => {
    it("finds records whatever the case of the name", () => {
      const answer = new DnsZone(text).answer("A.Example.COM", "A");
      expect(answer).toMatchObject({ rcode: "NOERROR", answers: [{ value: "192.0.2.1" }], authority: [] });
    });

    it("puts aliases before what they lead to", () => {
      const { answers } = new DnsZone(text).answer("alias.example.com", "A");
      expect(answers.map(({ type }) => type)).toEqual(["CNAME", "A"]);
    });

    it("fails for aliases in a circle", () => {
      expect(new DnsZone(text).answer("one.example.com", "A").rcode).toBe("SERVFAIL");
    });
  });

  describe("absence, RFC 2308 §2", () => {
    it("is NXDOMAIN for a name without records, with the SOA of the nearest zone", () => {
      const { rcode, authority } = new DnsZone(text).answer("x.sub.example.com", "A");
      expect([rcode, authority[0]?.minimum]).toEqual(["NXDOMAIN", 30]);
    });

    it("is NOERROR without answer for another type, and for a name with names below it", () => {
      expect(new DnsZone(text).answer("a.example.com", "AAAA")).toMatchObject({ rcode: "NOERROR", answers: [] });
      expect(new DnsZone(text).answer("_udp.sub.example.com", "SRV")).toMatchObject({ rcode: "NOERROR", answers: [] });
    });

    it("is told for the end of an alias", () => {
      const { rcode, answers } = new DnsZone(text).answer("lost.example.com", "A");
      expect([rcode, answers.length]).toEqual(["NXDOMAIN", 1]);
    });

    it("has no SOA outside every zone", () => {
      expect(new DnsZone(text).answer("example.net", "A")).toEqual({ rcode: "NXDOMAIN", answers: [], authority: [] });
    });
  });

  describe("changes", () => {
    it("removes one type of a name or all", () => {
      const zone = new DnsZone("a.test. A 192.0.2.1\na.test. AAAA 2001:db8::1");
      expect(zone.remove("a.test", "A").answer("a.test", "A").rcode).toBe("NOERROR");
      expect(zone.remove("a.test").answer("a.test", "A").rcode).toBe("NXDOMAIN");
      expect(zone.add("a.test. A 192.0.2.9").answer("a.test", "A").answers).toHaveLength(1);
    });
  });
});
