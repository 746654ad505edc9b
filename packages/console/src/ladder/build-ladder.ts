import type { CallTrace } from "../trace/call-trace.js";
import type { MessageEvent, StateEvent, TimerEvent, TraceEvent } from "../trace/trace-event.js";

/** A column of a ladder: somebody on the network, or the container. */
export interface LadderColumn {
  readonly id: string;
  readonly label: string;
  readonly kind: "peer" | "container";
}

/** A message as an arrow between two columns. */
export interface LadderArrow {
  readonly kind: "arrow";
  readonly eventId: number;
  readonly time: number;
  /** Ids of columns. */
  readonly from: string;
  readonly to: string;
  /** `INVITE (SDP)`, `180 Ringing`. */
  readonly label: string;
  /** `Calls.onInvite`; undefined where the container acted by itself. */
  readonly handler: string | undefined;
  readonly application: string | undefined;
  readonly protocol: string;
  readonly isRepeat: boolean;
  readonly tone: "request" | "provisional" | "success" | "failure";
  /** Which of the call's dialogs it belongs to, counted from 0. */
  readonly leg: number;
}

/** Something that happened inside the container. */
export interface LadderNote {
  readonly kind: "note";
  readonly eventId: number;
  readonly time: number;
  readonly text: string;
  readonly tone: "handler" | "state" | "timer" | "error";
}

/** One line of a ladder, from top to bottom. */
export type LadderRow = LadderArrow | LadderNote;

/** A call as a ladder diagram: who stands side by side, and what passed between them. */
export interface Ladder {
  readonly columns: readonly LadderColumn[];
  readonly rows: readonly LadderRow[];
}

const container: LadderColumn = { id: "container", label: "Siplet", kind: "container" };

/** Draws a call: the caller to the left, the container, and to the right whoever it calls. */
export function buildLadder(call: Pick<CallTrace, "events" | "callIds">): Ladder {
  const peers = peersOf(call.events);
  const [first, ...others] = peers;
  const legs = [...call.callIds];
  return {
    columns: [...(first === undefined ? [] : [first]), container, ...others],
    rows: call.events.flatMap((event) => rowOf(event, legs)),
  };
}

function peersOf(events: readonly TraceEvent[]): readonly LadderColumn[] {
  const peers = new Map<string, LadderColumn>();
  for (const event of events) {
    if (event.kind !== "message") continue;
    const id = peerOf(event);
    if (!peers.has(id)) peers.set(id, { id, label: id, kind: "peer" });
  }
  return [...peers.values()];
}

function peerOf({ direction, source, target }: MessageEvent): string {
  const { address, port } = direction === "in" ? source : target;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function rowOf(event: TraceEvent, legs: readonly string[]): LadderRow[] {
  const { id: eventId, time } = event;
  if (event.kind === "message") return [arrowOf(event, legs)];
  if (event.kind === "state") return [{ kind: "note", eventId, time, text: stateText(event, legs), tone: "state" }];
  if (event.kind === "timer") return [{ kind: "note", eventId, time, text: timerText(event), tone: "timer" }];
  if (event.error !== undefined) {
    return [{ kind: "note", eventId, time, text: `${event.label} failed: ${event.error}`, tone: "error" }];
  }
  return [];
}

function arrowOf(event: MessageEvent, legs: readonly string[]): LadderArrow {
  const { id: eventId, time, direction, application, handler, protocol, isRepeat, callId } = event;
  const peer = peerOf(event);
  const [from, to] = direction === "in" ? [peer, container.id] : [container.id, peer];
  return {
    kind: "arrow",
    eventId,
    time,
    from,
    to,
    application,
    handler,
    protocol,
    isRepeat,
    label: labelOf(event),
    tone: toneOf(event.status),
    leg: Math.max(0, legs.indexOf(callId)),
  };
}

function labelOf({ method, status, startLine, hasSdp }: MessageEvent): string {
  const text = status === undefined ? method : startLine.split(" ").slice(1).join(" ");
  return hasSdp ? `${text} (SDP)` : text;
}

function toneOf(status: number | undefined): LadderArrow["tone"] {
  if (status === undefined) return "request";
  if (status < 200) return "provisional";
  return status < 300 ? "success" : "failure";
}

/** With several dialogs, the session is told by the number of its dialog. */
function stateText({ application, state, callId }: StateEvent, legs: readonly string[]): string {
  return `${application}: session ${legs.length > 1 ? `${legs.indexOf(callId) + 1} ` : ""}${state}`;
}

function timerText({ application, what, delay }: TimerEvent): string {
  return `${application}: timer ${what}${delay === undefined ? "" : ` (${(delay / 1000).toFixed(1)} s)`}`;
}
