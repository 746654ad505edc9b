import { describe, expect, it } from "vitest";
import { readProperties } from "./properties-text.js";
import { placeOf, type TextFault } from "./text-fault.js";

const entriesOf = (text: string, faults: TextFault[] = []) =>
  readProperties(text, (fault) => faults.push(fault)).map(({ key, value }) => [key.text, value.text]);

describe("Java properties syntax", () => {
  it.each([
    ["a colon", "INVITE: x"],
    ["an equals sign", "INVITE=x"],
    ["white space", "INVITE \t x"],
    ["white space around a separator", "  INVITE\t = \fx"],
  ])("separates key and value by %s", (_, text) => {
    expect(entriesOf(text)).toEqual([["INVITE", "x"]]);
  });

  it("takes one separator only", () => {
    expect(entriesOf("a:=b\nc==d")).toEqual([
      ["a", "=b"],
      ["c", "=d"],
    ]);
  });

  it("leaves comments and blank lines out, whatever their ends", () => {
    expect(entriesOf("# one \\\r\n ! two\r\n\r\n\t\na: 1\rb: 2")).toEqual([
      ["a", "1"],
      ["b", "2"],
    ]);
  });

  it("joins lines that end in an odd number of backslashes, without the white space at their beginning", () => {
    expect(entriesOf("a: 1, \\\n   2, \\\r\n\t3\nb: c\\\\\nd: e")).toEqual([
      ["a", "1, 2, 3"],
      ["b", "c\\"],
      ["d", "e"],
    ]);
  });

  it("does not see a comment in a continued line", () => {
    expect(entriesOf("a: 1\\\n# 2")).toEqual([["a", "1# 2"]]);
  });

  it("keeps what stands before a backslash at the end of the text", () => {
    expect(entriesOf("a: 1\\")).toEqual([["a", "1"]]);
  });

  it("undoes escapes in keys and values", () => {
    expect(entriesOf(String.raw`a\:b\=c\ d: \t\n\r\f\u0041\"\q\\`)).toEqual([["a:b=c d", '\t\n\r\fA"q\\']]);
  });

  it("tells of an escape that is no character", () => {
    const faults: TextFault[] = [];
    entriesOf(String.raw`a: \u12`, faults);
    expect(faults).toMatchObject([{ offset: 3, reason: String.raw`"\u12" is no character` }]);
  });

  it("knows where each character stood", () => {
    const text = "# c\na: 1\\\n  \\t2";
    const [entry] = readProperties(text, () => undefined);
    expect(entry?.value.text).toBe("1\t2");
    expect(entry?.value.offsets.map((offset) => placeOf(text, offset))).toEqual([
      { line: 2, column: 4 },
      { line: 3, column: 3 },
      { line: 3, column: 5 },
      { line: 3, column: 6 },
    ]);
  });
});
