import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const worker = fileURLToPath(new URL("../../packages/benchmarks/dist/growth/growth-worker.js", import.meta.url));
const kibibyte = 1024;
const calls = 1000;

/** Heap of each established call, once all transactions are over: what the benchmark `growth` measures, with fewer calls. */
async function heapPerCall(of: "calls" | "b2bua-calls"): Promise<number> {
  const job = JSON.stringify({ of, count: calls });
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", worker, job]);
  return (JSON.parse(stdout) as { readonly heapPerCall: number }).heapPerCall;
}

describe("the heap of an established call", () => {
  it("is at most 6 KB where the application answers", async () => {
    expect(await heapPerCall("calls")).toBeLessThan(6 * kibibyte);
  });

  it("is at most 12 KB through a back-to-back user agent: nothing of its messages is kept", async () => {
    expect(await heapPerCall("b2bua-calls")).toBeLessThan(12 * kibibyte);
  });
});
