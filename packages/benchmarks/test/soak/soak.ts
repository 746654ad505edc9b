import type { SoakOptions } from "./soak-options.js";
import { SoakWorld } from "./soak-world.js";
import { outcomes, type OutcomeCount, type Outcome } from "./tally.js";

/** Memory at one moment, after garbage was collected, in octets. */
export interface MemorySample {
  readonly calls: number;
  readonly heap: number;
  readonly rss: number;
}

/** What a soak found. */
export interface SoakResult {
  readonly calls: Readonly<Record<Outcome, OutcomeCount>>;
  readonly surprises: readonly string[];
  /** Tables that are not empty at the end, by container and name. */
  readonly leftovers: Readonly<Record<string, number>>;
  readonly samples: readonly MemorySample[];
  readonly seconds: number;
}

/** Milliseconds after which every call of a wave is over: nobody answers, then 64·T1 for what is left. */
const lifeOfWave = 120_000;
const mostRounds = 20;
/** At which parts of the run memory is looked at. */
const sampleAt = [0.1, 0.5, 1];

/** Makes the calls, wave by wave, and looks at what is left. */
export async function soak(options: SoakOptions, tell: (line: string) => void): Promise<SoakResult> {
  const world = await SoakWorld.start(options);
  const begun = performance.now();
  const samples: MemorySample[] = [];
  let made = 0;
  while (made < options.calls) {
    const size = Math.min(options.wave, options.calls - made);
    await runWave(world, made, size);
    made += size;
    const due = sampleAt[samples.length] ?? Number.POSITIVE_INFINITY;
    if (made < due * options.calls) continue;
    samples.push(sample(made));
    tell(progress(samples.at(-1), options, performance.now() - begun));
  }
  const leftovers = world.leftovers();
  const { counts: calls, surprises } = world.tally;
  await world.close();
  return { calls, surprises, leftovers, samples, seconds: (performance.now() - begun) / 1000 };
}

/** Users come, calls are made, everything ends, users go. */
async function runWave(world: SoakWorld, first: number, size: number): Promise<void> {
  await world.register(3600);
  for (let call = first; call < first + size; call++) {
    const outcome = outcomes[call % outcomes.length] ?? "answered";
    const isByBridge = Math.floor(call / outcomes.length) % 2 === 1;
    await world.caller.dial(outcome, isByBridge ? world.places.bridge : world.places.proxy);
  }
  for (let round = 0; round < mostRounds && world.tally.open > 0; round++) await world.pass(lifeOfWave / 4);
  await world.register(0);
  for (let round = 0; round < mostRounds && isBusy(world); round++) await world.pass(lifeOfWave / 4);
}

function isBusy(world: SoakWorld): boolean {
  return Object.keys(world.leftovers()).length > 0;
}

function sample(calls: number): MemorySample {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { calls, heap: heapUsed, rss };
}

function progress(taken: MemorySample | undefined, { calls }: SoakOptions, milliseconds: number): string {
  if (taken === undefined) return "";
  const seconds = (milliseconds / 1000).toFixed(0).padStart(5);
  return `${String(taken.calls).padStart(8)} of ${calls} calls, ${seconds} s, heap ${megabytes(taken.heap)}, RSS ${megabytes(taken.rss)}`;
}

/** `12.3 MB` */
export function megabytes(octets: number): string {
  return `${(octets / 1_048_576).toFixed(1)} MB`;
}
