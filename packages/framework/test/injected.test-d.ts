import { describe, expectTypeOf, it } from "vitest";
import type {
  Address,
  AuthInfo,
  ContextualProxy,
  DnsResolver,
  Flow,
  LastExecution,
  ManagedScheduledSipExecutorService,
  ManagedSipExecutorService,
  Parameterable,
  Principal,
  ServletTimer,
  SipApplicationSession,
  SipContextService,
  SipFactory,
  SipServletRequest,
  SipSession,
  SipSessionsUtil,
  SipUri,
  SipWebSocketContext,
  TaskFuture,
  TaskOptions,
  TimerOptions,
  TimerService,
  Trigger,
  Uri,
} from "../src/index.js";
import type { OwnMembers } from "./own-members.js";

declare const factory: SipFactory;
declare const util: SipSessionsUtil;
declare const timers: TimerService;
declare const executor: ManagedSipExecutorService;
declare const scheduler: ManagedScheduledSipExecutorService;
declare const contexts: SipContextService;
declare const applicationSession: SipApplicationSession;
declare const request: SipServletRequest;
declare const uri: Uri;

describe("JSR 289 §4 SipFactory", () => {
  it("has these members", () => {
    expectTypeOf<Omit<OwnMembers<SipFactory>, "createAddress" | "createRequest">>().toEqualTypeOf<{
      createUri: (text: string) => Uri;
      createSipUri: (user: string | undefined, host: string) => SipUri;
      createParameterable: (text: string) => Parameterable;
      createApplicationSession: () => SipApplicationSession;
      createApplicationSessionByKey: (key: string) => SipApplicationSession;
      createAuthInfo: () => AuthInfo;
    }>();
  });

  it("makes addresses of text and of URIs", () => {
    expectTypeOf(() => factory.createAddress("*")).returns.toEqualTypeOf<Address>();
    expectTypeOf(() => factory.createAddress(uri, "Alice")).returns.toEqualTypeOf<Address>();
    // @ts-expect-error text has its display name in it
    expectTypeOf(() => factory.createAddress("sip:a@b", "Alice")).toBeFunction();
  });

  it("makes requests between addresses, URIs and texts", () => {
    const created = () => factory.createRequest(applicationSession, "INVITE", "sip:a@b", uri);
    expectTypeOf(created).returns.toEqualTypeOf<SipServletRequest>();
    expectTypeOf(() => factory.createRequest(request, true)).returns.toEqualTypeOf<SipServletRequest>();
  });
});

describe("JSR 289 §6 SipSessionsUtil", () => {
  it("has these members", () => {
    type Own = OwnMembers<SipSessionsUtil>;
    expectTypeOf<Omit<Own, "getApplicationSessionByKey" | "getManagedBean">>().toEqualTypeOf<{
      getApplicationSessionById: (id: string) => SipApplicationSession | undefined;
      getCorrespondingSipSession: (session: SipSession, headerName: string) => SipSession | undefined;
      getSipApplicationSessionIds: (indexKey?: string) => readonly string[];
      readonly currentApplicationSession: SipApplicationSession | undefined;
    }>();
    expectTypeOf(() => util.getApplicationSessionByKey("k", true)).returns.toEqualTypeOf<SipApplicationSession>();
    expectTypeOf(() => util.getApplicationSessionByKey("k", false)).returns.toEqualTypeOf<
      SipApplicationSession | undefined
    >();
    expectTypeOf(() => util.getManagedBean(Date)).returns.toEqualTypeOf<Date>();
  });
});

describe("JSR 289 §9 timers", () => {
  it("are made of positions or of options", () => {
    expectTypeOf(() =>
      timers.createTimer(applicationSession, 1000, true, { a: 1 }),
    ).returns.toEqualTypeOf<ServletTimer>();
    expectTypeOf(() =>
      timers.createTimer(applicationSession, { delay: 1, period: 2 }),
    ).returns.toEqualTypeOf<ServletTimer>();
    // @ts-expect-error when it fires first
    expectTypeOf(() => timers.createTimer(applicationSession, { period: 2 })).toBeFunction();
    expectTypeOf<OwnMembers<TimerService>>().toHaveProperty("createTimer");
    expectTypeOf<TimerOptions>().toEqualTypeOf<{
      readonly delay: number;
      readonly period?: number;
      readonly fixedDelay?: boolean;
      readonly isPersistent?: boolean;
      readonly info?: unknown;
    }>();
  });

  it("ServletTimer has these members", () => {
    expectTypeOf<OwnMembers<ServletTimer>>().toEqualTypeOf<{
      readonly id: string;
      readonly applicationSession: SipApplicationSession;
      readonly info: unknown;
      readonly scheduledExecutionTime: number;
      readonly timeRemaining: number;
      cancel: () => void;
    }>();
  });
});

