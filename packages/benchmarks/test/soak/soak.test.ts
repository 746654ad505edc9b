import { describe, expect, it } from "vitest";
import { soak, type SoakResult } from "./soak.js";
import { readSoakOptions } from "./soak-options.js";
import { judge } from "./verdict.js";

describe("a short soak", () => {
  it("ends every kind of call as it should and leaves every table empty", async () => {
    const lines: string[] = [];
    const result = await soak({ calls: 480, network: "memory", wave: 160 }, (line) => lines.push(line));
    expect(result.surprises).toEqual([]);
    expect(result.leftovers).toEqual({});
    expect(Object.values(result.calls)).toEqual(Array.from({ length: 8 }, () => ({ begun: 60, ended: 60 })));
    expect(lines).toHaveLength(3);
  }, 60_000);
});

describe("the verdict", () => {
  const flat = { calls: 10, heap: 50_000_000, rss: 200_000_000 };
  const result: SoakResult = {
    calls: { answered: { begun: 5, ended: 5 } } as SoakResult["calls"],
    surprises: [],
    leftovers: {},
    samples: [flat, { ...flat, calls: 100 }],
    seconds: 1,
  };

  it("passes what is flat and empty", () => {
    expect(judge(result).faults).toEqual([]);
    expect(judge(result).report).toContain("passed");
  });

  it.each<[Partial<SoakResult>, string]>([
    [{ calls: { busy: { begun: 5, ended: 4 } } as SoakResult["calls"] }, '1 of 5 calls did not end as "busy"'],
    [{ surprises: ["busy: 404 Not Found"] }, "a call took another way: busy: 404 Not Found"],
    [{ leftovers: { "proxy.dialogs": 3 } }, "proxy.dialogs still holds 3"],
    [{ samples: [flat, { ...flat, heap: 60_000_000 }] }, "the heap grew from 47.7 MB to 57.2 MB"],
    [{ samples: [flat, { ...flat, rss: 260_000_000 }] }, "RSS grew from 190.7 MB to 248.0 MB"],
  ])("fails %j", (change, fault) => {
    expect(judge({ ...result, ...change }).faults).toEqual([fault]);
  });
});

describe("the command line", () => {
  it("has defaults and is told what it does not know", () => {
    expect(readSoakOptions([])).toEqual({ calls: 100_000, network: "memory", wave: 200 });
    expect(readSoakOptions(["--calls", "8", "--network", "udp"])).toMatchObject({ calls: 8, network: "udp" });
    expect(() => readSoakOptions(["--calls", "many"])).toThrow("--calls many is no whole number");
    expect(() => readSoakOptions(["--network", "carrier-pigeon"])).toThrow("memory|udp");
  });
});
