/** What a worker measures: cost and memory with so many of something. */
export interface GrowthJob {
  readonly of: "calls" | "b2bua-calls" | "servlets" | "applications" | "timers";
  readonly count: number;
}

/** What it found. */
export interface GrowthResult {
  /** CPU time of one further call, or of one timer set and stopped, in microseconds. */
  readonly cpuPerUnit: number;
  /** Heap of each established call, in octets; undefined where calls are not what grows, or are too few to tell. */
  readonly heapPerCall: number | undefined;
  readonly residentMegabytes: number;
}
