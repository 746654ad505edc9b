import type { Direction, Endpoint, TransportProtocol } from "@siplet/core";

/** What every event of a call has. */
interface TraceEventBase {
  /** Number within its call, from 1: names the event in links. */
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** A message that came or left. */
export interface MessageEvent extends TraceEventBase {
  readonly kind: "message";
  readonly direction: Direction;
  readonly protocol: TransportProtocol;
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly startLine: string;
  /** Method of a request, or of the CSeq of a response. */
  readonly method: string;
  /** Status of a response; undefined for a request. */
  readonly status: number | undefined;
  /** Number and method of the CSeq. */
  readonly cseq: string;
  readonly callId: string;
  /** Branch of the top Via. */
  readonly branch: string | undefined;
  /** The octets as they passed. */
  readonly bytes: Uint8Array;
  /** The same octets passed before, between the same two ends. */
  readonly isRepeat: boolean;
  /** Whether it carries a session description. */
  readonly hasSdp: boolean;
  /** The application, and the handler in it, that took the message or sent it; undefined for the container itself. */
  application: string | undefined;
  handler: string | undefined;
}

/** Application code that ran. */
export interface HandlerEvent extends TraceEventBase {
  readonly kind: "handler";
  readonly application: string;
  /** `Calls.onInvite`. */
  readonly label: string;
  /** Milliseconds it took, awaiting included; undefined while it runs. */
  duration: number | undefined;
  /** What escaped it. */
  error: string | undefined;
}

/** A SIP session that began, moved to another state, or ended. */
export interface StateEvent extends TraceEventBase {
  readonly kind: "state";
  readonly application: string;
  readonly sessionId: string;
  readonly callId: string;
  /** `CONFIRMED`, or `created` and `destroyed`. */
  readonly state: string;
}

/** A servlet timer that was set, fired or was cancelled. */
export interface TimerEvent extends TraceEventBase {
  readonly kind: "timer";
  readonly application: string;
  readonly timerId: string;
  readonly what: "set" | "fired" | "cancelled";
  /** Milliseconds until it fires, of one that was set. */
  readonly delay: number | undefined;
}

/** One thing that happened in a call. */
export type TraceEvent = MessageEvent | HandlerEvent | StateEvent | TimerEvent;

/** An event before its call gives it a number. */
export type NewTraceEvent = TraceEvent extends infer Event
  ? Event extends TraceEvent
    ? Omit<Event, "id">
    : never
  : never;
