import { inspect } from "node:util";
import type { TappedMessage, TransportTap } from "@siplet/core";
import { CallTrace, type CallSummary } from "./call-trace.js";
import { readMessage, type MessageHead } from "./read-message.js";
import type { HandlerEvent, MessageEvent, NewTraceEvent } from "./trace-event.js";

/** How much is kept. */
export interface TraceLimits {
  /** Calls; the oldest go first. 500 when left out. */
  readonly calls?: number;
  /** Events of one call. 1,000 when left out. */
  readonly events?: number;
  /** Octets of all messages together. 32 MiB when left out. */
  readonly octets?: number;
}

/** Application code that begins to run, and the message it runs for. */
export interface StartedHandler {
  readonly application: string;
  readonly applicationSessionId: string;
  readonly label: string;
  readonly message: HandledMessage | undefined;
}

/** The message that a handler gets. */
export interface HandledMessage {
  readonly callId: string;
  readonly method: string;
  /** Undefined for a request. */
  readonly status: number | undefined;
}

const defaults = { calls: 500, events: 1000, octets: 32 * 2 ** 20 };

/**
 * Keeps what happened in the latest calls. A call is all dialogs of the application sessions that it runs through, so both
 * legs of a back-to-back user agent are one call.
 */
export class TraceRecorder implements TransportTap {
  readonly #limits: Required<TraceLimits>;
  readonly #calls = new Map<string, CallTrace>();
  readonly #byCallId = new Map<string, CallTrace>();
  readonly #bySession = new Map<string, CallTrace>();
  /** Handlers at work, the one that began last at the end. */
  readonly #running: { readonly applicationSessionId: string; readonly event: HandlerEvent }[] = [];
  readonly #watchers = new Set<(call: CallTrace) => void>();
  #octets = 0;

  constructor(limits: TraceLimits = {}) {
    this.#limits = { ...defaults, ...limits };
  }

  /** The calls kept, the latest first. */
  get calls(): readonly CallSummary[] {
    return [...this.#calls.values()].map(({ summary }) => summary).toReversed();
  }

  /** A call by its id, by a Call-ID or by the id of an application session in it. */
  find(id: string): CallTrace | undefined {
    return this.#calls.get(id) ?? this.#byCallId.get(id) ?? this.#bySession.get(id);
  }

  /** Tells of every call that changes; gives the function that ends it. */
  watch(watcher: (call: CallTrace) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  onMessage(message: TappedMessage): void {
    const head = readMessage(message);
    if (head === undefined) return;
    const call = this.#callOf(head.callId);
    if (head.status === undefined) call.begin(head.method, head.from, head.to);
    const bytes = message.bytes.slice();
    const event = call.add(this.#messageEvent(message, head, { call, bytes }));
    if (event !== undefined) this.#octets += bytes.length;
    this.#evict();
    this.#tell(call);
  }

  /** A SIP session was made: its Call-ID belongs to the call of its application session. */
  joinSession(callId: string, applicationSessionId: string): void {
    const known = this.#bySession.get(applicationSessionId);
    const call = this.#callOf(callId);
    if (known !== undefined && known !== call) this.#merge(known, call);
    const kept = known ?? call;
    kept.applicationSessionIds.add(applicationSessionId);
    this.#bySession.set(applicationSessionId, kept);
  }

  /** Application code begins; the function that is given back is told when it has ended, and of what escaped it. */
  startHandler(started: StartedHandler, time: number): (duration: number, error?: unknown) => void {
    const { application, applicationSessionId, label, message } = started;
    const call = this.#bySession.get(applicationSessionId);
    if (call === undefined) return () => undefined;
    const handler = { kind: "handler", application, label, time, duration: undefined, error: undefined } as const;
    const event: HandlerEvent = call.add(handler) ?? { ...handler, id: 0 };
    if (message !== undefined) attribute(call, message, started);
    const running = { applicationSessionId, event };
    this.#running.push(running);
    this.#tell(call);
    return (duration, error) => {
      this.#running.splice(this.#running.indexOf(running), 1);
      event.duration = duration;
      if (error !== undefined) {
        event.error = error instanceof Error ? error.message : inspect(error);
        call.noteError();
      }
      this.#tell(call);
    };
  }

  /** Something else happened in an application session. */
  note(applicationSessionId: string, event: Extract<NewTraceEvent, { readonly kind: "state" | "timer" }>): void {
    const call = this.#bySession.get(applicationSessionId);
    if (call === undefined) return;
    call.add(event);
    this.#tell(call);
  }

  #messageEvent(
    message: TappedMessage,
    head: MessageHead,
    { call, bytes }: { readonly call: CallTrace; readonly bytes: Uint8Array },
  ): Omit<MessageEvent, "id"> {
    const { direction, protocol, source, target, time } = message;
    const { startLine, method, status, cseq, callId, branch, hasSdp } = head;
    const isRepeat =
      call.findMessage((each) => isSame(each, head, direction) && equal(each.bytes, bytes)) !== undefined;
    const sender = direction === "out" && !isRepeat && status !== 100 ? this.#runningIn(call) : undefined;
    return {
      kind: "message",
      direction,
      protocol,
      source,
      target,
      time,
      startLine,
      method,
      status,
      cseq,
      callId,
      branch,
      hasSdp,
      bytes,
      isRepeat,
      application: sender?.application,
      handler: sender?.label,
    };
  }

  /** The handlers of one application session never overlap: what leaves while one runs was sent by it. */
  #runningIn(call: CallTrace): HandlerEvent | undefined {
    return this.#running.findLast(({ applicationSessionId }) => call.applicationSessionIds.has(applicationSessionId))
      ?.event;
  }

  #callOf(callId: string): CallTrace {
    const known = this.#byCallId.get(callId);
    if (known !== undefined) return known;
    const call = new CallTrace(callId, this.#limits);
    call.callIds.add(callId);
    this.#calls.set(callId, call);
    this.#byCallId.set(callId, call);
    return call;
  }

  #merge(kept: CallTrace, other: CallTrace): void {
    kept.absorb(other);
    this.#calls.delete(other.id);
    for (const id of other.callIds) this.#byCallId.set(id, kept);
    for (const id of other.applicationSessionIds) this.#bySession.set(id, kept);
  }

  #evict(): void {
    const { calls, octets } = this.#limits;
    while (this.#calls.size > 1 && (this.#calls.size > calls || this.#octets > octets)) {
      const [oldest] = this.#calls.values();
      if (oldest === undefined) return;
      this.#forget(oldest);
    }
  }

  #forget(call: CallTrace): void {
    this.#calls.delete(call.id);
    for (const id of call.callIds) this.#byCallId.delete(id);
    for (const id of call.applicationSessionIds) this.#bySession.delete(id);
    for (const event of call.events) if (event.kind === "message") this.#octets -= event.bytes.length;
  }

  #tell(call: CallTrace): void {
    for (const watcher of this.#watchers) watcher(call);
  }
}

/** Names the handler of the message that came last of its kind. */
function attribute(call: CallTrace, message: HandledMessage, { application, label }: StartedHandler): void {
  const { callId, method, status } = message;
  const event = call.findMessage(
    (each) => each.direction === "in" && each.callId === callId && each.method === method && each.status === status,
  );
  if (event === undefined) return;
  // In a chain of applications the first one took it from the network.
  event.application ??= application;
  event.handler ??= label;
}

function isSame(event: MessageEvent, head: MessageHead, direction: MessageEvent["direction"]): boolean {
  return event.direction === direction && event.branch === head.branch && event.startLine === head.startLine;
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
