import { describe, expect, it } from "vitest";
import { Parameters } from "./parameters.js";
import { TextReader } from "./text-reader.js";

function parse(text: string): Parameters {
  const reader = new TextReader(text, "test");
  const parameters = reader.parameters();
  reader.finish();
  return parameters;
}

describe("RFC 3261 §25.1 generic parameters", () => {
  it("are read with white space around every sign", () => {
    const parameters = parse(' ; A = 1 ;\r\n b ; c="x;y" ; d=[::1]; e=');
    expect([...parameters]).toEqual([
      ["A", "1"],
      ["b", undefined],
      ["c", "x;y"],
      ["d", "[::1]"],
      ["e", undefined],
    ]);
    expect([parameters.get("a"), parameters.getRaw("C"), parameters.has("E"), parameters.size]).toEqual([
      "1",
      '"x;y"',
      true,
      5,
    ]);
    expect(parse("")).toBe(Parameters.empty);
  });

  it.each([
    ";",
    ";;a",
    ";a;",
    ";=1",
    ";a b",
    ";a=1=2",
    ';a="x',
    ";a=[::1",
    ";a=1;A=2",
    ";a=b@c",
    ";a=2001:db8::1",
    ";a=<x>",
    ";ä=1",
  ])("refuses %j", (text) => expect(() => parse(text)).toThrow("Malformed header field: test: expected"));

  it("finds names in long lists, and the same name twice", () => {
    const text = Array.from({ length: 30 }, (_, index) => `;p${index}=${index}`).join("");
    expect(parse(text).get("P29")).toBe("29");
    expect(parse(text).get("p30")).toBeUndefined();
    expect(() => parse(`${text};P7`)).toThrow("each parameter once");
  });

  it("are quoted where they must be when built", () => {
    const parameters = Parameters.from({ a: "x", b: "x y", c: true, d: 5, e: undefined, f: "[::1]", g: "", h: "[x" });
    expect(String(parameters)).toBe(';a=x;b="x y";c;d=5;f=[::1];g="";h="[x"');
    expect(String(Parameters.from([["a", "1"]]).withQuoted("b", "c"))).toBe(';a=1;b="c"');
    expect(Parameters.from(parameters)).toBe(parameters);
    expect(parameters.join(", ").startsWith("a=x, b=")).toBe(true);
    expect(Parameters.empty.join(", ")).toBe("");
  });

  it("refuse names that are no tokens and values with line ends", () => {
    expect(() => Parameters.from({ "a;b": "x" })).toThrow("parameter name");
    expect(() => Parameters.from({ a: "x\r\ny" })).toThrow("line end");
  });

  it("never change", () => {
    const parameters = parse(";a=1;b");
    expect([
      String(parameters.with("A", 2)),
      String(parameters.with("c", true)),
      String(parameters.without("B")),
    ]).toEqual([";a=2;b", ";a=1;b;c", ";a=1"]);
    expect(String(parameters.with("a", undefined))).toBe(";b");
    expect(parameters.without("none")).toBe(parameters);
    expect(String(parameters)).toBe(";a=1;b");
    expect(JSON.stringify(parameters)).toBe('{"a":"1","b":null}');
  });
});
