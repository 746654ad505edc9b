import { describe, expect, it } from "vitest";
import { costliest } from "./cpu-profile.js";

const frame = (functionName: string, url = "", lineNumber = 0): object => ({ functionName, url, lineNumber });

describe("reading a CPU profile", () => {
  const profile = {
    nodes: [
      { id: 1, callFrame: frame("(root)") },
      { id: 2, callFrame: frame("(idle)") },
      { id: 3, callFrame: frame("parse", "file:///x/packages/core/dist/parse.js", 9) },
      { id: 4, callFrame: frame("(garbage collector)") },
      { id: 5, callFrame: frame("parse", "file:///x/packages/core/dist/parse.js", 9) },
      { id: 6, callFrame: frame("", "file:///x/node_modules/ws/a.js", 0) },
    ],
    samples: [2, 3, 4, 5, 6],
    timeDeltas: [9000, 1000, 1000, 2000, 0],
  } as Parameters<typeof costliest>[0];

  it("adds up what a function took on all its ways, and leaves idle time out", () => {
    expect(costliest(profile, 2)).toEqual([
      { name: "parse core/dist/parse.js:10", milliseconds: 3, share: 0.75 },
      { name: "(garbage collector)", milliseconds: 1, share: 0.25 },
    ]);
  });

  it("names what has no name by its place", () => {
    expect(costliest(profile, 9).at(-1)?.name).toBe("(anonymous) ws/a.js:1");
  });
});
