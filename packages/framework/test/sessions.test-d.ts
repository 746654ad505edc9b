import { describe, expectTypeOf, it } from "vitest";
import type {
  Address,
  AttributeStore,
  AutomaticProcessingListener,
  ConvergedHttpSession,
  Flow,
  ForkingContext,
  InviteBranch,
  OutboundInterface,
  ServletTimer,
  SessionKeepAlive,
  SessionProtocol,
  SipApplicationRoutingRegion,
  SipApplicationSession,
  SipServletContext,
  SipServletRequest,
  SipServletResponse,
  SipSession,
  SipSessionState,
  TaskFuture,
  UaMode,
  Uri,
} from "../src/index.js";
import type { OwnMembers } from "./own-members.js";

declare const session: SipSession;
declare const applicationSession: SipApplicationSession;
declare const httpSession: ConvergedHttpSession;

describe("JSR 289 §6 sessions", () => {
  it("SipSession has these members", () => {
    type Own = OwnMembers<SipSession, AttributeStore>;
    expectTypeOf<Omit<Own, "terminateProxiedDialog">>().toEqualTypeOf<{
      readonly id: string;
      readonly callId: string | undefined;
      readonly localParty: Address;
      readonly remoteParty: Address;
      readonly state: SipSessionState;
      readonly applicationSession: SipApplicationSession;
      readonly servletContext: SipServletContext;
      readonly creationTime: number;
      readonly lastAccessedTime: number;
      getRegion: () => SipApplicationRoutingRegion;
      getSubscriberUri: () => Uri | undefined;
      createRequest: (method: string) => SipServletRequest;
      setHandler: (servletName: string) => void;
      readonly isValid: boolean;
      invalidate: () => void;
      readonly isReadyToInvalidate: boolean;
      invalidateWhenReady: boolean;
      setOutboundInterface: (outboundInterface: OutboundInterface) => void;
      getActiveInvite: (mode: UaMode) => SipServletRequest | undefined;
      getActiveRequest: (id: string) => SipServletRequest | undefined;
      getActiveRequests: (mode: UaMode) => readonly SipServletRequest[];
      readonly activeInviteBranch: InviteBranch | undefined;
      getUnacknowledgedProvisionalResponse: (id: string) => SipServletResponse | undefined;
      getUnacknowledgedProvisionalResponses: (mode: UaMode) => readonly SipServletResponse[];
      readonly forkingContext: ForkingContext;
      readonly keepAlive: SessionKeepAlive | undefined;
      flow: Flow | undefined;
      terminateDialog: (listener?: AutomaticProcessingListener) => Promise<void>;
    }>();
    expectTypeOf<SipSessionState>().toEqualTypeOf<"INITIAL" | "EARLY" | "CONFIRMED" | "TERMINATED">();
    expectTypeOf<UaMode>().toEqualTypeOf<"UAC" | "UAS">();
  });

  it("a proxied dialog ends on both sides, or on one", () => {
    const listener: AutomaticProcessingListener = {
      outgoingRequest: (bye) => bye.setHeader("Reason", "SIP;cause=200"),
    };
    expectTypeOf(() => session.terminateProxiedDialog(listener)).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf(() => session.terminateProxiedDialog("UAC", listener)).returns.toEqualTypeOf<Promise<void>>();
    // @ts-expect-error neither side
    expectTypeOf(() => session.terminateProxiedDialog("both")).toBeFunction();
  });

  it("SipApplicationSession has these members", () => {
    type Own = OwnMembers<SipApplicationSession, AttributeStore>;
    expectTypeOf<Omit<Own, "getSession" | "getSessions">>().toEqualTypeOf<{
      readonly id: string;
      readonly applicationName: string;
      readonly creationTime: number;
      readonly lastAccessedTime: number;
      readonly expirationTime: number;
      setExpires: (minutes: number) => number;
      readonly isValid: boolean;
      invalidate: () => void;
      readonly isReadyToInvalidate: boolean;
      invalidateWhenReady: boolean;
      getSipSession: (id: string) => SipSession | undefined;
      readonly timers: readonly ServletTimer[];
      getTimer: (id: string) => ServletTimer | undefined;
      encodeUri: (uri: Uri) => void;
      encodeUrl: (url: URL | string) => URL;
      addIndexKey: (key: string) => void;
      removeIndexKey: (key: string) => void;
      readonly indexKeys: readonly string[];
      getTaskFuture: (id: string) => TaskFuture | undefined;
      readonly taskFutures: readonly TaskFuture[];
    }>();
  });

  it("gives sessions by their protocol", () => {
    expectTypeOf<SessionProtocol>().toEqualTypeOf<"SIP" | "HTTP">();
    expectTypeOf(() => applicationSession.getSessions()).returns.toEqualTypeOf<
      readonly (SipSession | ConvergedHttpSession)[]
    >();
    expectTypeOf(() => applicationSession.getSessions("SIP")).returns.toEqualTypeOf<readonly SipSession[]>();
    expectTypeOf(() => applicationSession.getSessions("HTTP")).returns.toEqualTypeOf<readonly ConvergedHttpSession[]>();
    expectTypeOf(() => applicationSession.getSession("1", "SIP")).returns.toEqualTypeOf<SipSession | undefined>();
    // @ts-expect-error there are two protocols
    expectTypeOf(() => applicationSession.getSessions("FTP")).toBeFunction();
  });

  it("ConvergedHttpSession has these members", () => {
    type Own = OwnMembers<ConvergedHttpSession, AttributeStore>;
    expectTypeOf<Omit<Own, "encodeUrl">>().toEqualTypeOf<{
      readonly id: string;
      readonly isValid: boolean;
      readonly creationTime: number;
      readonly lastAccessedTime: number;
      readonly applicationSession: SipApplicationSession;
      invalidate: () => void;
    }>();
    expectTypeOf(() => httpSession.encodeUrl("/calls", "https")).returns.toEqualTypeOf<URL>();
    expectTypeOf(() => httpSession.encodeUrl(new URL("https://example.com"))).returns.toEqualTypeOf<URL>();
  });
});

describe("JSR 359 forks and keep-alive", () => {
  it("ForkingContext and InviteBranch have these members", () => {
    expectTypeOf<OwnMembers<ForkingContext, AttributeStore>>().toEqualTypeOf<{
      createRequest: (method: "NOTIFY") => SipServletRequest;
      terminateDialogs: (listener?: AutomaticProcessingListener) => Promise<void>;
      readonly sipSessions: readonly SipSession[];
      readonly isValid: boolean;
    }>();
    expectTypeOf<OwnMembers<InviteBranch>>().toEqualTypeOf<{
      readonly sipSession: SipSession;
      readonly request: SipServletRequest;
      createResponse: (status: number, reason?: string) => SipServletResponse;
      readonly finalResponse: SipServletResponse | undefined;
      getUnacknowledgedProvisionalResponse: (id: string) => SipServletResponse | undefined;
      getUnacknowledgedProvisionalResponses: () => readonly SipServletResponse[];
    }>();
  });

  it("SessionKeepAlive takes callbacks, now or later", () => {
    type Callback = ((session: SipSession) => void | Promise<void>) | undefined;
    expectTypeOf<OwnMembers<SessionKeepAlive>>().toEqualTypeOf<{
      refreshCallback: Callback;
      expiryCallback: Callback;
      readonly expiration: number;
      readonly isRefresher: boolean;
    }>();
  });
});
