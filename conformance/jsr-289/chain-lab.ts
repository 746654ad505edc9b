import "reflect-metadata";
import {
  SipServlet,
  SipServletBase,
  type ApplicationDefinition,
  type ContainerOptions,
  type SipApplicationRouterInfo,
  type SipServletRequest,
  type SipServletResponse,
} from "@siplet/framework";
import type { RoutingState, SipApplicationRouter } from "@siplet/framework/spi";
import type { ScriptedUserAgent, WireMessage } from "@siplet/testkit";
import { ContainerLab, createWorld, type LabWorld } from "./container-lab.js";

type OnRequest = (request: SipServletRequest) => unknown;
type OnResponse = (response: SipServletResponse) => unknown;

/** One application of a chain: what it does, and what it has seen. */
export class ChainApplication {
  readonly name: string;
  readonly requests: SipServletRequest[] = [];
  readonly responses: SipServletResponse[] = [];
  onInitial: OnRequest;
  onSubsequent: OnRequest = () => undefined;
  onResponse: OnResponse = () => undefined;

  constructor(name: string, onInitial: OnRequest) {
    this.name = name;
    this.onInitial = onInitial;
  }

  /** The last request of a method. */
  request(method = "INVITE"): SipServletRequest {
    const request = this.requests.findLast((each) => each.method === method);
    if (request === undefined) throw new RangeError(`${this.name} got no ${method}`);
    return request;
  }

  /** What it has seen, in order. */
  get summary(): string {
    return this.requests.map(({ method }) => method).join(" ");
  }
}

/** Proxies to the Request-URI. */
export function proxy(name: string, recordRoute = true): ChainApplication {
  return new ChainApplication(name, (request) => {
    const own = request.getProxy();
    own.recordRoute = recordRoute;
    return own.proxyTo(request.requestUri);
  });
}

/** Answers by a status; what follows in the dialog by 200. */
export function userAgent(name: string, status = 200): ChainApplication {
  const application = new ChainApplication(name, (request) => request.createResponse(status).send());
  application.onSubsequent = answerOk;
  return application;
}

/** Copies everything from one leg to the other. */
export function backToBack(name: string): ChainApplication {
  const application = new ChainApplication(name, (request) => {
    const copy = request.getB2buaHelper().createRequest(request, true);
    return copy.send();
  });
  application.onSubsequent = relay;
  application.onResponse = relayResponse;
  return application;
}

function answerOk(request: SipServletRequest): unknown {
  if (request.method === "ACK" || request.method === "CANCEL") return undefined;
  return request.createResponse(200).send();
}

function relay(request: SipServletRequest): unknown {
  const helper = request.getB2buaHelper();
  const other = helper.getLinkedSession(request.session);
  if (other === undefined) return undefined;
  if (request.method === "CANCEL") return helper.createCancel(other).send();
  if (request.method === "ACK") {
    const [success] = helper.getPendingMessages(other, "UAC");
    return (success as SipServletResponse | undefined)?.createAck().send();
  }
  return helper.createRequest(other, request).send();
}

function relayResponse(response: SipServletResponse): unknown {
  const original = response.request;
  if (original === undefined || response.status === 100) return undefined;
  const linked = original.getB2buaHelper().getLinkedSipServletRequest(original);
  return linked?.createResponse(response.status).send();
}

/** A question that a router was asked, and the request as it was then. */
export interface AskedQuestion {
  readonly request: SipServletRequest;
  readonly state: RoutingState;
}

/** A router that names applications in order, and writes down what it is asked. */
export class RecordingRouter implements SipApplicationRouter {
  readonly asked: AskedQuestion[] = [];
  readonly events: string[] = [];
  /** What it says, by the index in `stateInfo`; beyond the end: no application. */
  answer: (
    index: number,
    request: SipServletRequest,
  ) => SipApplicationRouterInfo | undefined | Promise<SipApplicationRouterInfo | undefined>;

  constructor(names: readonly string[]) {
    this.answer = (index) => {
      const nextApplicationName = names[index];
      return nextApplicationName === undefined ? {} : { nextApplicationName, stateInfo: index + 1 };
    };
  }

  init(): void {
    this.events.push("init");
  }

  applicationDeployed(names: readonly string[]): void {
    this.events.push(`deployed ${names.join(",")}`);
  }

  applicationUndeployed(names: readonly string[]): void {
    this.events.push(`undeployed ${names.join(",")}`);
  }

  destroy(): void {
    this.events.push("destroy");
  }

  getNextApplication(request: SipServletRequest, state: RoutingState): ReturnType<RecordingRouter["answer"]> {
    this.asked.push({ request, state });
    return this.answer(typeof state.stateInfo === "number" ? state.stateInfo : 0, request);
  }
}

