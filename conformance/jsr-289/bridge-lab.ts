import "reflect-metadata";
import {
  BridgeFactory,
  BridgeHooks,
  inject,
  SipServlet,
  SipServletBase,
  type Bridge,
  type BridgeOptions,
  type ContainerApplication,
  type SipServletRequest,
  type SipServletResponse,
} from "@siplet/framework";
import type { ScriptedUserAgent, WireMessage } from "@siplet/testkit";
import { ContainerLab, type LabWorld } from "./container-lab.js";

export const calleeUri = "sip:callee@192.0.2.9:5060";

/** What a bridge of a test does, and what it told. */
export interface BridgeScript {
  options: BridgeOptions;
  readonly bridges: Bridge[];
  /** What the servlet itself was given: only what no bridge took. */
  readonly seen: string[];
  /** What start threw. */
  readonly errors: unknown[];
}

/** An application that bridges every initial request. */
export function bridgingApplication(
  script: BridgeScript,
  more: Partial<ContainerApplication> = {},
): ContainerApplication {
  @SipServlet({ name: "bridging" })
  class Bridging extends SipServletBase {
    constructor(@inject(BridgeFactory) readonly bridges: BridgeFactory) {
      super();
    }
    override async service(request: SipServletRequest | undefined, response?: SipServletResponse): Promise<void> {
      script.seen.push(request?.method ?? `${response?.status}`);
      if (request?.isInitial !== true) return;
      try {
        script.bridges.push(await this.bridges.start(request, script.options));
      } catch (error) {
        script.errors.push(error);
      }
    }
  }
  return { name: "bridging", servlets: [Bridging], ...more };
}

/** A body that says which one it is. */
export const describeSession = (owner: string, version = 1): string =>
  `v=0\r\no=${owner} 10 ${version} IN IP4 192.0.2.77\r\ns=${owner}\r\nc=IN IP4 192.0.2.77\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n`;

/** A dialog of a scripted user agent with the container, from either side. */
export interface DialogEnd {
  readonly agent: ScriptedUserAgent;
  readonly uri: string;
  readonly callId: string;
  readonly fromTag: string | undefined;
  readonly toTag: string | undefined;
}

/** A container that bridges calls between two user agents that know no rules. */
export class BridgeLab {
  readonly lab: ContainerLab;
  readonly script: BridgeScript;
  readonly caller: ScriptedUserAgent;
  readonly callee: ScriptedUserAgent;
  #sequenceNumber = 100;

  private constructor(lab: ContainerLab, script: BridgeScript) {
    this.lab = lab;
    this.script = script;
    this.caller = lab.agent("caller", "192.0.2.2");
    this.callee = lab.agent("callee", "192.0.2.9");
  }

  static async start(
    options: BridgeOptions = {},
    more: Partial<ContainerApplication> = {},
    world?: LabWorld,
  ): Promise<BridgeLab> {
    const script: BridgeScript = { options: { to: calleeUri, ...options }, bridges: [], seen: [], errors: [] };
    return new BridgeLab(
      await ContainerLab.start({ applications: [bridgingApplication(script, more)] }, world),
      script,
    );
  }

  get bridge(): Bridge {
    const bridge = this.script.bridges.at(-1);
    if (bridge === undefined) throw new RangeError(`no bridge was started: ${String(this.script.errors[0])}`);
    return bridge;
  }

  get counts(): object {
    return this.lab.container.counts;
  }

  settle(milliseconds = 0): Promise<void> {
    return this.lab.settle(milliseconds);
  }

  /** The caller calls, with an offer unless told otherwise. */
  async invite(options: object = {}): Promise<WireMessage> {
    const body = { body: describeSession("alice"), contentType: "application/sdp" };
    return this.lab.send(this.caller, { method: "INVITE", ...body, ...options });
  }

  /** The callee answers the INVITE it got last. */
  async answer(status: number, options: object = {}): Promise<void> {
    const incoming = this.callee.received.findLast(({ message }) => message.method === "INVITE" && message.isRequest);
    const body = status > 180 && status < 300 ? { body: describeSession("bob"), contentType: "application/sdp" } : {};
    incoming?.reply(status, { ...body, ...options });
    await this.settle();
  }

  /** The dialog of the caller, by the answer it got last. */
  get callerEnd(): DialogEnd {
    const answer = this.caller.last((message) => !message.isRequest && message.cseqMethod === "INVITE");
    const { callId, fromTag, toTag, contactUri } = answer;
    return { agent: this.caller, uri: contactUri ?? `sip:${this.lab.address}`, callId, fromTag, toTag };
  }

  /** The dialog of the callee, by the INVITE it got first. */
  get calleeEnd(): DialogEnd {
    const [invite] = this.callee.messages("INVITE");
    if (invite === undefined) throw new RangeError("the callee got no INVITE");
    const answer = this.callee.sent.find(({ toTag, callId }) => toTag !== undefined && callId === invite.callId);
    const { callId, fromTag, contactUri } = invite;
    return {
      agent: this.callee,
      uri: contactUri ?? `sip:${this.lab.address}`,
      callId,
      fromTag: answer?.toTag,
      toTag: fromTag,
    };
  }

  /** Sends a request inside a dialog. */
  async request(end: DialogEnd, method: string, options: object = {}): Promise<WireMessage> {
    const { agent, ...dialog } = end;
    this.#sequenceNumber += 1;
    const sent = agent.sendRequest({ method, ...dialog, sequenceNumber: this.#sequenceNumber, ...options });
    await this.settle();
    return sent;
  }

  /** The caller acknowledges the 2xx it got last. */
  async ack(options: object = {}): Promise<void> {
    const { sequenceNumber } = this.caller.last("200 INVITE");
    await this.request(this.callerEnd, "ACK", { sequenceNumber, ...options });
  }

  /** A call that stands on both legs. */
  async establish(): Promise<void> {
    await this.invite();
    await this.answer(200);
    await this.ack();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab[Symbol.asyncDispose]();
  }
}

/** Hooks that write down which of them ran, and do what a test says. */
export class RecordedHooks extends BridgeHooks {
  static lines: string[] = [];
}
