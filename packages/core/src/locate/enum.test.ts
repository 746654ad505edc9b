import { ManualClock, ScriptedResolver } from "@siplet/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DnsAnswer, NaptrRecord } from "./dns/dns-resolver.js";
import { resolveEnum, toEnumDomain } from "./enum.js";

const domain = "0.0.6.2.5.5.5.2.0.2.1.e164.arpa";
const number = "+12025552600";

function createResolver(...rules: string[]): ScriptedResolver {
  return new ScriptedResolver({ clock: new ManualClock(), zone: rules.join("\n") });
}

async function urisOf(service: string, ...rules: string[]): Promise<readonly string[]> {
  return (await resolveEnum(number, service, createResolver(...rules))).map(({ uri }) => uri);
}

describe("RFC 6116 §3.2 toEnumDomain", () => {
  it.each([
    ["+12025552600", domain],
    ["+1-202-555-2600", domain],
    ["+1 (202) 555.2600".replaceAll(" ", ""), domain],
    ["+1", "1.e164.arpa"],
    ["+123456789012345", "5.4.3.2.1.0.9.8.7.6.5.4.3.2.1.e164.arpa"],
  ])("of %s is %s", (text, name) => {
    expect(toEnumDomain(text)).toBe(name);
  });

  it("takes another tree", () => {
    expect(toEnumDomain("+441", "enum.example.net")).toBe("1.4.4.enum.example.net");
  });

  it.each(["", "+", "12025552600", "+1234567890123456", "+12a", "+1;x", "++1", "+１", "sip:+1@x"])(
    "refuses %j",
    (text) => {
      expect(() => toEnumDomain(text)).toThrow(expect.objectContaining({ code: "locate.malformed", statusCode: 484 }));
    },
  );
});

