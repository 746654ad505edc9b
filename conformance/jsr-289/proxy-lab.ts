import "reflect-metadata";
import {
  FlowListener,
  SipFactory,
  SipListener,
  SipServlet,
  SipServletBase,
  SipSessionsUtil,
  type ApplicationDefinition,
  type Flow,
  type Proxy,
  type SipServletRequest,
  type SipServletResponse,
  type SipSession,
  type SipUri,
} from "@siplet/framework";
import type { IncomingMessage, ScriptedUserAgent, WireMessage } from "@siplet/testkit";
import { ContainerLab, createWorld, type LabWorld } from "./container-lab.js";

/** What a proxy application of a test does, and what it has heard. */
export class ProxyScript {
  /** An initial request; does nothing unless told. */
  onInitial: (request: SipServletRequest) => unknown = () => undefined;
  /** A request inside a dialog; the container forwards it afterwards. */
  onSubsequent: (request: SipServletRequest) => unknown = () => undefined;
  onCancel: (request: SipServletRequest) => unknown = () => undefined;
  onResponse: (response: SipServletResponse) => unknown = () => undefined;
  onBranchResponse: (response: SipServletResponse) => unknown = () => undefined;
  onFlowFailed: (flow: Flow) => unknown = () => undefined;
  /** `INVITE`, `180 INVITE`, `branch 486 INVITE`, in order. */
  readonly heard: string[] = [];
  readonly requests: SipServletRequest[] = [];
  readonly responses: SipServletResponse[] = [];

  /** The last request of a method. */
  request(method: string): SipServletRequest {
    const request = this.requests.findLast((each) => each.method === method);
    if (request === undefined) throw new RangeError(`the application got no ${method}: ${this.heard.join(", ")}`);
    return request;
  }
}

/** The definition of a proxy application that does what its script says. */
export function proxyApplication(script: ProxyScript): ApplicationDefinition {
  @SipServlet({ name: "proxy" })
  class Scripted extends SipServletBase {
    override service(request: SipServletRequest | undefined, response?: SipServletResponse): void | Promise<void> {
      if (request !== undefined) return take(script, request) as void;
      if (response === undefined) return undefined;
      const { isBranchResponse, status, method } = response;
      script.heard.push(`${isBranchResponse ? "branch " : ""}${status} ${method}`);
      script.responses.push(response);
      return (isBranchResponse ? script.onBranchResponse(response) : script.onResponse(response)) as void;
    }
  }
  @SipListener()
  class Flows extends FlowListener {
    override flowFailed(flow: Flow): void {
      script.onFlowFailed(flow);
    }
  }
  return { name: "proxy", servlets: [Scripted], listeners: [Flows] };
}

function take(script: ProxyScript, request: SipServletRequest): unknown {
  script.heard.push(request.method);
  script.requests.push(request);
  if (request.method === "CANCEL") return script.onCancel(request);
  return request.isInitial ? script.onInitial(request) : script.onSubsequent(request);
}

const labSecret = "the secret of all containers of these tests";

/** A container with one proxy application, a caller and three phones that can be called. */
export class ProxyLab {
  readonly script: ProxyScript;
  readonly lab: ContainerLab;
  readonly alice: ScriptedUserAgent;
  readonly bob: ScriptedUserAgent;
  readonly carol: ScriptedUserAgent;
  readonly dave: ScriptedUserAgent;
  #invite: WireMessage | undefined;
  readonly #sequenceNumbers = new Map<ScriptedUserAgent, number>();

  private constructor(script: ProxyScript, lab: ContainerLab, known?: ProxyLab) {
    this.script = script;
    this.lab = lab;
    this.alice = known?.alice ?? lab.agent("alice", "192.0.2.1");
    this.bob = known?.bob ?? lab.agent("bob", "192.0.2.2");
    this.carol = known?.carol ?? lab.agent("carol", "192.0.2.3");
    this.dave = known?.dave ?? lab.agent("dave", "192.0.2.4");
    if (known === undefined) acknowledgeFailures(this.alice);
    else this.#invite = known.#invite;
  }