/** The definition of an application for a container. */
export function definitionOf(application: ChainApplication, path: string[] = []): ApplicationDefinition {
  @SipServlet({ name: "main" })
  class Main extends SipServletBase {
    override service(request: SipServletRequest | undefined, response?: SipServletResponse): void | Promise<void> {
      if (response !== undefined) {
        application.responses.push(response);
        return application.onResponse(response) as void;
      }
      if (request === undefined) return undefined;
      path.push(`${application.name} ${request.method}`);
      application.requests.push(request);
      return (request.isInitial ? application.onInitial(request) : application.onSubsequent(request)) as void;
    }
  }
  return { name: application.name, servlets: [Main] };
}

/** A container with several applications, a caller on one side and a callee on the other. */
export class ChainLab {
  readonly lab: ContainerLab;
  readonly caller: ScriptedUserAgent;
  readonly callee: ScriptedUserAgent;
  /** Every request that an application got: `screening INVITE`. */
  readonly path: string[];

  private constructor(lab: ContainerLab, path: string[]) {
    this.lab = lab;
    this.path = path;
    this.caller = lab.agent("caller", "192.0.2.2");
    this.callee = lab.agent("callee", "192.0.2.20");
  }

  /** By default the router names the applications in their order. */
  static async start(
    applications: readonly ChainApplication[],
    options: Partial<ContainerOptions> = {},
    world: LabWorld = createWorld(),
  ): Promise<ChainLab> {
    const path: string[] = [];
    const router = new RecordingRouter(applications.map(({ name }) => name));
    const definitions = applications.map((each) => definitionOf(each, path));
    return new ChainLab(await ContainerLab.start({ applications: definitions, router, ...options }, world), path);
  }

  settle(milliseconds = 0): Promise<void> {
    return this.lab.settle(milliseconds);
  }

  /** Sends an INVITE for the callee through the container. */
  invite(options: Partial<Parameters<ScriptedUserAgent["request"]>[0]> = {}): Promise<WireMessage> {
    return this.lab.send(this.caller, { method: "INVITE", uri: this.callee.uri, ...options });
  }

  /** A call that the callee answers, acknowledged along its route. */
  async call(options: Partial<Parameters<ScriptedUserAgent["request"]>[0]> = {}): Promise<ChainCall> {
    this.callee.on("INVITE", (incoming) => void incoming.reply(200, { toTag: "callee-tag" }));
    this.callee.on("BYE", (incoming) => void incoming.reply(200));
    const invite = await this.invite(options);
    const call = new ChainCall(this, invite);
    await call.send("ACK", 1);
    return call;
  }

  /** Status of the last answer that the caller got. */
  get status(): number {
    return this.caller.last((message) => !message.isRequest).status;
  }

  /** Everything is over once the last timer of a transaction is. */
  async counts(): Promise<ContainerLab["container"]["counts"]> {
    await this.settle(64_000);
    return this.lab.container.counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab[Symbol.asyncDispose]();
  }
}

/** An answered call between caller and callee. */
export class ChainCall {
  readonly #lab: ChainLab;
  readonly invite: WireMessage;
  readonly answer: WireMessage;

  constructor(lab: ChainLab, invite: WireMessage) {
    this.#lab = lab;
    this.invite = invite;
    this.answer = lab.caller.last((message) => message.status >= 200 && message.callId === invite.callId);
  }

  /** A request of the caller, by route set and Contact of the answer. */
  async send(method: string, sequenceNumber = 2): Promise<void> {
    const { answer, invite } = this;
    const routes = answer.values("Record-Route").toReversed();
    this.#lab.caller.sendRequest({
      method,
      uri: answer.contactUri ?? this.#lab.callee.uri,
      callId: invite.callId,
      sequenceNumber,
      fromTag: invite.fromTag,
      toTag: answer.toTag,
      route: routes,
    });
    await this.#lab.settle();
  }

  /** A request of the callee, by route set and Contact of the INVITE it got. */
  async sendBack(method: string): Promise<void> {
    const { callee } = this.#lab;
    const received = callee.last("INVITE");
    const routes = received.values("Record-Route");
    callee.sendRequest({
      method,
      uri: received.contactUri ?? this.#lab.caller.uri,
      callId: received.callId,
      sequenceNumber: 1,
      from: `<${callee.uri}>`,
      to: `<${this.#lab.caller.uri}>`,
      fromTag: "callee-tag",
      toTag: received.fromTag,
      route: routes,
    });
    await this.#lab.settle();
  }
}
