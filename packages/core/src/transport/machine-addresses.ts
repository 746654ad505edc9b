import { networkInterfaces, type NetworkInterfaceInfo } from "node:os";
import type { Clock } from "../clock/clock.js";
import { withoutZone } from "./endpoint.js";
import { isLoopback } from "./address-kind.js";
import { NetworkList } from "./network-list.js";

/** Where the list of interfaces comes from; that of the machine unless a test says otherwise. */
export type InterfaceReader = () => NodeJS.Dict<NetworkInterfaceInfo[]>;

/** How long the list of interfaces holds, in milliseconds: asking the system takes longer than answering a request. */
const freshFor = 5000;
/** How many peers are remembered before the table starts anew. */
const remembered = 1024;

interface OwnAddress {
  readonly address: string;
  readonly isIpv6: boolean;
  readonly isInternal: boolean;
  readonly isLinkLocal: boolean;
  readonly network: NetworkList;
}

/** The addresses of this machine: which of them a peer can use, and which network each stands in. */
export class MachineAddresses {
  readonly #clock: Clock;
  readonly #read: InterfaceReader;
  #addresses: readonly OwnAddress[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  readonly #byRemote = new Map<string, string>();

  constructor(clock: Clock, read: InterfaceReader = networkInterfaces) {
    this.#clock = clock;
    this.#read = read;
  }

  /** The address to show to a peer: loopback on loopback, else the one in the peer's network, else any that is global. */
  addressFor(remote: string): string {
    this.#refresh();
    const known = this.#byRemote.get(remote);
    if (known !== undefined) return known;
    const found = this.#find(remote);
    if (this.#byRemote.size >= remembered) this.#byRemote.clear();
    this.#byRemote.set(remote, found);
    return found;
  }

  /** Tells whether an address is one of this machine's. */
  includes(address: string): boolean {
    this.#refresh();
    return isLoopback(address) || this.#addresses.some((each) => each.address === address);
  }

  /** Tells whether `remote` is a neighbour in the network that the machine's own address `own` stands in. */
  isNeighbour(own: string, remote: string): boolean {
    this.#refresh();
    return this.#addresses.some((each) => each.address === own && each.network.includes(remote));
  }

  #find(remote: string): string {
    const isIpv6 = remote.includes(":");
    if (isLoopback(remote)) return isIpv6 ? "::1" : "127.0.0.1";
    const own = this.#addresses.filter((each) => each.isIpv6 === isIpv6 && !each.isInternal);
    const found = own.find((each) => each.network.includes(remote)) ?? own.find((each) => !each.isLinkLocal) ?? own[0];
    return found?.address ?? (isIpv6 ? "::1" : "127.0.0.1");
  }

  #refresh(): void {
    const now = this.#clock.monotonic();
    if (now - this.#readAt < freshFor) return;
    this.#readAt = now;
    this.#byRemote.clear();
    this.#addresses = Object.values(this.#read()).flatMap((list) => (list ?? []).map(ownAddress));
  }
}

function ownAddress({ address, family, internal, cidr }: NetworkInterfaceInfo): OwnAddress {
  const plain = withoutZone(address);
  return {
    address: plain,
    isIpv6: family === "IPv6",
    isInternal: internal,
    isLinkLocal: plain.startsWith("fe80:") || plain.startsWith("169.254."),
    network: new NetworkList([cidr ?? plain]),
  };
}
