import { describe, expect, it } from "vitest";
import { readOptions } from "./options.js";

const known = ["uas", "growth"];

describe("the command line of the benchmarks", () => {
  it("measures everything five times when nothing is said", () => {
    const expected = { names: [], calls: 10_000, rate: 2000, repetitions: 5, json: false, profile: false };
    expect(readOptions([], known)).toMatchObject(expected);
  });

  it("takes names and amounts", () => {
    const options = readOptions(["uas", "growth", "--calls", "50", "--rate", "10", "--repetitions", "3"], known);
    expect(options).toMatchObject({ names: ["uas", "growth"], calls: 50, rate: 10, repetitions: 3 });
  });

  it("is quick once, and profiles once", () => {
    expect(readOptions(["--quick"], known)).toMatchObject({ calls: 2000, repetitions: 1 });
    expect(readOptions(["--profile"], known)).toMatchObject({ calls: 10_000, repetitions: 1, profile: true });
  });

  it.each([
    [["nonsense"], /no benchmark "nonsense"; there are: uas, growth/],
    [["--calls", "many"], /--calls many: give a whole number above 0/],
    [["--rate", "0"], /--rate 0: give a whole number above 0/],
    [["--fast"], /npm run bench/],
  ])("refuses %j by name", (args, message) => {
    expect(() => readOptions(args, known)).toThrow(message);
  });
});
