import { canonicalHost } from "../grammar/host.js";
import { Contact } from "../headers/contact.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipUri } from "../uri/sip-uri.js";
import type { ProxyOptions } from "./context/proxy-options.js";
import { bindingTargets, type Binding, type ProxyTarget } from "./edge/binding-targets.js";
import { callerPreferences } from "./preferences/caller-preferences.js";
import { requestDisposition, type RequestDisposition } from "./preferences/request-disposition.js";
import { isOwnUri, type OwnAddresses } from "./request/own-uri.js";
import type { Eventually, RouteDecision, SipProxyOptions } from "./sip-proxy-options.js";

/**
 * Where requests go by the domain of their Request-URI: to the bindings of a user of ours, in the order the callee and the
 * caller want, else on to the domain itself. RFC 3261 §16.5, RFC 3841 §7.2
 */
export class DomainRouter {
  readonly #domains: ReadonlySet<string>;
  readonly #lookup: SipProxyOptions["lookup"];
  readonly #own: OwnAddresses;

  constructor({ domains = [], lookup }: Pick<SipProxyOptions, "domains" | "lookup">, own: OwnAddresses) {
    this.#domains = new Set(domains.map(canonicalHost));
    this.#lookup = lookup;
    this.#own = own;
  }

  /** Decides about a request whose own Routes were taken away. */
  decide(request: SipRequest): Eventually<RouteDecision> {
    if (request.field("route") !== undefined) return { kind: "forward" };
    const { requestUri } = request;
    if (requestUri.kind !== "sip") return { kind: "answer", response: 404 };
    if (!this.#isServed(requestUri)) return { kind: "forward" };
    if (requestUri.user === undefined && request.method === "OPTIONS") return { kind: "answer", response: 200 };
    const found = this.#lookup?.(requestUri, request);
    if (found instanceof Promise) return found.then((bindings) => decideOn(bindings, requestUri, request));
    return decideOn(found, requestUri, request);
  }

  /** A `maddr` sends the request past us (RFC 3261 §16.5). */
  #isServed(uri: SipUri): boolean {
    if (uri.maddr !== undefined) return false;
    return this.#domains.has(canonicalHost(uri.host)) || isOwnUri(uri, this.#own);
  }
}

function decideOn(bindings: readonly Binding[] | undefined, uri: SipUri, request: SipRequest): RouteDecision {
  if (bindings === undefined) return { kind: "answer", response: 404 };
  const wanted = inOrder(uri.isSecure ? bindings.filter(isSecure) : bindings, request);
  if (wanted.length === 0) return { kind: "answer", response: 480 };
  const disposition = requestDisposition(request);
  if (disposition.proxy === false) return { kind: "redirect", contacts: wanted.flatMap(plainContact) };
  const targets = bindingTargets(wanted);
  return { kind: "targets", targets: chosen(targets, disposition), options: optionsOf(disposition) };
}

/** A sips URI leads to sips contacts alone (RFC 5630 §5.3). */
function isSecure({ contact }: Binding): boolean {
  return contact.uri?.scheme === "sips";
}

/** The ways to one device keep the order they came in (RFC 5626 §6). */
function inOrder(bindings: readonly Binding[], request: SipRequest): Binding[] {
  const byContact = new Map(bindings.map((binding) => [binding.contact, binding]));
  const ranked = callerPreferences([...byContact.keys()], request);
  return ranked.flatMap(({ contact }) => byContact.get(contact) ?? []);
}

/** Without forking, the one most wanted. */
function chosen(targets: readonly ProxyTarget[], { fork }: RequestDisposition): readonly ProxyTarget[] {
  return fork === false ? targets.slice(0, 1) : targets;
}

function optionsOf({ parallel, recurse, cancel }: RequestDisposition): ProxyOptions {
  const mode = parallel === undefined ? "groups" : parallel ? "parallel" : "sequential";
  return { mode, recurse: recurse ?? true, noCancel: cancel === false };
}

/** What callers are told: addresses and the wishes of the callee, not what its devices can do (RFC 3841 §7.2.5). */
function plainContact({ contact: { uri, q } }: Binding): Contact[] {
  return uri === undefined ? [] : [Contact.create({ uri, q })];
}
