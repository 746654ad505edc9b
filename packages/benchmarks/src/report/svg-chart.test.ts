import { describe, expect, it } from "vitest";
import { barChart, lineChart } from "./svg-chart.js";

describe("plots", () => {
  it("draws a bar as long as its value, and ours in another color", () => {
    const svg = barChart("cost", "µs", [
      { label: "peer", value: 100, isOurs: false },
      { label: "ours", value: 50, isOurs: true },
    ]);
    const widths = [...svg.matchAll(/<rect class="(\w+)"[^>]* width="([\d.]+)"/g)].map((match) => match.slice(1, 3));
    expect(widths).toEqual([
      ["peer", "440.0"],
      ["ours", "220.0"],
    ]);
  });

  it("escapes what would be markup", () => {
    const svg = barChart(`a < b & "c"`, "µs", [{ label: "<x>", value: 1, isOurs: false }]);
    expect(svg).toContain("a &lt; b &amp; &quot;c&quot;");
    expect(svg).not.toContain("<x>");
  });

  it("draws a flat line flat, over powers of ten", () => {
    const points = [1, 10, 100].map((x) => ({ x, y: 5 }));
    const svg = lineChart("growth", "µs", [{ label: "calls", points }]);
    const [, line = ""] = /polyline points="([^"]+)"/.exec(svg) ?? [];
    const places = line.split(" ").map((pair) => pair.split(",").map(Number));
    expect(new Set(places.map(([, y]) => y)).size).toBe(1);
    expect((places[1]?.[0] ?? 0) - (places[0]?.[0] ?? 0)).toBeCloseTo((places[2]?.[0] ?? 0) - (places[1]?.[0] ?? 0));
  });

  it("draws nothing of nothing", () => {
    expect(barChart("none", "µs", [])).toContain("</svg>");
    expect(lineChart("none", "µs", [])).toContain("</svg>");
  });
});
