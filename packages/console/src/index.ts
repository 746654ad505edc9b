/**
 * A live view of a Siplet container in the browser.
 *
 *     const view = new SipletConsole();
 *     const container = await bootstrap({ applications, listen: ["udp:127.0.0.1:5060"] });
 *     view.attach(container);
 *     await view.listen(8090);
 *
 * @packageDocumentation
 */
// console
export { SipletConsole, type ConsoleOptions, type NextHandler } from "./console/siplet-console.js";
export { ConsoleError, type ConsoleErrorCode } from "./console/console-error.js";
export type { RegistrationSource } from "./server/container-source.js";
export type { RegistrationView } from "./server/console-source.js";
// trace
export { TraceRecorder, type HandledMessage, type StartedHandler, type TraceLimits } from "./trace/trace-recorder.js";
export type { CallTrace, CallSummary, CallTraceLimits } from "./trace/call-trace.js";
export type { CallState } from "./trace/call-progress.js";
export type {
  HandlerEvent,
  MessageEvent,
  NewTraceEvent,
  StateEvent,
  TimerEvent,
  TraceEvent,
} from "./trace/trace-event.js";
export { recordContainer } from "./trace/record-container.js";
// ladder
export {
  buildLadder,
  type Ladder,
  type LadderArrow,
  type LadderColumn,
  type LadderNote,
  type LadderRow,
} from "./ladder/build-ladder.js";
export { ladderText } from "./export/ladder-text.js";
export { ladderMermaid } from "./export/ladder-mermaid.js";
export { callPcap } from "./export/call-pcap.js";
