import "reflect-metadata";
import {
  SipErrorListener,
  SipFactory,
  SipListener,
  SipServlet,
  SipServletBase,
  SipSessionListener,
  type ApplicationDefinition,
  type SipApplicationSession,
  type SipErrorEvent,
  type SipServletRequest,
  type SipServletResponse,
  type SipSession,
  type SipSessionEvent,
} from "@siplet/framework";
import type { ScriptedUserAgent } from "@siplet/testkit";
import { ContainerLab, type LabWorld } from "./container-lab.js";

/** Keeps a session and its application session when they are ready, so that a test can look at them. */
export function keep(session: SipSession): void {
  session.invalidateWhenReady = false;
  session.applicationSession.invalidateWhenReady = false;
}

type OnRequest = (request: SipServletRequest) => unknown;
type OnResponse = (response: SipServletResponse) => unknown;

/** What an application of a test does and has seen. */
export class Script {
  /** By method; what is not named gets 200, ACK and CANCEL nothing. */
  readonly on: Record<string, OnRequest> = {};
  onResponse: OnResponse = () => undefined;
  onMissingAck: (event: SipErrorEvent) => unknown = () => undefined;
  onMissingPrack: (event: SipErrorEvent) => unknown = () => undefined;
  readonly requests: SipServletRequest[] = [];
  readonly responses: SipServletResponse[] = [];
  /** `created`, `ready`, `destroyed`, in order. */
  readonly events: string[] = [];
  readonly created: SipSession[] = [];

  /** The last request of a method. */
  request(method: string): SipServletRequest {
    const request = this.requests.findLast((each) => each.method === method);
    if (request === undefined) throw new RangeError(`the application got no ${method}: ${this.summary}`);
    return request;
  }

  /** The last response of a status. */
  response(status: number): SipServletResponse {
    const response = this.responses.findLast((each) => each.status === status);
    if (response === undefined) throw new RangeError(`the application got no ${status}: ${this.summary}`);
    return response;
  }

  /** Everything the application was given. */
  get summary(): string {
    return [...this.requests.map((each) => each.method), ...this.responses.map((each) => `${each.status}`)].join(" ");
  }
}

/** The definition of an application that does what its script says. */
export function scriptedApplication(script: Script): ApplicationDefinition {
  @SipServlet({ name: "scripted" })
  class Scripted extends SipServletBase {
    override service(request: SipServletRequest | undefined, response?: SipServletResponse): void | Promise<void> {
      if (request !== undefined) return take(script, request) as void;
      if (response === undefined) return undefined;
      script.responses.push(response);
      return script.onResponse(response) as void;
    }
  }
  @SipListener()
  class Sessions extends SipSessionListener {
    override sessionCreated({ session }: SipSessionEvent): void {
      script.events.push("created");
      script.created.push(session);
    }
    override sessionReadyToInvalidate(): void {
      script.events.push("ready");
    }
    override sessionDestroyed(): void {
      script.events.push("destroyed");
    }
  }
  @SipListener()
  class Errors extends SipErrorListener {
    override noAckReceived(event: SipErrorEvent): void {
      script.onMissingAck(event);
    }
    override noPrackReceived(event: SipErrorEvent): void {
      script.onMissingPrack(event);
    }
  }
  return { name: "scripted", servlets: [Scripted], listeners: [Sessions, Errors] };
}

function take(script: Script, request: SipServletRequest): unknown {
  script.requests.push(request);
  const action = script.on[request.method];
  if (action !== undefined) return action(request);
  if (request.method === "ACK" || request.method === "CANCEL") return undefined;
  return request.createResponse(200).send();
}

/** A container with one scripted application, and a peer that follows a script of its own. */
export class ScriptedLab {
  readonly script: Script;
  readonly lab: ContainerLab;
  readonly peer: ScriptedUserAgent;

  private constructor(script: Script, lab: ContainerLab, peerAddress: string) {
    this.script = script;
    this.lab = lab;
    this.peer = lab.agent("peer", peerAddress);
  }

  /** In a world of its own, or beside another one with a peer of its own. */
  static async start(
    options: Partial<Parameters<typeof ContainerLab.start>[0]> = {},
    world?: LabWorld,
  ): Promise<ScriptedLab> {
    const script = new Script();
    const lab = await ContainerLab.start({ applications: [scriptedApplication(script)], ...options }, world);
    return new ScriptedLab(script, lab, world === undefined ? "192.0.2.2" : "192.0.2.3");
  }

  get factory(): SipFactory {
    return this.lab.container.bean("scripted", SipFactory);
  }

  /** A request to the peer, not sent, in an application session of its own. */
  create(method: string, applicationSession: SipApplicationSession = this.factory.createApplicationSession()) {
    const request = this.factory.createRequest(applicationSession, method, "sip:app@192.0.2.10", this.peer.uri);
    return request;
  }

  /** A request to the peer, on its way and answered as the peer's script says. */
  async send(method: string): Promise<SipServletRequest> {
    const request = this.create(method);
    await request.send();
    await this.lab.settle();
    return request;
  }

  settle(milliseconds = 0): Promise<void> {
    return this.lab.settle(milliseconds);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab[Symbol.asyncDispose]();
  }
}
