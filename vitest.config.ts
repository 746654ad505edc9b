import { defineConfig } from "vitest/config";

/**
 * Tests read the packages' sources, not their builds: the condition `siplet-source` of each `exports` map leads there.
 * The project `published` alone tests what the build made, so it does without.
 */
const conditions = ["siplet-source", "node"];
const fromSource = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/**
 * Pure code without global state: the files of a worker share their modules, which halves the time. A test that hangs is
 * ended late: how long one takes says more of what else the machine does.
 */
const pure = { pool: "threads", isolate: false, restoreMocks: true, testTimeout: 60_000, hookTimeout: 60_000 } as const;

/** Real programs measure real time: they get the machine for themselves, one file after the other. */
const real = {
  pool: "forks",
  fileParallelism: false,
  maxWorkers: 1,
  sequence: { groupOrder: 1 },
  testTimeout: 60_000,
  hookTimeout: 60_000,
} as const;

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: [
      {
        ...fromSource,
        test: {
          ...pure,
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "packages/*/test/**/*.test.ts", "scripts/**/*.test.mjs"],
        },
      },
      { ...fromSource, test: { ...pure, name: "conformance", include: ["conformance/**/*.test.ts"] } },
      { test: { ...real, name: "published", include: ["test/published/**/*.test.ts"] } },
      {
        ...fromSource,
        test: {
          ...real,
          name: "e2e",
          include: ["test/e2e/**/*.test.ts", "test/counterparts/**/*.test.ts", "examples/*/test/**/*.test.ts"],
        },
      },
    ],
  },
});