  /** Another container of the same application, secret and address in the world of a lab that was closed. */
  static async beside(known: ProxyLab, world: LabWorld): Promise<ProxyLab> {
    const script = new ProxyScript();
    const options = { applications: [proxyApplication(script)], secret: labSecret };
    return new ProxyLab(script, await ContainerLab.start(options, world), known);
  }

  /** In a world of its own unless told otherwise. */
  static async start(
    options: Partial<Parameters<typeof ContainerLab.start>[0]> = {},
    world: LabWorld = createWorld(),
  ): Promise<ProxyLab> {
    const script = new ProxyScript();
    return new ProxyLab(
      script,
      await ContainerLab.start({ applications: [proxyApplication(script)], secret: labSecret, ...options }, world),
    );
  }

  get factory(): SipFactory {
    return this.lab.container.bean("proxy", SipFactory);
  }

  /** The SIP sessions of the application. */
  sessions(): readonly SipSession[] {
    const util = this.lab.container.bean("proxy", SipSessionsUtil);
    const applications = [...util.getSipApplicationSessionIds()].map((id) => util.getApplicationSessionById(id));
    return applications.flatMap((each) => each?.getSessions("SIP") ?? []);
  }

  /** The URI of a phone, as applications have it. */
  uri(agent: ScriptedUserAgent | string): SipUri {
    return this.factory.createUri(typeof agent === "string" ? agent : agent.uri) as SipUri;
  }

  /** The application proxies each initial request to these, with what `prepare` says. */
  proxyTo(agents: readonly (ScriptedUserAgent | string)[], prepare: (proxy: Proxy) => void = () => undefined): void {
    this.script.onInitial = (request) => {
      const proxy = request.getProxy();
      prepare(proxy);
      return proxy.proxyTo(agents.map((agent) => this.uri(agent)));
    };
  }

  /** The proxy of the last initial request. */
  get proxy(): Proxy {
    const request = this.script.requests.findLast(({ isInitial }) => isInitial);
    if (request === undefined) throw new RangeError("nothing was proxied");
    return request.getProxy();
  }

