import { describe, expect, it } from "vitest";
import { parseZone } from "./parse-zone.js";

describe("RFC 1035 §5.1 parseZone", () => {
  describe("records", () => {
    it("reads every type that SIP needs", () => {
      const records = parseZone(`
        example.com. 3600 IN SOA ns.example.com. host.example.com. 7 1 2 3 60
        a.example.com. 60 A 192.0.2.1
        a.example.com. 60 AAAA 2001:db8::1
        b.example.com. 60 CNAME a.example.com.
        t.example.com. 60 TXT "two words"
        _sip._udp.example.com. 60 SRV 1 2 5060 a.example.com.
        example.com. 60 NAPTR 50 60 "s" "SIP+D2U" "" _sip._udp.example.com.
      `);
      expect(records).toEqual([
        {
          name: "example.com",
          ttl: 3600,
          type: "SOA",
          primary: "ns.example.com",
          mailbox: "host.example.com",
          serial: 7,
          refresh: 1,
          retry: 2,
          expire: 3,
          minimum: 60,
        },
        { name: "a.example.com", ttl: 60, type: "A", value: "192.0.2.1" },
        { name: "a.example.com", ttl: 60, type: "AAAA", value: "2001:db8::1" },
        { name: "b.example.com", ttl: 60, type: "CNAME", value: "a.example.com" },
        { name: "t.example.com", ttl: 60, type: "TXT", value: "two words" },
        {
          name: "_sip._udp.example.com",
          ttl: 60,
          type: "SRV",
          priority: 1,
          weight: 2,
          port: 5060,
          target: "a.example.com",
        },
        {
          name: "example.com",
          ttl: 60,
          type: "NAPTR",
          order: 50,
          preference: 60,
          flags: "s",
          service: "SIP+D2U",
          regexp: "",
          replacement: "_sip._udp.example.com",
        },
      ]);
    });

    it("keeps a semicolon and backslashes inside quotes", () => {
      const [record] = parseZone(
        String.raw`n.test. NAPTR 1 1 "u" "E2U+sip" "!^\+1(.*)$!sip:\1@x;user=phone!" . ; comment`,
      );
      expect(record).toMatchObject({ regexp: String.raw`!^\+1(.*)$!sip:\1@x;user=phone!`, replacement: "." });
    });
  });

  describe("short forms", () => {
    it("completes names by $ORIGIN, takes $TTL, keeps the owner and passes over comments", () => {
      const records = parseZone(`
        $ORIGIN Example.COM.
        $TTL 120
        ; nothing here
        @     A 192.0.2.1
              A 192.0.2.2 ; second
        www   CNAME @
        other CNAME host.example.net.
      `);
      expect(records).toEqual([
        { name: "example.com", ttl: 120, type: "A", value: "192.0.2.1" },
        { name: "example.com", ttl: 120, type: "A", value: "192.0.2.2" },
        { name: "www.example.com", ttl: 120, type: "CNAME", value: "example.com" },
        { name: "other.example.com", ttl: 120, type: "CNAME", value: "host.example.net" },
      ]);
    });

    it("reads nothing from nothing", () => {
      expect(parseZone("")).toEqual([]);
      expect(parseZone("\n  \n")).toEqual([]);
    });
  });

  describe("mistakes", () => {
    it("tells the line", () => {
      expect(() => parseZone("a.test. 60 MX 10 b.test.")).toThrow('Not a zone record: "a.test. 60 MX 10 b.test."');
    });
  });
});
