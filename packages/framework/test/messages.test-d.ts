import { describe, expectTypeOf, it } from "vitest";
import type {
  Address,
  AttributeStore,
  AuthInfo,
  B2buaHelper,
  BodyPart,
  HeaderForm,
  InviteBranch,
  MessageContent,
  Multipart,
  Parameterable,
  Principal,
  Proxy,
  ProxyBranch,
  Refresher,
  SipApplicationRoutingDirective,
  SipApplicationRoutingRegion,
  SipApplicationSession,
  SipServletContext,
  SipServletMessage,
  SipServletRequest,
  SipServletResponse,
  SipSession,
  SipUri,
  SipWebSocketContext,
  SessionKeepAlivePreference,
  Uri,
} from "../src/index.js";
import { SC } from "../src/index.js";
import type { OwnMembers } from "./own-members.js";

describe("JSR 289 §5 messages", () => {
  it("an attribute store keeps unknown values by name", () => {
    expectTypeOf<OwnMembers<AttributeStore>>().toEqualTypeOf<{
      getAttribute: (name: string) => unknown;
      getAttributeNames: () => readonly string[];
      setAttribute: (name: string, value: unknown) => void;
      removeAttribute: (name: string) => void;
      clearAttributes: () => void;
    }>();
  });

  it("SipServletMessage has these members", () => {
    expectTypeOf<OwnMembers<SipServletMessage, AttributeStore>>().toEqualTypeOf<{
      readonly method: string;
      readonly protocol: string;
      readonly callId: string;
      readonly from: Address;
      readonly to: Address;
      getHeader: (name: string) => string | undefined;
      getHeaders: (name: string) => readonly string[];
      getHeaderNames: () => readonly string[];
      setHeader: (name: string, value: string) => void;
      addHeader: (name: string, value: string) => void;
      removeHeader: (name: string) => void;
      headerForm: HeaderForm;
      getAddressHeader: (name: string) => Address | undefined;
      getAddressHeaders: (name: string) => readonly Address[];
      setAddressHeader: (name: string, address: Address) => void;
      addAddressHeader: (name: string, address: Address, first?: boolean) => void;
      getParameterableHeader: (name: string) => Parameterable | undefined;
      getParameterableHeaders: (name: string) => readonly Parameterable[];
      setParameterableHeader: (name: string, parameterable: Parameterable) => void;
      addParameterableHeader: (name: string, parameterable: Parameterable, first?: boolean) => void;
      expires: number | undefined;
      readonly acceptLanguage: string | undefined;
      readonly acceptLanguages: readonly string[];
      setAcceptLanguage: (language: string) => void;
      addAcceptLanguage: (language: string) => void;
      contentLanguage: string | undefined;
      contentType: string | undefined;
      contentLength: number;
      characterEncoding: string | undefined;
      readonly rawContent: Uint8Array | undefined;
      getContent: () => MessageContent | undefined;
      setContent: (content: unknown, contentType: string) => void;
      readonly session: SipSession;
      getSession: (create: boolean) => SipSession | undefined;
      readonly applicationSession: SipApplicationSession;
      getApplicationSession: (create: boolean) => SipApplicationSession | undefined;
      readonly localAddr: string | undefined;
      readonly localPort: number | undefined;
      readonly remoteAddr: string | undefined;
      readonly remotePort: number | undefined;
      readonly transport: string | undefined;
      readonly initialRemoteAddr: string | undefined;
      readonly initialRemotePort: number | undefined;
      readonly initialTransport: string | undefined;
      readonly isSecure: boolean;
      readonly isInternallyRouted: boolean;
      readonly localSipWebSocketContext: SipWebSocketContext | undefined;
      readonly remoteUser: string | undefined;
      readonly userPrincipal: Principal | undefined;
      isUserInRole: (role: string) => boolean;
      pushPath: (address: Address) => void;
      pushLocalPath: () => void;
      readonly sessionKeepAlivePreference: SessionKeepAlivePreference;
      readonly isCommitted: boolean;
      send: () => Promise<void>;
    }>();
  });

  it("SipServletRequest has these besides", () => {
    type Own = OwnMembers<SipServletRequest, SipServletMessage>;
    expectTypeOf<Omit<Own, "getProxy" | "addAuthHeader">>().toEqualTypeOf<{
      requestUri: Uri;
      readonly isRequestUriInternal: boolean;
      readonly isInitial: boolean;
      readonly id: string;
      maxForwards: number | undefined;
      maxBreadth: number | undefined;
      pushRoute: (route: SipUri | Address) => void;
      readonly poppedRoute: Address | undefined;
      readonly initialPoppedRoute: Address | undefined;
      createResponse: (status: number, reason?: string) => SipServletResponse;
      createCancel: () => SipServletRequest;
      createInviteBranch: () => InviteBranch;
      readonly finalResponse: SipServletResponse | undefined;
      readonly acknowledgedResponse: SipServletResponse | undefined;
      getB2buaHelper: () => B2buaHelper;
      getRegion: () => SipApplicationRoutingRegion;
      getSubscriberUri: () => Uri | undefined;
      getRoutingDirective: () => SipApplicationRoutingDirective;
      setRoutingDirective: (directive: SipApplicationRoutingDirective, originalRequest?: SipServletRequest) => void;
      getParameter: (name: string) => string | undefined;
      getParameterNames: () => readonly string[];
      getParameterValues: (name: string) => readonly string[];
      getParameterMap: () => ReadonlyMap<string, readonly string[]>;
      readonly servletContext: SipServletContext;
    }>();
  });

  it("getProxy gives a proxy unless it is asked not to make one", () => {
    expectTypeOf<SipServletRequest>().toHaveProperty("getProxy");
    const both = (request: SipServletRequest) => [request.getProxy(), request.getProxy(false)] as const;
    expectTypeOf(both).returns.toEqualTypeOf<readonly [Proxy, Proxy | undefined]>();
  });

  it("addAuthHeader takes an AuthInfo, or a name and a password", () => {
    type Add = SipServletRequest["addAuthHeader"];
    const overloads = (add: Add, challenge: SipServletResponse, info: AuthInfo) => {
      add(challenge, info);
      add(challenge, "alice", "secret");
      // @ts-expect-error a name without password
      add(challenge, "alice");
    };
    expectTypeOf(overloads).toBeFunction();
  });

  it("SipServletResponse has these besides", () => {
    expectTypeOf<OwnMembers<SipServletResponse, SipServletMessage>>().toEqualTypeOf<{
      readonly status: number;
      readonly reasonPhrase: string;
      setStatus: (status: number, reason?: string) => void;
      readonly request: SipServletRequest | undefined;
      readonly proxy: Proxy | undefined;
      readonly proxyBranch: ProxyBranch | undefined;
      readonly isBranchResponse: boolean;
      readonly inviteBranch: InviteBranch | undefined;
      createAck: () => SipServletRequest;
      createPrack: () => SipServletRequest;
      sendReliably: () => Promise<void>;
      readonly isReliableProvisional: boolean;
      readonly provisionalResponseId: string | undefined;
      getChallengeRealms: () => readonly string[];
    }>();
  });

  it("is told apart: a request is no response, and both are messages", () => {
    expectTypeOf<SipServletRequest>().toExtend<SipServletMessage>();
    expectTypeOf<SipServletResponse>().toExtend<SipServletMessage>();
    expectTypeOf<SipServletRequest>().not.toExtend<SipServletResponse>();
    expectTypeOf<SipServletResponse>().not.toExtend<SipServletRequest>();
  });

  it("has content of these types", () => {
    expectTypeOf<MessageContent>().toEqualTypeOf<string | Uint8Array | Multipart>();
    expectTypeOf<Multipart>().toEqualTypeOf<{ readonly parts: readonly BodyPart[] }>();
    expectTypeOf<BodyPart>().toEqualTypeOf<{
      readonly contentType: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly content: MessageContent;
    }>();
    expectTypeOf<HeaderForm>().toEqualTypeOf<"COMPACT" | "DEFAULT" | "LONG">();
  });

  it("says what it wants of the session timer", () => {
    expectTypeOf<Refresher>().toEqualTypeOf<"UAC" | "UAS">();
    expectTypeOf<SessionKeepAlivePreference>().toEqualTypeOf<{
      enabled: boolean;
      expiration: number | undefined;
      minimumExpiration: number | undefined;
      refresher: Refresher | undefined;
    }>();
  });

  it("names its status codes", () => {
    expectTypeOf(SC.BUSY_HERE).toEqualTypeOf<486>();
    expectTypeOf(SC.TEMPORARLY_UNAVAILABLE).toEqualTypeOf(SC.TEMPORARILY_UNAVAILABLE);
  });
});