  /** Alice sends a request that the application gets; an INVITE unless told otherwise. */
  async call(options: Partial<Parameters<ScriptedUserAgent["request"]>[0]> = {}): Promise<WireMessage> {
    this.#invite = await this.lab.send(this.alice, {
      method: "INVITE",
      uri: `sip:hunt@${this.lab.address}`,
      ...options,
    });
    return this.#invite;
  }

  /** Lets everything happen that needs no time, or that long. */
  settle(milliseconds = 0): Promise<void> {
    return this.lab.settle(milliseconds);
  }

  /** What alice was answered to her INVITE, or to another request. */
  answers(method = "INVITE"): number[] {
    return this.alice
      .messages(({ isRequest, cseqMethod }) => !isRequest && cseqMethod === method)
      .map(({ status }) => status);
  }

  /** Answers the last INVITE of a phone, or its last request of another method. */
  async answer(
    agent: ScriptedUserAgent,
    status: number,
    options: Parameters<IncomingMessage["reply"]>[1] & { readonly method?: string } = {},
  ): Promise<void> {
    const { method = "INVITE", ...rest } = options;
    const incoming = agent.received.findLast(({ message }) => message.isRequest && message.method === method);
    if (incoming === undefined) throw new RangeError(`${agent.name} got no ${method}`);
    incoming.reply(status, { toTag: `${agent.name}-tag`, ...rest });
    await this.settle();
  }

  /** Alice ends her INVITE. */
  async cancel(headers: Record<string, string> = {}): Promise<void> {
    const invite = this.#sentInvite;
    this.alice.sendRequest({
      method: "CANCEL",
      uri: invite.requestUri,
      callId: invite.callId,
      branch: invite.branch,
      fromTag: invite.fromTag,
      headers,
    });
    await this.settle();
  }

  /** Alice acknowledges the 2xx and the call stands. */
  acknowledge(callee: ScriptedUserAgent = this.bob): Promise<WireMessage> {
    return this.fromCaller("ACK", callee, { sequenceNumber: this.#sentInvite.sequenceNumber });
  }

  /** A request of alice in the dialog with a phone, by the route set that the 2xx gave her. */
  async fromCaller(
    method: string,
    callee: ScriptedUserAgent = this.bob,
    options: Partial<Parameters<ScriptedUserAgent["request"]>[0]> = {},
  ): Promise<WireMessage> {
    const toTag = `${callee.name}-tag`;
    const answer = this.alice.last(
      (each) => !each.isRequest && each.cseqMethod === "INVITE" && each.toTag === toTag && each.status > 100,
    );
    const { callId, fromTag } = this.#sentInvite;
    const route = answer.values("Record-Route").toReversed();
    const sent = this.alice.sendRequest(
      {
        method,
        uri: answer.contactUri,
        callId,
        fromTag,
        toTag,
        route,
        sequenceNumber: this.#next(this.alice, 2),
        ...options,
      },
      endOf(route[0] ?? `<${answer.contactUri}>`),
    );
    await this.settle();
    return sent;
  }

  /** A request of a phone in the dialog with alice, by the route set that the INVITE gave it. */
  async fromCallee(
    method: string,
    callee: ScriptedUserAgent = this.bob,
    options: Partial<Parameters<ScriptedUserAgent["request"]>[0]> = {},
  ): Promise<WireMessage> {
    const invite = callee.messages("INVITE")[0];
    if (invite === undefined) throw new RangeError(`${callee.name} was never called`);
    const route = invite.values("Record-Route");
    const sent = callee.sendRequest(
      {
        method,
        uri: invite.contactUri,
        callId: invite.callId,
        from: invite.header("To"),
        fromTag: `${callee.name}-tag`,
        to: invite.header("From"),
        toTag: invite.fromTag,
        route,
        sequenceNumber: this.#next(callee, 101),
        ...options,
      },
      endOf(route[0] ?? `<${invite.contactUri}>`),
    );
    await this.settle();
    return sent;
  }

  get #sentInvite(): WireMessage {
    if (this.#invite === undefined) throw new RangeError("alice did not call");
    return this.#invite;
  }

  #next(agent: ScriptedUserAgent, first: number): number {
    const number = (this.#sequenceNumbers.get(agent) ?? first - 1) + 1;
    this.#sequenceNumbers.set(agent, number);
    return number;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab[Symbol.asyncDispose]();
  }
}

/** Keeps a session and its application session when they are ready, so that a test can look at them. */
export function keep(session: SipSession): void {
  session.invalidateWhenReady = false;
  session.applicationSession.invalidateWhenReady = false;
}

/** A phone that ends its INVITE when it is cancelled. */
export function obeyCancel(agent: ScriptedUserAgent): void {
  agent.on("CANCEL", (cancel) => {
    cancel.reply(200);
    const invite = agent.received.find(
      ({ message }) => message.method === "INVITE" && message.branch === cancel.message.branch,
    );
    invite?.reply(487, { toTag: `${agent.name}-tag` });
  });
}

/** A caller that acknowledges each failure, hop by hop (RFC 3261 §17.1.1.3). */
export function acknowledgeFailures(agent: ScriptedUserAgent): void {
  agent.on(
    (message) => !message.isRequest && message.cseqMethod === "INVITE" && message.status >= 300,
    ({ message }) => {
      const invite = agent.sent.find((sent) => sent.method === "INVITE" && sent.branch === message.branch);
      if (invite === undefined) return;
      const { requestUri, callId, branch, fromTag, sequenceNumber } = invite;
      agent.sendRequest({
        method: "ACK",
        uri: requestUri,
        callId,
        branch,
        fromTag,
        toTag: message.toTag,
        sequenceNumber,
      });
    },
  );
}

/** An address of the container without the key that tells it the session. */
export function withoutKey(address: string | undefined): string | undefined {
  return address?.replace(/;sk=[\da-f]+/, "");
}

/** Where a Route or Contact value leads. */
function endOf(value: string): { readonly address: string; readonly port: number } {
  const [, address = "", port = "5060"] = /<sips?:(?:[^@>]*@)?([^:;>]+)(?::(\d+))?/.exec(value) ?? [];
  return { address, port: Number(port) };
}
