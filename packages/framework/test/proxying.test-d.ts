import { describe, expectTypeOf, it } from "vitest";
import type {
  B2buaHelper,
  CancelReason,
  Flow,
  HeaderMap,
  OutboundInterface,
  Proxy,
  ProxyBranch,
  ProxyTarget,
  ProxyWay,
  SipServletMessage,
  SipServletRequest,
  SipServletResponse,
  SipSession,
  SipUri,
  UaMode,
  Uri,
} from "../src/index.js";
import type { OwnMembers } from "./own-members.js";

declare const helper: B2buaHelper;
declare const request: SipServletRequest;
declare const session: SipSession;

describe("JSR 289 §10 proxy", () => {
  it("Proxy has these members", () => {
    expectTypeOf<OwnMembers<Proxy>>().toEqualTypeOf<{
      readonly originalRequest: SipServletRequest;
      proxyTo: (targets: Uri | ProxyTarget | readonly (Uri | ProxyTarget)[]) => Promise<void>;
      createProxyBranches: (targets: readonly (Uri | ProxyTarget)[]) => readonly ProxyBranch[];
      startProxy: () => Promise<void>;
      getProxyBranch: (uri: Uri) => ProxyBranch | undefined;
      readonly proxyBranches: readonly ProxyBranch[];
      cancel: (reasons?: readonly CancelReason[]) => Promise<void>;
      recurse: boolean;
      recordRoute: boolean;
      parallel: boolean;
      stateful: boolean;
      supervised: boolean;
      addToPath: boolean;
      proxyTimeout: number;
      sequentialSearchTimeout: number;
      noCancel: boolean;
      getRecordRouteUri: () => SipUri;
      getPathUri: () => SipUri;
      setOutboundInterface: (outboundInterface: OutboundInterface) => void;
      flow: Flow | undefined;
    }>();
  });

  it("ProxyTarget is a way with its rank and with others in reserve", () => {
    expectTypeOf<ProxyTarget>().toExtend<ProxyWay>();
    expectTypeOf<ProxyTarget["alternatives"]>().toEqualTypeOf<readonly ProxyWay[] | undefined>();
    expectTypeOf<Parameters<Proxy["proxyTo"]>[0]>().toEqualTypeOf<Uri | ProxyTarget | readonly (Uri | ProxyTarget)[]>();
    // @ts-expect-error a target needs a URI
    expectTypeOf<ProxyTarget>().toEqualTypeOf<Partial<ProxyWay>>();
  });

  it("ProxyBranch has these members", () => {
    expectTypeOf<OwnMembers<ProxyBranch>>().toEqualTypeOf<{
      readonly proxy: Proxy;
      readonly request: SipServletRequest;
      readonly response: SipServletResponse | undefined;
      readonly isStarted: boolean;
      cancel: (reasons?: readonly CancelReason[]) => Promise<void>;
      proxyBranchTimeout: number;
      recurse: boolean;
      recordRoute: boolean;
      addToPath: boolean;
      getRecordRouteUri: () => SipUri;
      getPathUri: () => SipUri;
      readonly recursedProxyBranches: readonly ProxyBranch[];
      setOutboundInterface: (outboundInterface: OutboundInterface) => void;
      flow: Flow | undefined;
    }>();
    expectTypeOf<CancelReason>().toEqualTypeOf<{
      readonly protocol: string;
      readonly code: number;
      readonly text?: string;
    }>();
    expectTypeOf<OutboundInterface>().toEqualTypeOf<string | { readonly address: string; readonly port?: number }>();
  });
});

describe("JSR 289 §12 B2BUA", () => {
  it("B2buaHelper has these members", () => {
    expectTypeOf<Omit<OwnMembers<B2buaHelper>, "createRequest">>().toEqualTypeOf<{
      createResponseToOriginalRequest: (session: SipSession, status: number, reason?: string) => SipServletResponse;
      createCancel: (session: SipSession) => SipServletRequest;
      getLinkedSession: (session: SipSession) => SipSession | undefined;
      getLinkedSipServletRequest: (request: SipServletRequest) => SipServletRequest | undefined;
      linkSipSessions: (first: SipSession, second: SipSession) => void;
      unlinkSipSessions: (session: SipSession) => void;
      getPendingMessages: (session: SipSession, mode: UaMode) => readonly SipServletMessage[];
    }>();
  });

  it("createRequest makes the initial request of the other leg, or a subsequent one", () => {
    const headers: HeaderMap = new Map([["Subject", ["relayed"]]]);
    const record: HeaderMap = { Subject: ["relayed"] };
    expectTypeOf(() => helper.createRequest(request, true, headers)).returns.toEqualTypeOf<SipServletRequest>();
    expectTypeOf(() => helper.createRequest(session, request, record)).returns.toEqualTypeOf<SipServletRequest>();
    // @ts-expect-error a session alone tells nothing
    expectTypeOf(() => helper.createRequest(session)).toBeFunction();
  });
});
