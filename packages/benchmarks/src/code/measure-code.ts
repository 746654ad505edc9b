import { median } from "../statistics/statistics.js";
import type { CodePeer } from "./code-peer.js";
import { drachtioCode, jsSipCode, sipJsCode } from "./library-peers.js";
import { npmSipCode } from "./npm-sip-code.js";
import { sampleUris } from "./sample-messages.js";
import { sipletCode } from "./siplet-code.js";

/** What is measured of code alone. */
export const codeScenarios = {
  parse: "parse an INVITE of sixteen header fields, read the usual ten, write its 200",
  serialize: "build and write the 200 of an INVITE that was read before",
  uri: "parse a URI and read its host, four kinds in turn",
} as const;

/** Names one of them. */
export type CodeScenario = keyof typeof codeScenarios;

/** One library in one scenario: medians of CPU time, in microseconds. */
export interface CodeRow {
  readonly library: string;
  readonly microseconds: number;
  /** How many times as long as ours it takes. */
  readonly ratio: number;
  readonly isDoubtful: boolean;
}

const roundTime = 150_000;

/** Measures all libraries of a scenario in turn, again and again, on this core. */
export async function measureCode(scenario: CodeScenario, repetitions: number): Promise<CodeRow[]> {
  const peers = [sipletCode, npmSipCode, await sipJsCode(), jsSipCode(), drachtioCode()];
  const works = peers.flatMap((peer) => {
    const work = workOf(peer, scenario);
    return work === undefined ? [] : [{ peer, work, samples: [] as number[] }];
  });
  for (const { work } of works) timeOf(work); // the compiler warms up
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const { work, samples } of works) samples.push(timeOf(work));
  }
  const own = median(works[0]?.samples ?? []);
  return works.map(({ peer, samples }) => ({
    library: peer.name,
    microseconds: median(samples),
    ratio: median(samples) / own,
    isDoubtful: samples.length < 3,
  }));
}

function workOf(peer: CodePeer, scenario: CodeScenario): (() => number) | undefined {
  if (scenario === "parse") return peer.answer;
  if (scenario === "serialize") return peer.serialize;
  const { uri } = peer;
  if (uri === undefined) return undefined;
  let index = 0;
  return () => uri(sampleUris[index++ % sampleUris.length] ?? "");
}

/** CPU time of one run, in microseconds: as many runs as fit into the time of a round. */
function timeOf(work: () => number): number {
  let runs = 0;
  let read = 0;
  const before = process.cpuUsage();
  for (;;) {
    for (let index = 0; index < 200; index++) read += work();
    runs += 200;
    const { user, system } = process.cpuUsage(before);
    if (user + system >= roundTime) return read > 0 ? (user + system) / runs : Number.NaN;
  }
}
