import type { TransportFactory } from "@siplet/core";
import { describe, expectTypeOf, it } from "vitest";
import type {
  ConvergedHttpSession,
  MemorySessionStore,
  PushService,
  ServletClass,
  NEUTRAL_REGION,
  ORIGINATING_REGION,
  SipApplicationRouterInfo,
  SipApplicationRoutingDirective,
  SipApplicationRoutingRegion,
  SipApplicationRoutingRegionType,
  SipApplicationSession,
  SipRouteModifier,
  SipServletContext,
  SipServletRequest,
  SipServletResponse,
  SipTargetedRequestInfo,
  SipTargetedRequestType,
  TERMINATING_REGION,
} from "../src/index.js";
import type {
  Awaitable,
  CommitResult,
  ContainerObserver,
  ConvergedApplication,
  HttpBridge,
  InvocationEnd,
  ObservedInvocation,
  ObservedTransaction,
  HttpResources,
  PlainValue,
  RoutingState,
  SessionCommit,
  SessionLookup,
  SessionSnapshot,
  SessionStore,
  SipApplicationRouter,
  SipApplicationRouterProvider,
  StoredSession,
  TransactionEnd,
} from "../src/spi/index.js";

describe("JSR 289 §15 the application router", () => {
  it("answers now or later", () => {
    expectTypeOf<SipApplicationRouter>().toEqualTypeOf<{
      init?: (properties: Readonly<Record<string, string>>) => Awaitable<void>;
      applicationDeployed?: (applicationNames: readonly string[]) => void;
      applicationUndeployed?: (applicationNames: readonly string[]) => void;
      getNextApplication: (
        initialRequest: SipServletRequest,
        state: RoutingState,
      ) => Awaitable<SipApplicationRouterInfo | undefined>;
      destroy?: () => Awaitable<void>;
    }>();
    expectTypeOf<SipApplicationRouterProvider>().toEqualTypeOf<{
      getSipApplicationRouter: () => SipApplicationRouter;
    }>();
    expectTypeOf<Awaitable<string>>().toEqualTypeOf<string | Promise<string>>();
  });

  it("is asked with the state of the request, and answers with where it goes", () => {
    expectTypeOf<RoutingState>().toEqualTypeOf<{
      readonly directive: SipApplicationRoutingDirective;
      readonly region: SipApplicationRoutingRegion | undefined;
      readonly targetedRequestInfo: SipTargetedRequestInfo | undefined;
      readonly stateInfo: unknown;
    }>();
    expectTypeOf<SipApplicationRouterInfo>().toEqualTypeOf<{
      readonly nextApplicationName?: string;
      readonly routingRegion?: SipApplicationRoutingRegion;
      readonly subscriberUri?: string;
      readonly routes?: readonly string[];
      readonly routeModifier?: SipRouteModifier;
      readonly stateInfo?: unknown;
    }>();
  });

  it("speaks in the words of the JSR", () => {
    expectTypeOf<SipApplicationRoutingDirective>().toEqualTypeOf<"NEW" | "CONTINUE" | "REVERSE">();
    expectTypeOf<SipApplicationRoutingRegionType>().toEqualTypeOf<"ORIGINATING" | "TERMINATING" | "NEUTRAL">();
    expectTypeOf<SipRouteModifier>().toEqualTypeOf<"ROUTE" | "ROUTE_BACK" | "NO_ROUTE">();
    expectTypeOf<SipTargetedRequestType>().toEqualTypeOf<"ENCODED_URI" | "JOIN" | "REPLACES">();
    expectTypeOf<SipTargetedRequestInfo>().toEqualTypeOf<{
      readonly type: SipTargetedRequestType;
      readonly applicationName: string;
    }>();
    expectTypeOf<typeof NEUTRAL_REGION>().toEqualTypeOf<SipApplicationRoutingRegion>();
    expectTypeOf<typeof ORIGINATING_REGION>().toEqualTypeOf<typeof TERMINATING_REGION>();
    expectTypeOf<SipApplicationRoutingRegion>().toEqualTypeOf<{
      readonly label: string;
      readonly type: SipApplicationRoutingRegionType | undefined;
    }>();
  });
});

