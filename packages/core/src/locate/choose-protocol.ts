import { EngineError } from "../errors/engine-error.js";
import type { LocateTarget } from "./hop/next-hop.js";
import { protocolTable, readTransport, type HopProtocol } from "./hop/protocols.js";

/** What the transport rules leave open: RFC 3263 §4.1. */
export interface ProtocolChoice {
  /** Transports that may be used, in the client's order. */
  readonly protocols: readonly HopProtocol[];
  /** The one for when the DNS has no say. */
  readonly fallback: HopProtocol;
  /** There is only this one, and the domain is not asked for its wishes. */
  readonly settled: boolean;
}

/** A function that tells what transports a target may be reached over, for a client with these transports. */
export function createProtocolChooser(supported: readonly HopProtocol[]): (target: LocateTarget) => ProtocolChoice {
  const plain = openChoice(supported, ["udp", "tcp"]);
  const secure = openChoice(
    supported.filter((protocol) => protocolTable[protocol].secure),
    ["tls"],
  );
  return (target) => {
    if (target.transport !== undefined) return settledChoice(requestedProtocol(target), supported);
    const choice = target.secure ? secure : plain;
    if (choice) return choice;
    const detail = `no transport ${target.secure ? "with TLS for sips" : "at all"}, target ${target.host}`;
    throw new EngineError("locate.unsupported", { detail });
  };
}

/** The choice of one transport; it must be among those the client has. */
export function settledChoice(protocol: HopProtocol, supported: readonly HopProtocol[]): ProtocolChoice {
  if (!supported.includes(protocol)) {
    throw new EngineError("locate.unsupported", {
      detail: `transport ${protocol}; there is ${supported.join(", ") || "none"}`,
    });
  }
  return { protocols: [protocol], fallback: protocol, settled: true };
}

function openChoice(protocols: readonly HopProtocol[], defaults: readonly HopProtocol[]): ProtocolChoice | undefined {
  const fallback = defaults.find((protocol) => protocols.includes(protocol)) ?? protocols[0];
  return fallback && { protocols, fallback, settled: false };
}

function requestedProtocol({ secure, transport = "", host }: LocateTarget): HopProtocol {
  const name = transport.toLowerCase();
  const protocol = readTransport(name, secure);
  if (protocol) return protocol;
  if (secure && name === "udp") {
    throw new EngineError("locate.malformed", { detail: `sips cannot go over udp, target ${host}` });
  }
  throw new EngineError("locate.unsupported", { detail: `transport "${transport}", target ${host}` });
}
