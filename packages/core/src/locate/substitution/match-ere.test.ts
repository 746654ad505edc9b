import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileEre } from "./compile-ere.js";
import { matchEre } from "./match-ere.js";
import { parseEre } from "./parse-ere.js";

/** The whole match and its groups; undefined without match, "malformed" for a pattern that cannot be read. */
function match(pattern: string, text: string, ignoreCase = false): readonly string[] | "malformed" | undefined {
  const node = parseEre(pattern, ignoreCase);
  const program = node && compileEre(node);
  if (program === undefined) return "malformed";
  const slots = matchEre(program, text);
  if (slots === undefined) return undefined;
  const groups: string[] = [];
  for (let index = 0; index < slots.length; index += 2) {
    groups.push(text.slice(slots[index] ?? 0, slots[index + 1] ?? 0));
  }
  return groups;
}

describe("POSIX 1003.1 §9.4 extended regular expressions", () => {
  describe("match", () => {
    it.each([
      ["^.*$", "+12025552600", ["+12025552600"]],
      [String.raw`^\+1(.*)$`, "+12025552600", ["+12025552600", "2025552600"]],
      [String.raw`^\+44([0-9]{3})([0-9]+)$`, "+44207946", ["+44207946", "207", "946"]],
      ["b", "abc", ["b"]],
      ["a?b", "b", ["b"]],
      ["(a|b)*c", "ababc", ["ababc", "b"]],
      ["(ab|cd){2}", "xabcdab", ["abcd", "cd"]],
      ["a{2,}", "aaaa", ["aaaa"]],
      ["a{1,3}", "aaaa", ["aaa"]],
      ["a{0}b", "ab", ["b"]],
      ["x*", "abc", [""]],
      ["(a*)*", "aab", ["aa", "aa"]],
      ["(a*)+$", "aa", ["aa", "aa"]],
      ["a|ab|abc", "abcd", ["abc"]],
      ["(^a|b)c", "bc", ["bc", "b"]],
      [String.raw`\.`, "a.b", ["."]],
      ["a]", "a]", ["a]"]],
      ["a}", "a}", ["a}"]],
    ])("%s on %s gives %j", (pattern, text, groups) => {
      expect(match(pattern, text)).toEqual(groups);
    });

    it("is the leftmost, and there the longest", () => {
      expect(match("a+|b+", "xaabbb")).toEqual(["aa"]);
    });

    it.each([
      ["^a", "ba"],
      ["a$", "ab"],
      ["^$", "a"],
      ["a{3}", "aa"],
      ["[0-9]", "abc"],
    ])("%s does not match %s", (pattern, text) => {
      expect(match(pattern, text)).toBeUndefined();
    });
  });

  describe("bracket expressions, §9.3.5", () => {
    it.each([
      ["[abc]+", "xcab", ["cab"]],
      ["[^abc]+", "abxyc", ["xy"]],
      ["[]a]+", "]a]", ["]a]"]],
      ["[^]a]+", "]xa", ["x"]],
      ["[a-c-]+", "-abc-", ["-abc-"]],
      ["[[:digit:]]+", "ab123", ["123"]],
      ["[+[:alnum:]]+", "..+4a..", ["+4a"]],
      [String.raw`[\]+`, String.raw`a\b`, ["\\"]],
      ["[*.$]", "a$", ["$"]],
    ])("%s on %s gives %j", (pattern, text, groups) => {
      expect(match(pattern, text)).toEqual(groups);
    });
  });

  describe("without regard to case", () => {
    it("fits either case in literals and brackets", () => {
      expect(match("aB[c-d]", "AbD", true)).toEqual(["AbD"]);
      expect(match("aB[c-d]", "AbD")).toBeUndefined();
    });
  });

  describe("malformed", () => {
    it.each([
      "",
      "(",
      ")",
      "()",
      "(a",
      "a)",
      "a|",
      "|a",
      "*a",
      "+",
      "a**",
      "a{",
      "a{1",
      "a{x}",
      "a{2,1}",
      "a{256}",
      "a{1,999}",
      "a{99999999999999999999}",
      "[a",
      "[]",
      "[b-a]",
      "[[:none:]]",
      "[[.a.]]",
      "[[=a=]]",
      "\\",
      String.raw`(a)\1`,
      "a".repeat(256),
      "(".repeat(100) + "a" + ")".repeat(100),
      "((((a{255}){255}){255}){255})",
    ])("is %s", (pattern) => {
      expect(match(pattern, "a")).toBe("malformed");
    });
  });

  describe("time", () => {
    it.each([
      "(a*)*b",
      "(a+)+$",
      "(a|a)*b",
      "(a|aa)+$",
      "(.*)(.*)(.*)(.*)(.*)(.*)(.*)b",
      "((a{1,30}){1,30})b",
      "(x+x+)+y",
    ])("stays small for %s", (pattern) => {
      const text = `${"a".repeat(31)}!`;
      const start = performance.now();
      match(pattern, text);
      match(pattern, text.replaceAll("a", "x"));
      expect(performance.now() - start).toBeLessThan(5000);
    });

    it("does not look at long texts", () => {
      expect(match(".", "a".repeat(65))).toBeUndefined();
    });
  });

  it("agrees with the language's own expressions on what both know", () => {
    const atom = fc.constantFrom("a", "b", "[ab]", "[^a]", ".", "(a)", "(ab)", "(a|b)");
    const piece = fc.tuple(atom, fc.constantFrom("", "", "*", "+", "?", "{1,2}")).map((parts) => parts.join(""));
    const pattern = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(""));
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (expression, subject) => {
        const anchored = `^${expression}$`;
        expect(match(anchored, subject) !== undefined).toBe(new RegExp(anchored).test(subject));
        expect(match(expression, subject) !== undefined).toBe(new RegExp(expression).test(subject));
      }),
    );
  });

  it("never throws", () => {
    const nasty = fc.string({ unit: fc.constantFrom(...String.raw`ab^$.*+?()[]{}|\:-,0129`.split("")), maxLength: 40 });
    fc.assert(
      fc.property(
        fc.oneof(nasty, fc.string()),
        fc.string({ maxLength: 20 }),
        fc.boolean(),
        (pattern, text, ignoreCase) => {
          expect(() => match(pattern, text, ignoreCase)).not.toThrow();
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
