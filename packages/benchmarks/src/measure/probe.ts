/** Loaded before each server that runs in Node: tells the one who measures what only the process itself knows. */
import { performance, PerformanceObserver } from "node:perf_hooks";

/** What the process knows of itself. */
export interface ProbeReport {
  /** Milliseconds that the event loop was busy and idle since the start. */
  readonly active: number;
  readonly idle: number;
  /** Milliseconds in garbage collection since the start. */
  readonly collected: number;
  readonly heapUsed: number;
}

let collected = 0;
const observer = new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) collected += entry.duration;
});
observer.observe({ entryTypes: ["gc"] });

process.on("message", () => {
  const { active, idle } = performance.eventLoopUtilization();
  const report: ProbeReport = { active, idle, collected, heapUsed: process.memoryUsage().heapUsed };
  process.send?.(report);
});
process.on("SIGTERM", () => process.exit(0)); // an orderly end writes the profile
