import { createHmac, timingSafeEqual } from "node:crypto";
import { EngineError } from "../../errors/engine-error.js";
import type { Connection, TransportProtocol } from "../transport.js";
import type { FlowAddress, FlowTable } from "./flow-table.js";

/** What a token says: its flow lives, its flow is gone (430), or it is none of ours (403). RFC 5626 §5.3 */
export type FlowVerdict =
  | { readonly kind: "open"; readonly connection: Connection }
  | { readonly kind: "gone" }
  | { readonly kind: "tampered" };

/** What tokens are made of. */
export interface FlowTokenOptions {
  readonly flows: FlowTable;
  /** Secret octets, 16 or more; the same in each engine that has to read the tokens. */
  readonly key: Uint8Array;
}

/** Octets of the message authentication code that a token carries: 80 bits (RFC 5626 §5.2). */
const macLength = 10;
const shortestKey = 16;
const gone: FlowVerdict = { kind: "gone" };
const tampered: FlowVerdict = { kind: "tampered" };

/**
 * Flow tokens for the user part of Path and Record-Route (RFC 5626 §5.2): transport and both ends of a flow under an
 * HMAC-SHA-256, so that nobody can send through this element to where it has no flow.
 */
export class FlowToken {
  readonly #flows: FlowTable;
  readonly #key: Uint8Array;
  readonly #made = new WeakMap<Connection, string>();

  /** @throws EngineError `transport.option` */
  constructor(options: FlowTokenOptions) {
    if (options.key.length < shortestKey) {
      throw new EngineError("transport.option", {
        detail: `the key of flow tokens has ${options.key.length} octets; take ${shortestKey} or more random ones`,
      });
    }
    this.#flows = options.flows;
    this.#key = options.key;
  }

  /** The token of a connection: letters, digits, `-` and `_`. */
  create(connection: Connection): string {
    const known = this.#made.get(connection);
    if (known !== undefined) return known;
    const text = Buffer.from(writeFlow(this.#flows.addressOf(connection)), "latin1");
    const token = Buffer.concat([this.#authenticate(text), text]).toString("base64url");
    this.#made.set(connection, token);
    return token;
  }

  /** Reads a token back. Never throws. */
  verify(token: string): FlowVerdict {
    const bytes = Buffer.from(token, "base64url");
    if (bytes.length <= macLength || bytes.toString("base64url") !== token) return tampered;
    const text = bytes.subarray(macLength);
    if (!timingSafeEqual(bytes.subarray(0, macLength), this.#authenticate(text))) return tampered;
    const flow = readFlow(text.toString("latin1"));
    const connection = flow && this.#flows.find(flow);
    return connection === undefined ? gone : { kind: "open", connection };
  }

  #authenticate(text: Uint8Array): Buffer {
    return createHmac("sha256", this.#key).update("flow ").update(text).digest().subarray(0, macLength);
  }
}

function writeFlow({ protocol, local, remote, serial }: FlowAddress): string {
  return [protocol, local.address, local.port, remote.address, remote.port, serial].join(" ");
}

function readFlow(text: string): FlowAddress | undefined {
  const [protocol, localAddress, localPort, remoteAddress, remotePort, serial] = text.split(" ");
  if (localAddress === undefined || remoteAddress === undefined || serial === undefined) return undefined;
  return {
    protocol: protocol as TransportProtocol,
    local: { address: localAddress, port: Number(localPort) },
    remote: { address: remoteAddress, port: Number(remotePort) },
    serial,
  };
}
