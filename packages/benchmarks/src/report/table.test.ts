import { describe, expect, it } from "vitest";
import { formatTable, markdownTable } from "./table.js";

const table = {
  header: ["server", "µs"],
  rows: [
    ["a", "1"],
    ["longer", "1000"],
  ],
};

describe("tables", () => {
  it("puts names left and figures right", () => {
    expect(formatTable(table)).toBe("server    µs\na          1\nlonger  1000");
  });

  it("writes Markdown", () => {
    expect(markdownTable(table)).toBe("| server | µs |\n| --- | ---: |\n| a | 1 |\n| longer | 1000 |");
  });
});
