import { andThen, type SyncOrPromise } from "../auth/users/sync-or-promise.js";
import { canonicalHost } from "../grammar/host.js";
import { Contact } from "../headers/contact.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipUri } from "../uri/sip-uri.js";
import type { ProxyOptions } from "./context/proxy-options.js";
import type { FlowTokens } from "./edge/flow-tokens.js";
import {
  locatedContacts,
  proxyTarget,
  rankTargets,
  type Located,
  type LocatedTarget,
  type RankedTarget,
} from "./edge/located-targets.js";
import { requestDisposition, type RequestDisposition } from "./preferences/request-disposition.js";
import { isOwnUri, type OwnAddresses } from "./request/own-uri.js";
import type { LookUpResult, RouteDecision, SipProxyOptions } from "./sip-proxy-options.js";

/**
 * Where requests go by the domain of their Request-URI: to the user agents of a user of ours, in the order the callee and
 * the caller want, else on to the domain itself. RFC 3261 §16.5, RFC 3841 §7.2
 */
export class DomainRouter {
  readonly #domains: ReadonlySet<string>;
  readonly #lookUp: SipProxyOptions["lookUp"];
  readonly #flows: FlowTokens | undefined;
  readonly #own: OwnAddresses;
  readonly #usual: ProxyOptions;

  constructor({ domains = [], lookUp, flows, proxy = {} }: SipProxyOptions, own: OwnAddresses) {
    this.#domains = new Set(domains.map(canonicalHost));
    this.#lookUp = lookUp;
    this.#flows = flows;
    this.#own = own;
    this.#usual = proxy;
  }

  /** Decides about a request whose own Routes were taken away. */
  decide(request: SipRequest): SyncOrPromise<RouteDecision> {
    if (request.field("route") !== undefined) return { kind: "forward" };
    const { requestUri } = request;
    if (requestUri.kind !== "sip") return { kind: "answer", response: 404 };
    if (!this.#isServed(requestUri)) return { kind: "forward" };
    if (requestUri.user === undefined && request.method === "OPTIONS") return { kind: "answer", response: 200 };
    return andThen(this.#lookUp?.(requestUri, request), (result) => this.#decideOn(result, request));
  }

  /** What the location service knows of a URI of our domains; undefined for others. */
  locate(uri: SipUri, request: SipRequest): SyncOrPromise<Located> | undefined {
    if (this.#lookUp === undefined || !this.#isServed(uri)) return undefined;
    return andThen(this.#lookUp(uri, request), asLocated);
  }

  /** A `maddr` sends the request past us (RFC 3261 §16.5). */
  #isServed(uri: SipUri): boolean {
    if (uri.maddr !== undefined) return false;
    return this.#domains.has(canonicalHost(uri.host)) || isOwnUri(uri, this.#own);
  }

  #decideOn(result: LookUpResult, request: SipRequest): RouteDecision {
    const located = asLocated(result);
    if (located.kind === "missing") return { kind: "answer", response: located.statusCode };
    const isSips = request.requestUri.scheme === "sips";
    const usable = isSips ? located.targets.filter(isReachedSecurely) : located.targets;
    const ranked = rankTargets(usable, request);
    const disposition = requestDisposition(request);
    if (disposition.proxy === false) return { kind: "redirect", contacts: ranked.flatMap(plainContact) };
    const targets = ranked.flatMap(({ target }) => proxyTarget(target, this.#flows) ?? []);
    const wanted = disposition.fork === false ? targets.slice(0, 1) : targets;
    return { kind: "targets", targets: wanted, options: optionsOf(disposition, this.#usual) };
  }
}

function asLocated(result: LookUpResult): Located {
  if (result === undefined) return { kind: "missing", statusCode: 404 };
  return "kind" in result ? result : locatedContacts(result);
}

/** From a sips URI only to where TLS leads (RFC 3261 §16.5, RFC 5630 §5.3). */
function isReachedSecurely({ flows: [{ requestUri }] }: LocatedTarget): boolean {
  const uri = requestUri.toLowerCase();
  return uri.startsWith("sips:") || uri.includes(";transport=tls") || uri.includes(";transport=wss");
}

/** What the caller asks for wins over what holds for all. */
function optionsOf({ parallel, recurse, cancel }: RequestDisposition, usual: ProxyOptions): ProxyOptions {
  const { mode = "groups" } = usual;
  return {
    mode: parallel === undefined ? mode : parallel ? "parallel" : "sequential",
    recurse: recurse ?? usual.recurse ?? true,
    noCancel: cancel === undefined ? usual.noCancel : !cancel,
  };
}

/** What callers are told: addresses and the wishes of the callee, not what its devices can do (RFC 3841 §7.2.5). */
function plainContact({ contact: { uri, q } }: RankedTarget): Contact[] {
  return uri === undefined ? [] : [Contact.create({ uri, q })];
}