describe("the observer of a container", () => {
  it("need not look at everything", () => {
    expectTypeOf<Required<ContainerObserver>>().toExtend<ContainerObserver>();
    expectTypeOf<ContainerObserver["onInvocation"]>().toEqualTypeOf<
      ((invocation: ObservedInvocation) => InvocationEnd | undefined) | undefined
    >();
    expectTypeOf<InvocationEnd>().toEqualTypeOf<(error?: unknown) => void>();
    expectTypeOf<ContainerObserver["onTransaction"]>().toEqualTypeOf<
      ((transaction: ObservedTransaction) => TransactionEnd | undefined) | undefined
    >();
    expectTypeOf<ObservedTransaction["isServer"]>().toBeBoolean();
    expectTypeOf<TransactionEnd>().parameters.toEqualTypeOf<[status: number | undefined]>();
    expectTypeOf<ObservedInvocation["message"]>().toEqualTypeOf<SipServletRequest | SipServletResponse | undefined>();
  });
});

describe("the session store", () => {
  it("is in memory unless another one is given", () => {
    expectTypeOf<MemorySessionStore>().toExtend<SessionStore>();
  });

  it("has these members", () => {
    expectTypeOf<SessionStore>().toEqualTypeOf<{
      readonly isVolatile: boolean;
      commit: (batch: readonly SessionCommit[]) => Awaitable<readonly CommitResult[]>;
      get: (id: string) => Awaitable<StoredSession | undefined>;
      find: (lookup: SessionLookup) => Awaitable<readonly string[]>;
      takeOver: (id: string, seenEpoch: number, owner: string) => Awaitable<StoredSession | undefined>;
      release: (id: string, epoch: number) => Awaitable<boolean>;
      delete: (id: string, epoch: number) => Awaitable<boolean>;
      due: (before: number, limit: number) => Awaitable<readonly string[]>;
      close: () => Awaitable<void>;
    }>();
  });

  it("writes commits and gives stored sessions", () => {
    expectTypeOf<SessionCommit["snapshot"]>().returns.toEqualTypeOf<SessionSnapshot>();
    expectTypeOf<SessionCommit["lookups"]>().toEqualTypeOf<readonly SessionLookup[]>();
    expectTypeOf<SessionLookup["kind"]>().toEqualTypeOf<"dialog" | "session" | "key" | "index" | "http">();
    expectTypeOf<CommitResult["kind"]>().toEqualTypeOf<"committed" | "stale">();
    expectTypeOf<Extract<CommitResult, { kind: "committed" }>["version"]>().toBeNumber();
    expectTypeOf<StoredSession["owner"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<SessionSnapshot["data"]>().toEqualTypeOf<PlainValue>();
  });

  it("takes plain values: no functions, dates or undefined", () => {
    expectTypeOf<{ a: [1, "b", null, Uint8Array] }>().toExtend<PlainValue>();
    expectTypeOf<() => void>().not.toExtend<PlainValue>();
    expectTypeOf<Date>().not.toExtend<PlainValue>();
    expectTypeOf<undefined>().not.toExtend<PlainValue>();
  });
});

describe("JSR 289 §13 the HTTP bridge", () => {
  it("has these members", () => {
    expectTypeOf<HttpBridge>().toEqualTypeOf<{
      readonly url: URL | undefined;
      readonly push: PushService;
      readonly sipTransport: TransportFactory | undefined;
      open: () => Awaitable<void>;
      deploy: (application: ConvergedApplication, resources: HttpResources) => void;
      undeploy: (applicationName: string) => void;
      listen: () => Awaitable<void>;
      close: () => Awaitable<void>;
      getSessions: (applicationSessionId: string) => readonly ConvergedHttpSession[];
      getSession: (id: string) => ConvergedHttpSession | undefined;
      encodeUrl: (applicationSession: SipApplicationSession, url: URL | string) => URL;
      detach: (applicationSessionId: string) => void;
    }>();
  });

  it("gets what is served", () => {
    expectTypeOf<HttpResources>().toEqualTypeOf<{
      readonly controllers: readonly ServletClass[];
      readonly routers: readonly unknown[];
    }>();
  });

  it("reaches the application by this", () => {
    expectTypeOf<ConvergedApplication["servletContext"]>().toEqualTypeOf<SipServletContext>();
    expectTypeOf<ConvergedApplication["getApplicationSession"]>().returns.toEqualTypeOf<
      SipApplicationSession | undefined
    >();
    const run = (application: ConvergedApplication) => application.run(undefined, () => 1);
    expectTypeOf(run).returns.toEqualTypeOf<Awaitable<number>>();
    const resolve = (application: ConvergedApplication) => application.resolve(URL);
    expectTypeOf(resolve).returns.toEqualTypeOf<URL>();
  });
});
