import type { Endpoint, Logger, TappedMessage, TransportTap } from "@siplet/core";
import type { SipContainer } from "@siplet/framework";
import { describe, expectTypeOf, it } from "vitest";
import {
  buildLadder,
  callPcap,
  type ConsoleError,
  ladderMermaid,
  ladderText,
  recordContainer,
  SipletConsole,
  type TraceRecorder,
  type CallState,
  type CallSummary,
  type CallTrace,
  type CallTraceLimits,
  type ConsoleErrorCode,
  type ConsoleOptions,
  type HandledMessage,
  type HandlerEvent,
  type Ladder,
  type LadderArrow,
  type LadderColumn,
  type LadderNote,
  type LadderRow,
  type MessageEvent,
  type NewTraceEvent,
  type NextHandler,
  type RegistrationSource,
  type RegistrationView,
  type StartedHandler,
  type StateEvent,
  type TimerEvent,
  type TraceEvent,
  type TraceLimits,
} from "../src/index.js";

describe("SipletConsole", () => {
  it("needs no options", () => {
    expectTypeOf(SipletConsole).toBeConstructibleWith();
    expectTypeOf<ConsoleOptions>().toEqualTypeOf<{
      readonly password?: string;
      readonly path?: string;
      readonly isProduction?: boolean;
      readonly limits?: TraceLimits;
      readonly registrations?: RegistrationSource;
      readonly log?: Logger;
    }>();
    expectTypeOf<RegistrationSource>().returns.resolves.toEqualTypeOf<readonly RegistrationView[]>();
    expectTypeOf<NextHandler>().returns.toBeVoid();
  });

  it("is attached to a container", () => {
    expectTypeOf<SipletConsole["attach"]>().toEqualTypeOf<(container: SipContainer) => () => void>();
    expectTypeOf<ConsoleError["code"]>().toEqualTypeOf<ConsoleErrorCode>();
  });
});

describe("the recorder", () => {
  it("is a tap", () => {
    expectTypeOf<TraceRecorder>().toExtend<TransportTap>();
    expectTypeOf<TraceRecorder["onMessage"]>().parameter(0).toEqualTypeOf<TappedMessage>();
    expectTypeOf<TraceRecorder["calls"]>().toEqualTypeOf<readonly CallSummary[]>();
    expectTypeOf<TraceRecorder["find"]>().returns.toEqualTypeOf<CallTrace | undefined>();
    expectTypeOf<CallTraceLimits>().toEqualTypeOf<{ readonly events: number }>();
    expectTypeOf<StartedHandler["message"]>().toEqualTypeOf<HandledMessage | undefined>();
    expectTypeOf(recordContainer).returns.toEqualTypeOf<() => void>();
  });

  it("has four kinds of event", () => {
    expectTypeOf<TraceEvent>().toEqualTypeOf<MessageEvent | HandlerEvent | StateEvent | TimerEvent>();
    expectTypeOf<MessageEvent["source"]>().toEqualTypeOf<Endpoint>();
    expectTypeOf<CallState>().toExtend<string>();
    // @ts-expect-error an event gets its number from its call
    expectTypeOf<NewTraceEvent>().toHaveProperty("id");
  });
});

describe("a ladder", () => {
  it("is drawn of a call and written in several ways", () => {
    expectTypeOf<CallTrace>().toExtend<Parameters<typeof buildLadder>[0]>();
    expectTypeOf(buildLadder).returns.toEqualTypeOf<Ladder>();
    expectTypeOf<Ladder["columns"]>().toEqualTypeOf<readonly LadderColumn[]>();
    expectTypeOf<LadderRow>().toEqualTypeOf<LadderArrow | LadderNote>();
    expectTypeOf(ladderText).returns.toBeString();
    expectTypeOf(ladderMermaid).returns.toBeString();
    expectTypeOf(callPcap).returns.resolves.toEqualTypeOf<Buffer>();
  });
});
