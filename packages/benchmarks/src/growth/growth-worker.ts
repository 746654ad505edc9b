/** A program: `<job as JSON>`; measures with so many of something in one process and prints the result as JSON. */
import "reflect-metadata";
import { silentLogger, systemClock } from "@siplet/core";
import { bootstrap, type ContainerApplication } from "@siplet/framework";
import { Answer } from "../servers/answer-servlet.js";
import { Between } from "../servers/between-servlet.js";
import type { GrowthJob, GrowthResult } from "./growth-job.js";
import { MemoryCaller } from "./memory-caller.js";
import { MemoryPeer } from "./memory-peer.js";

/** Short, so that transactions are gone when memory is measured: 64·T1 are 0.64 s. */
const timers = { t1: 10, t2: 40, t4: 50, d: 640 };
const settleTime = 1500;
const measured = 5000;
const warmUp = 5000;
/** With fewer calls what else comes and goes on the heap counts for more than they do. */
const fewest = 1000;

const collect = (globalThis as { gc?: () => void }).gc ?? ((): void => {});
const job = JSON.parse(process.argv[2] ?? "{}") as GrowthJob;

function applications(): ContainerApplication[] {
  if (job.of === "b2bua-calls") return [{ name: "between", servlets: [Between] }];
  if (job.of === "applications") {
    return Array.from({ length: job.count }, (_, index) => ({ name: `answer${index}`, servlets: [Answer] }));
  }
  if (job.of !== "servlets") return [{ name: "answer", servlets: [Answer] }];
  const idle = Array.from({ length: job.count - 1 }, (_, index) => ({
    name: `idle${index}`,
    servletClass: class extends Answer {},
  }));
  return [{ name: "answer", servlets: [Answer, ...idle], mainServlet: "Answer" }];
}

function heap(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

const nothing = (): void => {};

const settle = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, settleTime));

async function cpuOf(count: number, work: (index: number) => Promise<void> | void): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < count; index++) await work(index);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

async function measureCalls(): Promise<GrowthResult> {
  const peer = new MemoryPeer();
  await bootstrap({ applications: applications(), listen: [peer.factory], log: silentLogger, timers });
  const caller = new MemoryCaller(peer);
  const wholeCall = async (index: number): Promise<void> => {
    (await caller.establish())();
    if (index % 100 === 0) await new Promise(setImmediate);
  };
  await cpuOf(warmUp, wholeCall);
  await settle();
  const before = heap();
  const isCalls = job.of === "calls" || job.of === "b2bua-calls";
  const held = isCalls ? job.count : 0;
  const ends: (() => void)[] = Array.from({ length: held });
  await cpuOf(held, async (index) => {
    ends[index] = await caller.establish();
    if (index % 100 === 0) await new Promise(setImmediate);
  });
  ends.length = 0;
  await settle();
  const heapPerCall = held < fewest ? undefined : (heap() - before) / held;
  const residentMegabytes = process.memoryUsage().rss / 1_048_576;
  return { cpuPerUnit: await cpuOf(measured, wholeCall), heapPerCall, residentMegabytes };
}

async function measureTimers(): Promise<GrowthResult> {
  const delays = [500, 4000, 5000, 32_000, 180_000];
  const delayOf = (index: number): number => delays[index % delays.length] ?? 500;
  for (let index = 0; index < job.count; index++) systemClock.setTimeout(nothing, 600_000 + delayOf(index), undefined);
  const setAndStop = (index: number): void =>
    systemClock.clearTimeout(systemClock.setTimeout(nothing, delayOf(index), undefined));
  await cpuOf(100_000, setAndStop);
  const cpuPerUnit = await cpuOf(100_000, setAndStop);
  return { cpuPerUnit, heapPerCall: undefined, residentMegabytes: process.memoryUsage().rss / 1_048_576 };
}

const result = job.of === "timers" ? await measureTimers() : await measureCalls();
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