describe("RFC 6116 §3 resolveEnum", () => {
  describe("order", () => {
    it("is by order, then by preference", async () => {
      const uris = await urisOf(
        "E2U+sip",
        `${domain}. NAPTR 100 20 "u" "E2U+sip" "!^.*$!sip:third@example.com!" .`,
        `${domain}. NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:second@example.com!" .`,
        `${domain}. NAPTR 50 90 "u" "E2U+sip" "!^.*$!sip:first@example.com!" .`,
      );
      expect(uris).toEqual(["sip:first@example.com", "sip:second@example.com", "sip:third@example.com"]);
    });

    it("is told with each result", async () => {
      const resolver = createResolver(String.raw`${domain}. NAPTR 7 8 "U" "e2u+SIP" "!^\+1(.*)$!sip:\1@x.test!" .`);
      const [result] = await resolveEnum("+1-202-555-2600", "sip", resolver);
      expect(result).toEqual({ uri: "sip:2025552600@x.test", service: "sip", order: 7, preference: 8 });
    });
  });

  describe("service", () => {
    const rules = [
      `${domain}. NAPTR 1 1 "u" "E2U+email:mailto" "!^.*$!mailto:a@x.test!" .`,
      `${domain}. NAPTR 2 1 "u" "E2U+voice:tel+sms:tel" "!^.*$!tel:+1!" .`,
      `${domain}. NAPTR 3 1 "u" "sip+E2U" "!^.*$!sip:old@x.test!" .`,
      `${domain}. NAPTR 4 1 "u" "E2U+sip" "!^.*$!sip:new@x.test!" .`,
      `${domain}. NAPTR 5 1 "u" "SIP+D2U" "!^.*$!sip:no@x.test!" .`,
    ];

    it.each([
      ["E2U+sip", ["sip:old@x.test", "sip:new@x.test"]],
      ["E2U+SIP", ["sip:old@x.test", "sip:new@x.test"]],
      ["E2U+sms:tel", ["tel:+1"]],
      ["voice", ["tel:+1"]],
      ["E2U+email:mailto", ["mailto:a@x.test"]],
      ["E2U+mail", []],
      ["E2U+d2u", []],
    ])("%s gives %j", async (service, uris) => {
      expect(await urisOf(service, ...rules)).toEqual(uris);
    });
  });

  describe("rules", () => {
    it("that cannot be applied are left out", async () => {
      const uris = await urisOf(
        "sip",
        `${domain}. NAPTR 1 1 "u" "E2U+sip" "!^\\+44.*$!sip:other@x.test!" .`,
        `${domain}. NAPTR 2 1 "u" "E2U+sip" "!(!sip:broken@x.test!" .`,
        `${domain}. NAPTR 3 1 "u" "E2U+sip" "" sip.x.test.`,
        `${domain}. NAPTR 4 1 "s" "E2U+sip" "!^.*$!sip:flag@x.test!" .`,
        `${domain}. NAPTR 5 1 "u" "E2U+sip" "!^.*$!sip:a b@x.test!" .`,
        `${domain}. NAPTR 6 1 "u" "E2U+sip" "!^.*$!!" .`,
        `${domain}. NAPTR 7 1 "u" "E2U+sip" "!^.*$!sip:good@x.test!" .`,
      );
      expect(uris).toEqual(["sip:good@x.test"]);
    });

    it("never give a line end", async () => {
      const record: NaptrRecord = {
        order: 1,
        preference: 1,
        flags: "u",
        service: "E2U+sip",
        replacement: "",
        ttl: 1,
        regexp: "!^.*$!sip:a@x.test\r\nVia: evil!",
      };
      const resolver = { resolveNaptr: () => Promise.resolve({ kind: "records", records: [record] } as const) };
      expect(await resolveEnum(number, "sip", resolver)).toEqual([]);
    });

    it("without flag lead on, by replacement or expression", async () => {
      const uris = await urisOf(
        "sip",
        `${domain}. NAPTR 1 1 "" "" "" carrier.test.`,
        String.raw`${domain}. NAPTR 2 1 "" "E2U+sip" "!^\+(.)(.*)$!n\2.block\1.test!" .`,
        `carrier.test. NAPTR 9 9 "u" "E2U+sip" "!^.*$!sip:first@x.test!" .`,
        `n2025552600.block1.test. NAPTR 1 1 "u" "E2U+sip" "!^.*$!sip:second@x.test!" .`,
      );
      expect(uris).toEqual(["sip:first@x.test", "sip:second@x.test"]);
    });

    it("that lead in a circle end", async () => {
      const resolver = createResolver(
        `${domain}. NAPTR 1 1 "" "" "" ${domain}.`,
        `${domain}. NAPTR 2 1 "" "" "" ${domain}.`,
      );
      expect(await resolveEnum(number, "sip", resolver)).toEqual([]);
      expect(resolver.asked).toHaveLength(8);
    });
  });

  describe("the DNS", () => {
    it("knows nothing of the number: no result", async () => {
      expect(await urisOf("sip")).toEqual([]);
    });

    it.each([
      [{ kind: "failure", reason: "servfail" }, "locate.failed"],
      [{ kind: "failure", reason: "timeout" }, "locate.timeout"],
    ] as const)("ends in %j: %s", async (answer, code) => {
      const resolver = { resolveNaptr: () => Promise.resolve(answer) };
      await expect(resolveEnum(number, "sip", resolver)).rejects.toMatchObject({ code });
    });

    it("is asked by code that throws", async () => {
      const resolver = { resolveNaptr: () => Promise.reject(new RangeError("broken")) };
      await expect(resolveEnum(number, "sip", resolver)).rejects.toMatchObject({ code: "locate.failed" });
    });

    it("is not asked for what is no number", async () => {
      const resolver = createResolver();
      await expect(resolveEnum("2600", "sip", resolver)).rejects.toMatchObject({ code: "locate.malformed" });
      expect(resolver.asked).toEqual([]);
    });

    it("gives anything: no exception but its own", async () => {
      const text = fc.oneof(fc.string(), fc.constantFrom("", "u", "E2U+sip", "!^.*$!sip:a@x.test!", "x.test"));
      const integer = fc.integer({ min: 0, max: 65_535 });
      const record = fc.record({
        order: integer,
        preference: integer,
        flags: text,
        service: text,
        regexp: text,
        replacement: text,
        ttl: integer,
      });
      const records = fc.array(fc.oneof(record, fc.dictionary(fc.string(), fc.anything())));
      await fc.assert(
        fc.asyncProperty(records, async (list) => {
          const answer = { kind: "records", records: list } as DnsAnswer<NaptrRecord>;
          const results = await resolveEnum(number, "sip", { resolveNaptr: () => Promise.resolve(answer) });
          for (const { uri } of results) expect(uri).toMatch(/^[^\0- \x7f]+$/);
        }),
        { numRuns: 300 },
      );
    });
  });
});
