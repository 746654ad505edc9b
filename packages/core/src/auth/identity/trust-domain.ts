import { BlockList, isIP } from "node:net";
import { EngineError } from "../../errors/engine-error.js";

/** Whom to trust. */
export interface TrustDomainOptions {
  /** Addresses and networks, IPv4 and IPv6: `192.0.2.1`, `10.0.0.0/8`, `2001:db8::/32`. */
  readonly networks?: readonly string[];
  /** Domains a peer may have proved by its TLS certificate: `proxy.example.com`. */
  readonly domains?: readonly string[];
}

/** What is known of a peer. */
export interface PeerIdentity {
  /** The address its packets come from or go to; never one out of a header. */
  readonly address: string;
  /** The domains its verified TLS certificate stands for (RFC 5922 §7.1). */
  readonly tlsDomains?: readonly string[] | undefined;
}

/**
 * The nodes whose asserted identities are believed and to whom ours may be told, Spec(T) of RFC 3325 §2.3. A domain is
 * compared whole, without wildcards (RFC 5922 §7.2).
 */
export class TrustDomain {
  readonly #networks = new BlockList();
  readonly #domains: ReadonlySet<string>;

  constructor(options: TrustDomainOptions = {}) {
    for (const network of options.networks ?? []) addNetwork(this.#networks, network);
    this.#domains = new Set((options.domains ?? []).map(canonicalDomain));
  }

  /** Tells whether a peer belongs to the domain: by its address, or by a domain it has proved. */
  trusts(peer: PeerIdentity): boolean {
    const isKnown = peer.tlsDomains?.some((domain) => this.#domains.has(canonicalDomain(domain))) ?? false;
    return isKnown || this.#contains(peer.address);
  }

  #contains(address: string): boolean {
    const bare = address.split("%", 1)[0] ?? "";
    const version = isIP(bare);
    return version !== 0 && this.#networks.check(bare, version === 4 ? "ipv4" : "ipv6");
  }
}

function addNetwork(list: BlockList, network: string): void {
  const slash = network.indexOf("/");
  const address = slash < 0 ? network : network.slice(0, slash);
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  const prefix = slash < 0 ? bits : prefixOf(network.slice(slash + 1));
  if (version === 0 || !(prefix <= bits)) {
    throw new EngineError("auth.trust-domain", { detail: `"${network}" is no address and no network` });
  }
  list.addSubnet(address, prefix, version === 4 ? "ipv4" : "ipv6");
}

function prefixOf(text: string): number {
  return /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
}

function canonicalDomain(domain: string): string {
  const lower = domain.toLowerCase();
  return lower.endsWith(".") ? lower.slice(0, -1) : lower;
}
