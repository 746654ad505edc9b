import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { PcapTap } from "@siplet/core";
import type { TraceEvent } from "../trace/trace-event.js";

/** The messages of a call as a packet capture that Wireshark opens. */
export async function callPcap(events: readonly TraceEvent[]): Promise<Buffer> {
  const output = new PassThrough();
  const whole = buffer(output);
  const tap = new PcapTap({ output, backlog: Number.MAX_SAFE_INTEGER });
  for (const event of events) if (event.kind === "message") tap.onMessage(event);
  await tap.close();
  return whole;
}
