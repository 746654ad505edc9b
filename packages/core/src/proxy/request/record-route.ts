import type { HeaderField } from "../../message/header-field.js";
import { formatHostPort } from "../../grammar/host.js";
import type { ParametersInit } from "../../grammar/parameter-list.js";
import { reachableAddress } from "../../transport/reachable-address.js";
import type { Connection } from "../../transport/transport.js";
import { UriParameters } from "../../uri/uri-parameters.js";
import { wireField } from "./route-fields.js";
import { pairParameter } from "./take-own-routes.js";

/** What the values of Record-Route or Path tell beside our address. */
export interface OwnRouteOptions {
  /** User part of each value, as it may stand in a URI. */
  readonly user?: string;
  /** URI parameters of each value, beside `lr`. */
  readonly parameters?: ParametersInit;
  /** Flow token for the side the request came from: user part of its value, which gets `ob` (RFC 5626 §5.3). */
  readonly incomingFlow?: string;
  /** Flow token for the side the request goes to. */
  readonly outgoingFlow?: string;
}

/** Where a request came from and goes to. */
export interface Passage {
  readonly incoming: Connection;
  readonly outgoing: Connection;
  /** The request is for a sips URI: a side that has TLS is written as sips (RFC 3261 §16.6 step 4). */
  readonly isSips: boolean;
}

/**
 * The fields by which later requests of the dialog (Record-Route), or of a registration (Path), come through this element:
 * one where both sides see the same address, else two, the side the request goes to on top. RFC 3261 §16.6 step 4,
 * RFC 5658 §4.1, RFC 3327 §5.2
 */
export function ownRouteFields(
  name: "Record-Route" | "Path",
  { incoming, outgoing, isSips }: Passage,
  options: OwnRouteOptions = {},
): HeaderField[] {
  const key = name === "Path" ? "path" : "record-route";
  const { user, incomingFlow, outgoingFlow } = options;
  const ways = [sideOf(incoming, isSips), sideOf(outgoing, isSips)] as const;
  const parameters = options.parameters === undefined ? undefined : UriParameters.from(options.parameters);
  const common = `${parameters?.toString() ?? ""};lr`;
  const mark = parameters?.has("ob") === true ? "" : ";ob";
  const flowMark = (token: string | undefined): string => (token === undefined ? "" : mark);
  if (isSameSide(...ways) && (incomingFlow === undefined || outgoingFlow === undefined)) {
    const flow = incomingFlow ?? outgoingFlow;
    return [wireField(key, name, valueOf(ways[0], flow ?? user, common + flowMark(flow)))];
  }
  const tail = `${common};${pairParameter}=on`;
  // the registrar looks for `ob` in the first Path value, whichever side it is for (RFC 5626 §6)
  const near = flowMark(incomingFlow);
  const far = name === "Path" ? near : flowMark(outgoingFlow);
  return [
    wireField(key, name, valueOf(ways[1], outgoingFlow ?? user, tail + far)),
    wireField(key, name, valueOf(ways[0], incomingFlow ?? user, tail + near)),
  ];
}

/** How one side sees us. */
interface Side {
  readonly scheme: "sip:" | "sips:";
  readonly address: string;
  readonly transport: string;
}

function isSameSide(one: Side, other: Side): boolean {
  return one.address === other.address && one.scheme === other.scheme && one.transport === other.transport;
}

function valueOf({ scheme, address, transport }: Side, user: string | undefined, tail: string): string {
  return `<${scheme}${user === undefined ? "" : `${user}@`}${address}${transport}${tail}>`;
}

/** Both neighbours speak the transport that they are told: they used it, or we reached them by it (RFC 5658 §4.1). */
function sideOf({ transport, remote }: Connection, isSips: boolean): Side {
  const { host, port } = reachableAddress(transport, remote);
  const { protocol, isSecure } = transport;
  const scheme = isSecure && isSips ? "sips:" : "sip:";
  return { scheme, address: formatHostPort(host, port), transport: transportParameter(protocol, scheme === "sips:") };
}

function transportParameter(protocol: string, isSips: boolean): string {
  if (protocol === "udp") return "";
  if (!isSips) return `;transport=${protocol}`;
  return protocol === "wss" ? ";transport=ws" : "";
}
