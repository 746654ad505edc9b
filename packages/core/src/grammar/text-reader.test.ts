import { describe, expect, it } from "vitest";
import { COMMA, SEMICOLON, SLASH } from "./character-codes.js";
import { digitCharacters } from "./character-tables.js";
import { TextReader } from "./text-reader.js";

describe("reading a header value from left to right", () => {
  it("takes tokens, signs, numbers and quoted strings in turn", () => {
    const reader = new TextReader('a / 12 "x" rest\r\n of it ', "test");
    expect(reader.token()).toBe("a");
    reader.expect(SLASH);
    expect(reader.number(12)).toBe(12);
    reader.requireSpace();
    expect(reader.quotedString()).toBe('"x"');
    expect(reader.rest()).toBe("rest of it");
    expect([reader.atEnd(), reader.peek(), reader.accept(COMMA)]).toEqual([true, -1, false]);
  });

  it.each<[string, (reader: TextReader) => unknown, string]>([
    [";", (reader) => reader.token("a method"), "test: expected a method at offset 0"],
    ["a", (reader) => reader.number(1), "test: expected digits at offset 0"],
    ["12", (reader) => reader.number(11, "a port"), "test: expected a port up to 11 at offset 0"],
    ['"a', (reader) => reader.quotedString(), "test: expected a closed quoted string at offset 0"],
    ["a", (reader) => reader.quotedString(), "test: expected a closed quoted string at offset 0"],
    ["  a", (reader) => reader.finish(), "test: expected the end at offset 2"],
    ["a", (reader) => reader.requireSpace(), "test: expected white space at offset 0"],
    ["a", (reader) => reader.run(digitCharacters, "digits"), "test: expected digits at offset 0"],
    ["a", (reader) => reader.expect(SEMICOLON), 'test: expected ";" at offset 0'],
  ])("tells in %j what was expected where", (text, read, message) => {
    expect(() => read(new TextReader(text, "test"))).toThrow(message);
  });

  it("can throw another code", () => {
    expect(() => new TextReader("", "address", "address.malformed").token()).toThrow("Malformed address");
  });
});
