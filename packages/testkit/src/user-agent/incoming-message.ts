import type { Clock, Endpoint } from "@siplet/core";
import { responseText, type ResponseTextOptions } from "../messages/response-text.js";
import type { WireMessage } from "../messages/wire-message.js";
import type { UserAgentPeer } from "./user-agent-port.js";

/** What an incoming message is made of. */
export interface IncomingParts {
  readonly message: WireMessage;
  readonly peer: UserAgentPeer;
  readonly at: number;
  readonly copy: number;
  readonly clock: Clock;
  readonly contact: string;
  readonly onSent: (text: string) => void;
}

/** A message that a scripted user agent received, and the ways to answer it. */
export class IncomingMessage {
  readonly message: WireMessage;
  /** When it came, on the clock's monotonic scale. */
  readonly at: number;
  /** 1 for the first of its branch and method, then 2, 3, … */
  readonly copy: number;
  readonly #parts: IncomingParts;

  constructor(parts: IncomingParts) {
    this.#parts = parts;
    this.message = parts.message;
    this.at = parts.at;
    this.copy = parts.copy;
  }

  get from(): Endpoint {
    return this.#parts.peer.remote;
  }

  /** Answers the request by the way it came; answers that may make a dialog carry a Contact. */
  reply(status: number, options: ResponseTextOptions = {}): string {
    const contact = status > 100 && status < 300 ? this.#parts.contact : undefined;
    return this.send(responseText(this.message, status, { contact, ...options }));
  }

  /** Sends a whole message by the way this one came. */
  send(text: string): string {
    this.#parts.peer.send(Buffer.from(text, "utf8"));
    this.#parts.onSent(text);
    return text;
  }

  /** Does something later. */
  after(milliseconds: number, action: () => void): void {
    this.#parts.clock.setTimeout(action, milliseconds, undefined);
  }
}
