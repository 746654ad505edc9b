import { describe, expectTypeOf, it } from "vitest";
import type { Address } from "./address.js";
import type { Flow } from "./flow.js";
import type { ManagedSipExecutorService } from "./managed-sip-executor-service.js";
import type { MessageContent } from "./multipart.js";
import type {
  B2buaHelper,
  ConvergedHttpSession,
  ForkingContext,
  InviteBranch,
  Proxy,
  ProxyBranch,
  ServletTimer,
  SipApplicationSession,
  SipServletMessage,
  SipServletRequest,
  SipServletResponse,
  SipSession,
} from "./object-model.js";
import type { ContextualProxy, SipContextService } from "./sip-context-service.js";
import type { SipFactory } from "./sip-factory.js";
import type { SipSessionsUtil } from "./sip-sessions-util.js";
import type { SipUri } from "./sip-uri.js";
import type { TaskFuture } from "./task-future.js";
import type { TelUri } from "./tel-uri.js";
import type { Uri } from "./uri.js";

declare const request: SipServletRequest;
declare const response: SipServletResponse;
declare const session: SipSession;
declare const applicationSession: SipApplicationSession;
declare const proxy: Proxy;
declare const helper: B2buaHelper;

describe("the object model", () => {
  it("knows its sessions from its messages, and the other way round", () => {
    expectTypeOf(request.session).toEqualTypeOf<SipSession>();
    expectTypeOf(request.getSession(false)).toEqualTypeOf<SipSession | undefined>();
    expectTypeOf(request.applicationSession).toEqualTypeOf<SipApplicationSession>();
    expectTypeOf(session.applicationSession).toEqualTypeOf<SipApplicationSession>();
    expectTypeOf(session.createRequest("BYE")).toEqualTypeOf<SipServletRequest>();
    expectTypeOf(session.forkingContext).toEqualTypeOf<ForkingContext>();
    expectTypeOf(session.activeInviteBranch).toEqualTypeOf<InviteBranch | undefined>();
    expectTypeOf(applicationSession.getSessions("SIP")).toEqualTypeOf<readonly SipSession[]>();
    expectTypeOf(applicationSession.getSessions("HTTP")).toEqualTypeOf<readonly ConvergedHttpSession[]>();
    expectTypeOf(applicationSession.getSession("id", "HTTP")).toEqualTypeOf<ConvergedHttpSession | undefined>();
    expectTypeOf(applicationSession.timers).toEqualTypeOf<readonly ServletTimer[]>();
  });

  it("makes messages from messages", () => {
    expectTypeOf(request.createResponse(180)).toEqualTypeOf<SipServletResponse>();
    expectTypeOf(response.createAck()).toEqualTypeOf<SipServletRequest>();
    expectTypeOf(response.request).toEqualTypeOf<SipServletRequest | undefined>();
    expectTypeOf(request.send()).toEqualTypeOf<Promise<void>>();
    expectTypeOf(request.getContent()).toEqualTypeOf<MessageContent | undefined>();
    expectTypeOf(request.getAttribute("a")).toBeUnknown();
  });

  it("tells requests and responses apart, and both are messages", () => {
    expectTypeOf<SipServletRequest>().toExtend<SipServletMessage>();
    expectTypeOf<SipServletResponse>().toExtend<SipServletMessage>();
    expectTypeOf<SipServletRequest>().not.toExtend<SipServletResponse>();
    expectTypeOf<SipServletResponse>().not.toExtend<SipServletRequest>();
  });

  it("proxies and links", () => {
    expectTypeOf(request.getProxy()).toEqualTypeOf<Proxy>();
    expectTypeOf(request.getProxy(false)).toEqualTypeOf<Proxy | undefined>();
    expectTypeOf(proxy.proxyTo).toBeCallableWith(request.requestUri);
    expectTypeOf(proxy.createProxyBranches([])).toEqualTypeOf<readonly ProxyBranch[]>();
    expectTypeOf(proxy.flow).toEqualTypeOf<Flow | undefined>();
    expectTypeOf(helper.createRequest(request, true, { Subject: ["x"] })).toEqualTypeOf<SipServletRequest>();
    expectTypeOf(
      helper.createRequest(session, request, new Map([["Subject", ["x"]]])),
    ).toEqualTypeOf<SipServletRequest>();
    expectTypeOf(helper.getPendingMessages(session, "UAS")).toEqualTypeOf<readonly SipServletMessage[]>();
  });

  it("may be an interface as well as a base class", () => {
    expectTypeOf<SipSession>().toHaveProperty("invalidateWhenReady").toEqualTypeOf<boolean>();
    // @ts-expect-error state is for reading
    session.state = "TERMINATED";
    // @ts-expect-error the tag and the rest of From are changed in place
    request.from = request.to;
    request.requestUri = request.requestUri.clone();
  });
});

describe("what is injected", () => {
  it("the factory takes addresses, URIs and text", () => {
    const factory = {} as SipFactory;
    const make = (from: Address | Uri | string, to: Address | Uri | string) =>
      factory.createRequest(applicationSession, "INVITE", from, to);
    expectTypeOf(make).returns.toEqualTypeOf<SipServletRequest>();
    expectTypeOf(factory.createSipUri("alice", "example.com")).toEqualTypeOf<SipUri>();
    expectTypeOf<SipUri>().toExtend<Uri>();
    expectTypeOf<TelUri>().toExtend<Uri>();
  });

  it("a session by key is there when it is to be made", () => {
    const util = {} as SipSessionsUtil;
    expectTypeOf(util.getApplicationSessionByKey("k", true)).toEqualTypeOf<SipApplicationSession>();
    expectTypeOf(util.getApplicationSessionByKey("k", false)).toEqualTypeOf<SipApplicationSession | undefined>();
  });

  it("tasks give futures of what they return, contextual proxies give promises", async () => {
    const executor = {} as ManagedSipExecutorService;
    expectTypeOf(executor.submit(() => 1)).toEqualTypeOf<TaskFuture<number>>();
    expectTypeOf(executor.submit(async () => "a", { applicationSessionId: "id" })).toEqualTypeOf<TaskFuture<string>>();
    expectTypeOf<Awaited<TaskFuture<number>>>().toEqualTypeOf<number>();

    interface Counter {
      readonly start: number;
      add(by: number): number;
      load(): Promise<string>;
    }
    type Contextual = ContextualProxy<Counter>;
    expectTypeOf<Contextual["add"]>().toEqualTypeOf<(by: number) => Promise<number>>();
    expectTypeOf<Contextual["load"]>().toEqualTypeOf<() => Promise<string>>();
    expectTypeOf<Contextual["start"]>().toBeNever();
    const service = {} as SipContextService;
    expectTypeOf(service.createContextualProxy<(hook: string) => boolean>).returns.toEqualTypeOf<
      (hook: string) => Promise<boolean>
    >();
  });
});
