import { canonicalHost } from "../../grammar/host.js";
import { isIpv4, isIpv6 } from "../../grammar/ip-address.js";
import type { MachineAddresses } from "../machine-addresses.js";
import { isWildcard } from "../reachable-address.js";
import type { Transport } from "../transport.js";

/**
 * All names and addresses under which others reach this element: for the sent-by check of responses (RFC 3261 §18.1.2) and
 * for the question whether a Route is ours (§16.4).
 */
export class OwnNames {
  readonly #transports: readonly Transport[];
  readonly #machine: MachineAddresses;
  readonly #names: ReadonlySet<string>;

  /** `names` are host names that stand for this element beside the addresses of its listeners. */
  constructor(transports: readonly Transport[], machine: MachineAddresses, names: readonly string[] = []) {
    this.#transports = transports;
    this.#machine = machine;
    this.#names = new Set(names.map(canonicalHost));
  }

  /** Tells whether host (IPv6 without brackets) and port, its default filled in, lead to one of our listeners. */
  includes(host: string, port: number): boolean {
    const canonical = canonicalHost(host);
    const isName = this.#names.has(canonical);
    return this.#transports.some((each) => this.#leadsTo(each, canonical, isName, port));
  }

  #leadsTo({ local, advertised }: Transport, host: string, isName: boolean, port: number): boolean {
    const isAdvertised = advertised !== undefined && canonicalHost(advertised.host) === host;
    if (isAdvertised && (advertised.port ?? local.port) === port) return true;
    // a client without listener (RFC 7118 §5) has a host of its own and no port at all
    if (local.port === 0) return isAdvertised;
    if (local.port !== port) return false;
    if (isName || canonicalHost(local.address) === host) return true;
    return isWildcard(local.address) && (isIpv4(host) || isIpv6(host)) && this.#machine.includes(host);
  }
}
