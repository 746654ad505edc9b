import { addressOfRecordKey } from "../../../uri/address-of-record-key.js";
import { tryParseUri } from "../../../uri/parse-uri.js";
import type { SipUri } from "../../../uri/sip-uri.js";
import type { Uri } from "../../../uri/uri.js";
import { liveBindings, type Binding, type LocationRecord } from "./location-record.js";
import { canonicalInstance, type TemporaryGruu } from "./temporary-gruu.js";

/** One way to a user agent. */
export interface LookUpFlow {
  /** Request-URI of what is forwarded. */
  readonly requestUri: string;
  /** Routes to push in front, in order (RFC 3327 §5.4). */
  readonly routes: readonly string[];
  /** Token of the connection that this element holds, if that is the way (RFC 5626 §7). */
  readonly flow: string | undefined;
  /** False: the Request-URI leads there as well once the connection is gone. */
  readonly isFlowBound?: boolean | undefined;
  readonly binding: Binding;
}

/** A user agent that may be called: one flow at a time. */
export interface LookUpTarget {
  readonly q: number;
  /** The newest flow first; the next one is for 430, 408 and silence alone (RFC 5626 §7). */
  readonly flows: readonly [LookUpFlow, ...LookUpFlow[]];
}

/** Where a request for an address goes, the most wanted first, or why nowhere. */
export type LookUpOutcome =
  | { readonly kind: "found"; readonly targets: readonly LookUpTarget[] }
  /** 404: no such address or GRUU; 480: nobody is there. */
  | { readonly kind: "missing"; readonly statusCode: 404 | 480 };

/** Whom a Request-URI means: an address, and one user agent of it when it is a GRUU (RFC 5627 §5.4). */
export type LookUpQuery =
  | { readonly kind: "address"; readonly key: string; readonly isSecure: boolean }
  | {
      readonly kind: "gruu";
      readonly key: string;
      readonly isSecure: boolean;
      readonly instanceId: string;
      /** Of a temporary GRUU: good as long as a binding has this Call-ID. */
      readonly callId: string | undefined;
    }
  | { readonly kind: "unknown" };

/** Reads a Request-URI. A public GRUU equals its address by URI comparison, so `gr` is looked for first. */
export function readQuery(requestUri: Uri, gruu: TemporaryGruu): LookUpQuery {
  if (requestUri.kind !== "sip") return { kind: "address", key: addressOfRecordKey(requestUri), isSecure: false };
  const { isSecure } = requestUri;
  if (!requestUri.parameters.has("gr")) return { kind: "address", key: addressOfRecordKey(requestUri), isSecure };
  const instance = requestUri.parameters.get("gr");
  if (instance !== undefined && instance !== "") {
    const instanceId = canonicalInstance(instance);
    return { kind: "gruu", key: addressOfRecordKey(requestUri), isSecure, instanceId, callId: undefined };
  }
  const content = gruu.open(requestUri.decodedUser ?? "");
  return content === undefined ? { kind: "unknown" } : { kind: "gruu", isSecure, ...content };
}

/** The bindings a request is forwarded to: RFC 3261 §16.5, RFC 5626 §7, RFC 5627 §5.4. A pure function. */
export function lookUp(record: LocationRecord | undefined, query: LookUpQuery, now: number): LookUpOutcome {
  if (query.kind === "unknown") return { kind: "missing", statusCode: 404 };
  let bindings = liveBindings(record, now);
  if (query.kind === "gruu") {
    const { instanceId, callId } = query;
    const instance = record?.instances.find((each) => each.instanceId === instanceId);
    if (instance === undefined) return { kind: "missing", statusCode: 404 };
    bindings = bindings.filter((binding) => binding.instanceId === instanceId);
    const isOver = bindings.length === 0 || !Object.values(instance.callIds).includes(callId ?? "");
    if (callId !== undefined && isOver) return { kind: "missing", statusCode: 404 };
  }
  if (query.isSecure) bindings = bindings.filter(isSecurelyReached);
  return bindings.length === 0 ? { kind: "missing", statusCode: 480 } : { kind: "found", targets: targetsOf(bindings) };
}

/** A sips request goes over TLS all the way (RFC 3261 §26.2.2, RFC 5627 §5.4). */
function isSecurelyReached({ contactUri }: Binding): boolean {
  const uri = tryParseUri(contactUri);
  return uri?.kind === "sip" && (uri.isSecure || uri.transport === "tls" || uri.transport === "wss");
}

function targetsOf(bindings: readonly Binding[]): LookUpTarget[] {
  const newestFirst = bindings.toSorted((one, other) => other.updatedAt - one.updatedAt);
  const groups = new Map<string, Binding[]>();
  for (const [index, binding] of newestFirst.entries()) {
    const key = binding.registrationId === undefined ? `contact ${index}` : `instance ${binding.instanceId}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [binding]);
    else group.push(binding);
  }
  const targets = Array.from(groups.values(), targetOf);
  return targets.toSorted((one, other) => other.q - one.q);
}

function targetOf(bindings: readonly Binding[]): LookUpTarget {
  const [first, ...rest] = bindings.map(flowOf);
  if (first === undefined) throw new RangeError("a group has a binding");
  return { q: Math.max(...bindings.map(({ q }) => q)), flows: [first, ...rest] };
}

function flowOf(binding: Binding): LookUpFlow {
  const uri = tryParseUri(binding.contactUri);
  const requestUri = uri?.kind === "sip" ? String((uri satisfies SipUri).toRequestUri()) : binding.contactUri;
  const flow = binding.path.length === 0 ? binding.flow : undefined;
  return { requestUri, routes: binding.path, flow, isFlowBound: binding.isFlowBound, binding };
}
