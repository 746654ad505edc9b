import { maskCredentials } from "@siplet/core";
import { buildLadder, type Ladder } from "../ladder/build-ladder.js";
import type { CallSummary, CallTrace } from "../trace/call-trace.js";
import type { TraceEvent } from "../trace/trace-event.js";

/** A call as its page gets it. */
export interface CallView {
  readonly call: CallSummary;
  readonly callIds: readonly string[];
  readonly applicationSessionIds: readonly string[];
  readonly ladder: Ladder;
  /** Texts of the messages by the number of their event; credentials are masked. */
  readonly messages: Readonly<Record<number, string>>;
  readonly handlers: readonly HandlerRun[];
  /** Events that came when the call was full. */
  readonly dropped: number;
}

/** A handler that ran. */
export interface HandlerRun {
  readonly time: number;
  readonly application: string;
  readonly label: string;
  readonly duration: number | undefined;
  readonly error: string | undefined;
}

/** All that a page shows of a call. */
export function viewOf(call: CallTrace): CallView {
  return {
    call: call.summary,
    callIds: [...call.callIds],
    applicationSessionIds: [...call.applicationSessionIds],
    ladder: buildLadder(call),
    messages: Object.fromEntries(call.events.flatMap(textOf)),
    handlers: call.events.flatMap((event) => (event.kind === "handler" ? [event] : [])),
    dropped: call.dropped,
  };
}

function textOf(event: TraceEvent): [number, string][] {
  if (event.kind !== "message") return [];
  const { bytes } = event;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return [[event.id, maskCredentials(text)]];
}
