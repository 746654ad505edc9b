import {
  computeDigestResponse,
  computeHa1,
  hashOf,
  selectDigestChallenges,
  type DigestAlgorithm,
  type DigestChallenge,
} from "@siplet/core";
import type { ScriptedUserAgent, WireMessage } from "@siplet/testkit";
import type { ContainerLab } from "./container-lab.js";

/** What a caller answers a challenge with, and otherwise than a good one would. */
export interface Answer {
  readonly username: string;
  readonly password: string;
  /** Which of several challenges; the first. */
  readonly choice?: number;
  readonly uri?: string;
  readonly nonceCount?: string;
  readonly qop?: "auth" | "auth-int";
}

/** A user agent that sends requests to a container and answers its challenges, with no memory of its own. */
export class DigestCaller {
  readonly #lab: ContainerLab;
  readonly #agent: ScriptedUserAgent;
  #sequenceNumber = 0;

  constructor(lab: ContainerLab, name = "alice", address = "192.0.2.1") {
    this.#lab = lab;
    this.#agent = lab.agent(name, address);
  }

  get agent(): ScriptedUserAgent {
    return this.#agent;
  }

  /** Sends an initial request; gives the last answer to it. */
  async send(method: string, options: Partial<Parameters<ScriptedUserAgent["request"]>[0]> = {}): Promise<WireMessage> {
    const sent = await this.#lab.send(this.#agent, {
      method,
      sequenceNumber: ++this.#sequenceNumber,
      ...options,
    });
    return this.answerTo(sent);
  }

  /** The last response to a request. */
  answerTo({ callId, sequenceNumber }: WireMessage): WireMessage {
    return this.#agent.last(
      (each) => !each.isRequest && each.callId === callId && each.sequenceNumber === sequenceNumber,
    );
  }

  /** Sends a request, and again with the answer to the challenge. */
  async login(method: string, answer: Answer, body = ""): Promise<WireMessage> {
    const challenge = await this.send(method, { body });
    return this.send(method, { body, headers: authorize(challenge, method, answer, body) });
  }
}

/** The challenges of a 401 or 407. */
export function challengesOf(response: WireMessage): readonly DigestChallenge[] {
  const name = response.status === 401 ? "WWW-Authenticate" : "Proxy-Authenticate";
  return selectDigestChallenges(response.headers(name));
}

/** The header field that answers a challenge. */
export function authorize(
  response: WireMessage,
  method: string,
  answer: Answer,
  body = "",
): Readonly<Record<string, string>> {
  const challenge = challengesOf(response)[answer.choice ?? 0];
  if (challenge === undefined) throw new TypeError("there is no such challenge");
  const { realm, nonce, opaque } = challenge;
  const algorithm = challenge.algorithm as DigestAlgorithm;
  const { username, password, uri = "sip:app@192.0.2.10", nonceCount: nc = "00000001", qop = "auth" } = answer;
  const ha1 = computeHa1(hashOf(algorithm), username, realm, password);
  const input = { algorithm, method, uri, nonce, qop, nc, cnonce: "c", body: Buffer.from(body) };
  const value = [
    `username="${username}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${uri}"`,
    `response="${computeDigestResponse(ha1, input)}"`,
    `algorithm=${algorithm}`,
    `cnonce="c"`,
    `nc=${nc}`,
    `qop=${qop}`,
    `opaque="${opaque ?? ""}"`,
  ].join(", ");
  return { [response.status === 401 ? "Authorization" : "Proxy-Authorization"]: `Digest ${value}` };
}
