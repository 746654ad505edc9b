#!/usr/bin/env node
// Mutated messages against the parser: node scripts/fuzz.mjs [--count 1000000] [--seed 1]. Exit code 1 when an exception
// escaped or a message took longer than 10 ms.
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { mutate } from "./fuzz/mutate.mjs";
import { probe } from "./fuzz/probe.mjs";
import { createRandom } from "./fuzz/random.mjs";
import { readSeeds } from "./fuzz/seeds.mjs";

/** @import { Engine } from "./fuzz/probe.mjs" */
/** @typedef {{ seed: number, milliseconds: number, octets: number }} Slow */

const root = fileURLToPath(new URL("..", import.meta.url));
const limit = 10;
/** What takes longer than this is timed again, so that the slowest told is slow each time. */
const suspicious = 2;
const repeats = 3;
const mostShown = 20;

const { values } = parseArgs({
  options: { count: { type: "string", default: "1000000" }, seed: { type: "string", default: "1" } },
});
process.exitCode = run(await loadEngine(), Number(values.count), Number(values.seed));

/** The sources, as one module beside the dependencies they import. @returns {Promise<Engine>} */
async function loadEngine() {
  const outfile = join(root, "node_modules/.cache/siplet-fuzz/core.mjs");
  await build({
    entryPoints: [join(root, "packages/core/src/index.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["siplet-source"],
    external: ["ws", "sdp-transform"],
    logLevel: "error",
  });
  return /** @type {Engine} */ (await import(pathToFileURL(outfile).href));
}

/** @param {Engine} engine @param {number} count @param {number} firstSeed */
function run(engine, count, firstSeed) {
  const seeds = readSeeds(join(root, "packages/core/test/vectors"));
  const kinds = { request: 0, response: 0, failure: 0 };
  /** @type {Map<string, number>} */
  const escapes = new Map();
  /** @type {Slow} */
  let slowest = { seed: firstSeed, milliseconds: 0, octets: 0 };
  let tooSlow = 0;
  let pauses = 0;
  let octets = 0;
  let busy = 0;
  warmUp(engine, seeds);
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const bytes = mutate(createRandom(seed), seeds);
    octets += bytes.length;
    const start = performance.now();
    try {
      kinds[probe(engine, bytes)]++;
    } catch (error) {
      report(escapes, error, seed);
    }
    let milliseconds = performance.now() - start;
    busy += milliseconds;
    if (milliseconds > suspicious) {
      if (milliseconds > limit) pauses++;
      milliseconds = Math.min(milliseconds, timeAgain(engine, bytes));
      if (milliseconds > limit && ++tooSlow <= mostShown) {
        console.log(`slow: ${milliseconds.toFixed(1)} ms, --seed ${seed} --count 1`);
      }
    }
    if (milliseconds > slowest.milliseconds) slowest = { seed, milliseconds, octets: bytes.length };
  }
  const taken = kinds.request + kinds.response;
  console.log(`${count} messages (${(octets / 1e6).toFixed(0)} MB), seeds ${firstSeed} to ${firstSeed + count - 1}`);
  console.log(`${taken} taken, ${kinds.failure} refused, ${sum(escapes)} with an escaped exception`);
  console.log(
    `slowest: ${slowest.milliseconds.toFixed(2)} ms for ${slowest.octets} octets (--seed ${slowest.seed} --count 1)`,
  );
  console.log(
    `above ${limit} ms: ${tooSlow}; ${pauses - tooSlow} more only at first (collector or another program), not when timed again`,
  );
  console.log(
    `${Math.round(count / (busy / 1000))} messages per second, ${(octets / 1e3 / busy).toFixed(1)} MB/s through all of it`,
  );
  return escapes.size > 0 || tooSlow > 0 ? 1 : 0;
}

/** The first rounds run before the compiler has seen the code; their times tell nothing. @param {Engine} engine @param {readonly Buffer[]} seeds */
function warmUp(engine, seeds) {
  for (let round = 0; round < 50; round++) for (const bytes of seeds) probe(engine, bytes);
}

/** The least of some times: a pause of the collector does not come each time, slow work does. @param {Engine} engine @param {Uint8Array} bytes */
function timeAgain(engine, bytes) {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < repeats; round++) {
    const start = performance.now();
    try {
      probe(engine, bytes);
    } catch {
      // reported already
    }
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/** @param {Map<string, number>} escapes @param {unknown} error @param {number} seed */
function report(escapes, error, seed) {
  const text =
    error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 3).join("\n") : String(error);
  const count = escapes.get(text) ?? 0;
  escapes.set(text, count + 1);
  if (count === 0 && escapes.size <= mostShown) console.log(`escaped, --seed ${seed} --count 1: ${text}`);
}

/** @param {Map<string, number>} counts */
function sum(counts) {
  return [...counts.values()].reduce((total, each) => total + each, 0);
}
