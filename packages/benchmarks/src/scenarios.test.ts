import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { programsOf } from "./measure/require-programs.js";
import { scenarios } from "./scenarios.js";

describe("the scenarios", () => {
  it("have different names", () => {
    expect(new Set(scenarios.map((scenario) => scenario.name)).size).toBe(scenarios.length);
  });

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    "%s begins with its floor",
    (_name, scenario) => {
      expect(scenario.servers.map((server) => server.role).indexOf("floor")).toBe(0);
      expect(scenario.servers.some((server) => server.role === "subject")).toBe(true);
    },
  );

  it("name servers that are there", () => {
    for (const { program } of scenarios.flatMap((scenario) => scenario.servers)) {
      if (program.kind !== "node") continue;
      expect(existsSync(new URL(`servers/${program.module}.ts`, import.meta.url)), program.module).toBe(true);
    }
  });

  it("tell which programs they need", () => {
    const needs = Object.fromEntries(scenarios.map((scenario) => [scenario.name, programsOf(scenario)]));
    expect(needs).toMatchObject({
      uas: ["sipp", "kamailio"],
      "tcp-uas": ["sipp"],
      "tls-uas": ["openssl"],
      "ws-uas": [],
    });
  });
});