describe("JSR 359 managed executors", () => {
  it("give a future of what the task gives", () => {
    expectTypeOf(() => executor.submit(() => 1)).returns.toEqualTypeOf<TaskFuture<number>>();
    expectTypeOf(() => executor.submit(async () => "text")).returns.toEqualTypeOf<TaskFuture<string>>();
    expectTypeOf(() => executor.execute(() => 1)).returns.toBeVoid();
    expectTypeOf(() => scheduler.schedule(async () => 1, 500)).returns.toEqualTypeOf<TaskFuture<number>>();
    expectTypeOf(() => scheduler.scheduleAtFixedRate(() => 1, 0, 10)).returns.toEqualTypeOf<TaskFuture<void>>();
    expectTypeOf(() => scheduler.scheduleWithFixedDelay(() => 1, 0, 10)).returns.toEqualTypeOf<TaskFuture<void>>();
    expectTypeOf<ManagedScheduledSipExecutorService>().toExtend<ManagedSipExecutorService>();
    expectTypeOf<Awaited<TaskFuture<number>>>().toEqualTypeOf<number>();
  });

  it("a future has these members besides then", () => {
    expectTypeOf<OwnMembers<TaskFuture<number>, PromiseLike<number>>>().toEqualTypeOf<{
      readonly id: string;
      readonly isDone: boolean;
      readonly isCancelled: boolean;
      cancel: () => boolean;
      readonly delay: number | undefined;
    }>();
  });

  it("name the application session of a task, and when it runs", () => {
    expectTypeOf<TaskOptions>().toEqualTypeOf<{
      readonly applicationSessionId?: string;
      readonly applicationSessionKey?: string;
      readonly createApplicationSession?: boolean;
      readonly id?: string;
    }>();
    expectTypeOf<LastExecution>().toEqualTypeOf<{
      readonly scheduledStart: number;
      readonly runStart: number;
      readonly runEnd: number;
    }>();
    expectTypeOf<Trigger["nextRunTime"]>().returns.toEqualTypeOf<number | undefined>();
    expectTypeOf<Trigger["nextRunTime"]>().parameters.toEqualTypeOf<[LastExecution | undefined, number]>();
    expectTypeOf<Trigger["skipRun"]>().toBeNullable();
    const trigger: Trigger = { nextRunTime: (last) => (last === undefined ? 0 : undefined) };
    expectTypeOf(() => scheduler.schedule(() => 1, trigger)).returns.toEqualTypeOf<TaskFuture<number>>();
  });

  it("a contextual proxy answers later, and shows methods only", () => {
    const counter = { value: 0, add: (by: number) => by, later: async () => "text" };
    const proxied = () => contexts.createContextualProxy(counter, { applicationSessionId: "id" });
    expectTypeOf(proxied).returns.toEqualTypeOf<ContextualProxy<typeof counter>>();
    expectTypeOf<ContextualProxy<typeof counter>>().toEqualTypeOf<{
      readonly value: never;
      readonly add: (by: number) => Promise<number>;
      readonly later: () => Promise<string>;
    }>();
    expectTypeOf(() => contexts.createContextualProxy((text: string) => text.length)).returns.toEqualTypeOf<
      (text: string) => Promise<number>
    >();
  });
});

describe("JSR 359 resolver, flows, WebSocket; JSR 289 §17 AuthInfo", () => {
  it("have these members", () => {
    expectTypeOf<OwnMembers<DnsResolver>>().toEqualTypeOf<{
      resolveToSipUri: (uri: Uri) => Promise<SipUri | undefined>;
      resolveToSipUris: (uri: Uri) => Promise<readonly SipUri[]>;
      resolveToStrings: (uri: Uri, enumService: string) => Promise<readonly string[]>;
      toEnum: (uri: Uri) => string;
      resolvesInternally: (uri: SipUri) => Promise<boolean>;
    }>();
    expectTypeOf<OwnMembers<Flow>>().toEqualTypeOf<{
      readonly token: string;
      readonly localUri: SipUri;
      readonly remoteUri: SipUri;
      readonly isActive: boolean;
    }>();
    expectTypeOf<OwnMembers<SipWebSocketContext>>().toEqualTypeOf<{
      readonly requestUri: string;
      readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
      readonly cookies: Readonly<Record<string, string>>;
      readonly userPrincipal: Principal | undefined;
      readonly httpSessionId: string | undefined;
    }>();
    expectTypeOf<Principal>().toEqualTypeOf<{ readonly name: string }>();
    expectTypeOf<OwnMembers<AuthInfo>>().toEqualTypeOf<{
      addAuthInfo: (status: 401 | 407, realm: string, username: string, password: string) => void;
    }>();
  });
});
