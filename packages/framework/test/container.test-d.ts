import type { Clock, DnsResolver, ListenInput, Logger, RandomSource, TimerValues, TransportTap } from "@siplet/core";
import { describe, expectTypeOf, it } from "vitest";
import {
  bootstrap,
  ContainerModule,
  defaultAnswerTimeouts,
  inject,
  injectable,
  multiInject,
  named,
  optional,
  type SipContainer,
  SipFactory,
  tagged,
  type AnswerTimeouts,
  type ApplicationSecurityOptions,
  type ApplicationDefinition,
  type BeanToken,
  type BridgeHooks,
  type Bind,
  type ContainerApplication,
  type ContainerCounts,
  type ContainerOptions,
  type CloseOnSignalsOptions,
  type Closable,
  closeOnSignals,
  type ContainerLoad,
  type ContainerState,
  type HttpOptions,
  type RouterInput,
  type OperationsOptions,
  type InjectionSetup,
  type ServletClass,
  type SipApplicationSession,
  type SecurityOptions,
  type SipUri,
} from "../src/index.js";
import type { ContainerObserver, HttpBridge, SessionSnapshot, SessionStore } from "../src/spi/index.js";
import type { OwnMembers } from "./own-members.js";

class Calls {}

describe("bootstrap", () => {
  it("takes applications and places to listen, everything else is optional", () => {
    expectTypeOf(bootstrap).toEqualTypeOf<(options: ContainerOptions) => Promise<SipContainer>>();
    expectTypeOf<{ applications: []; listen: [] }>().toExtend<ContainerOptions>();
    // @ts-expect-error nowhere to listen
    expectTypeOf(() => bootstrap({ applications: [] })).toBeFunction();
    // @ts-expect-error an unknown option
    expectTypeOf(() => bootstrap({ applications: [], listen: [], port: 5060 })).toBeFunction();
  });

  it("has these options", () => {
    expectTypeOf<ContainerOptions>().toEqualTypeOf<{
      readonly applications: readonly ContainerApplication[];
      readonly listen: readonly ListenInput[];
      readonly router?: RouterInput;
      readonly http?: HttpOptions | HttpBridge;
      readonly operations?: OperationsOptions | false;
      readonly log?: Logger;
      readonly clock?: Clock;
      readonly random?: RandomSource;
      readonly timers?: Partial<TimerValues>;
      readonly resolver?: DnsResolver;
      readonly drain?: "setup" | "calls";
      readonly drainTimeout?: number;
      readonly overdueTimeout?: number;
      readonly stuckTimeout?: number;
      readonly store?: SessionStore;
      readonly engineName?: string;
      readonly secret?: string;
      readonly security?: SecurityOptions;
      readonly answerTimeout?: Partial<AnswerTimeouts>;
    }>();
    expectTypeOf(defaultAnswerTimeouts).toEqualTypeOf<AnswerTimeouts>();
    expectTypeOf<AnswerTimeouts>().toEqualTypeOf<{ readonly invite: number; readonly other: number }>();
    expectTypeOf<OwnMembers<ContainerApplication, ApplicationDefinition>>().toEqualTypeOf<{
      readonly configure?: InjectionSetup | readonly InjectionSetup[];
      readonly snapshotClasses?: readonly ServletClass[];
      readonly bridgeHooks?: readonly ServletClass<BridgeHooks>[];
      readonly security?: ApplicationSecurityOptions;
    }>();
  });

  it("gives a container that can be looked at, changed and closed", () => {
    expectTypeOf<SipContainer["applicationNames"]>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<SipContainer["listenPoints"]>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<SipContainer["state"]>().toEqualTypeOf<ContainerState>();
    expectTypeOf<ContainerState>().toEqualTypeOf<"starting" | "ready" | "draining" | "closed">();
    expectTypeOf<SipContainer["load"]>().toEqualTypeOf<ContainerLoad>();
    expectTypeOf<ContainerLoad["connections"]>().toEqualTypeOf<Readonly<Record<string, number>>>();
    expectTypeOf<SipContainer["operationsUrl"]>().toEqualTypeOf<URL | undefined>();
    expectTypeOf<SipContainer["drain"]>().toEqualTypeOf<() => Promise<void>>();
    expectTypeOf<SipContainer>().toExtend<Closable>();
    expectTypeOf(closeOnSignals).parameters.toEqualTypeOf<[container: Closable, options?: CloseOnSignalsOptions]>();
    expectTypeOf<SipContainer["httpUrl"]>().toEqualTypeOf<URL | undefined>();
    expectTypeOf<SipContainer["outboundInterfaces"]>().toEqualTypeOf<readonly SipUri[]>();
    expectTypeOf<SipContainer["handlerTable"]>().toBeString();
    expectTypeOf<SipContainer["counts"]>().toEqualTypeOf<ContainerCounts>();
    expectTypeOf<ContainerCounts["applicationSessions"]>().toBeNumber();
    expectTypeOf<SipContainer["deploy"]>().toEqualTypeOf<(application: ContainerApplication) => Promise<void>>();
    expectTypeOf<SipContainer["undeploy"]>().toEqualTypeOf<(name: string) => Promise<void>>();
    expectTypeOf<SipContainer["passivateSession"]>().toEqualTypeOf<(id: string) => Promise<SessionSnapshot>>();
    expectTypeOf<SipContainer["activateSession"]>().toEqualTypeOf<
      (snapshot: SessionSnapshot) => SipApplicationSession
    >();
    expectTypeOf<SipContainer["observe"]>().toEqualTypeOf<(observer: ContainerObserver) => () => void>();
    expectTypeOf<SipContainer["addTap"]>().toEqualTypeOf<(tap: TransportTap) => () => void>();
    expectTypeOf<SipContainer["getApplicationSessions"]>().toEqualTypeOf<
      (applicationName?: string) => readonly SipApplicationSession[]
    >();
    expectTypeOf<SipContainer["close"]>().toEqualTypeOf<() => Promise<void>>();
  });

  it("gives out beans by class, abstract or not", () => {
    const factoryOf = (container: SipContainer) => container.bean("calls", SipFactory);
    const callsOf = (container: SipContainer) => container.bean("calls", Calls);
    expectTypeOf(factoryOf).returns.toEqualTypeOf<SipFactory>();
    expectTypeOf(callsOf).returns.toEqualTypeOf<Calls>();
  });
});

describe("injection", () => {
  it("binds by a function or by a module", () => {
    const byFunction: InjectionSetup = (bind: Bind) => void bind(Calls).toSelf().inSingletonScope();
    const byModule: InjectionSetup = new ContainerModule(({ bind }) => void bind(Calls).toSelf());
    expectTypeOf([byFunction, byModule]).toExtend<ContainerApplication["configure"]>();
    expectTypeOf(Calls).toExtend<BeanToken<Calls>>();
  });

  it("has the decorators of constructor parameters", () => {
    @injectable()
    class Bean {
      constructor(
        @inject(SipFactory) readonly factory: SipFactory,
        @inject("port") @named("http") readonly port: number,
        @inject("host") @tagged("kind", "sip") @optional() readonly host: string | undefined,
        @multiInject(Calls) readonly calls: Calls[],
      ) {}
    }
    expectTypeOf(Bean).toBeConstructibleWith({} as SipFactory, 5060, undefined, []);
  });
});
