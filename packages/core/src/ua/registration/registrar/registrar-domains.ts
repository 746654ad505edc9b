import { canonicalHost } from "../../../grammar/host.js";
import type { Uri } from "../../../uri/uri.js";

/** Gives the one name of the domain that a host stands for; undefined for a host of nobody here. */
export type DomainLookUp = (host: string) => string | undefined;

/** The domains a registrar is responsible for. A domain of several names is one: an address is known by any of them. */
export class RegistrarDomains {
  readonly #nameOf: DomainLookUp;

  /** @param domains names that stand for themselves, or who knows them */
  constructor(domains: readonly string[] | DomainLookUp) {
    if (typeof domains === "function") {
      this.#nameOf = domains;
      return;
    }
    const names = new Set(domains.map(canonicalHost));
    this.#nameOf = (host) => (names.has(host) ? host : undefined);
  }

  /** Whether a URI belongs to one of the domains; numbers belong to all. */
  serves(uri: Uri): boolean {
    if (uri.kind === "sip") return this.#nameOf(canonicalHost(uri.host)) !== undefined;
    return uri.kind === "tel";
  }

  /** The same address by the one name of its domain. */
  canonical(uri: Uri): Uri {
    if (uri.kind !== "sip") return uri;
    const name = this.#nameOf(canonicalHost(uri.host));
    return name === undefined || name === uri.host ? uri : uri.with({ host: name });
  }
}
