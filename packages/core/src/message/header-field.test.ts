import { describe, expect, it } from "vitest";
import { createHeaderField, HeaderField } from "./header-field.js";

describe("RFC 3261 §7.3 header field", () => {
  describe("as it came", () => {
    it("knows its key and keeps its line", () => {
      const field = new HeaderField("subject", "s  :  tea \u00e2\u0098\u0095 ", 6);
      expect([field.name, field.text]).toEqual(["s", "tea ☕"]);
      expect(field.line).toBe("s  :  tea \u00e2\u0098\u0095 ");
    });

    it("joins folded lines with one space", () => {
      expect(new HeaderField("subject", "Subject: I know\r\n \t you're there", 9).text).toBe("I know you're there");
    });

    it("trims blanks and no other white space", () => {
      expect(new HeaderField("x", "X: \u00ef\u00bb\u00bfbom ", 3).text).toBe("\ufeffbom");
    });

    it("decodes once", () => {
      const field = new HeaderField("via", "Via: SIP/2.0/UDP a.example;branch=z9hG4bK1", 5);
      expect(field.value).toBe(field.value);
    });

    it("throws when the value does not follow the grammar, each time", () => {
      const field = new HeaderField("cseq", "CSeq: one INVITE", 6);
      expect(() => field.value).toThrow("CSeq");
      expect(() => field.value).toThrow("CSeq");
    });

    it("is text when the engine does not read the header", () => {
      expect(new HeaderField("x-foo", "X-Foo: ;;,,;", 7).value).toBe(";;,,;");
    });

    it("unfolds 2,000,000 blanks in linear time", () => {
      const field = new HeaderField("subject", `Subject: a${" ".repeat(2_000_000)}b\r\n c`, 9);
      const start = performance.now();
      expect(field.text).toHaveLength(2_000_004);
      expect(performance.now() - start).toBeLessThan(5000);
    });
  });

  describe("that is made", () => {
    it("writes UTF-8", () => {
      expect(createHeaderField("Subject", "über").line).toBe("Subject: \u00c3\u00bcber");
    });

    it("keeps the name as given and knows what it stands for", () => {
      expect(createHeaderField("m", "<sip:a@b>")).toMatchObject({ key: "contact", line: "m: <sip:a@b>" });
    });

    it.each(["a\r\nVia: evil", "a\nb", "a\rb", "a\u0000b"])("refuses a text that breaks the line: %j", (text) => {
      expect(() => createHeaderField("Subject", text)).toThrow("line break");
    });

    it("takes NUL behind a backslash in quotes (RFC 4475 §3.1.1.2)", () => {
      expect(createHeaderField("To", '"NUL:\\\u0000" <sip:a@b>').text).toBe('"NUL:\\\u0000" <sip:a@b>');
    });

    it.each(['"\u0000" <sip:a@b>', "\\\u0000", '"\\\\\u0000"'])("refuses NUL that is not escaped: %j", (text) => {
      expect(() => createHeaderField("To", text)).toThrow("NUL");
    });

    it.each(["", "Foo Bar", "Foo:", "F\r\no", "Ä", " Via"])("refuses a name that is no token: %j", (name) => {
      expect(() => createHeaderField(name, "x")).toThrow("no name of a header field");
    });
  });
});
