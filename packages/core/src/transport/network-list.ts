import { BlockList, isIP } from "node:net";
import { EngineError } from "../errors/engine-error.js";
import { withoutZone } from "./endpoint.js";

/** A list of networks in CIDR notation, such as `10.0.0.0/8` or `fd00::/8`. Single addresses are networks of one. */
export class NetworkList {
  readonly #networks = new BlockList();

  /** @throws EngineError `transport.option` */
  constructor(networks: readonly string[]) {
    for (const network of networks) this.#add(network);
  }

  /** Tells whether the address belongs to one of the networks. */
  includes(address: string): boolean {
    const plain = withoutZone(address);
    return this.#networks.check(plain, plain.includes(":") ? "ipv6" : "ipv4");
  }

  #add(network: string): void {
    const slash = network.indexOf("/");
    const address = slash < 0 ? network : network.slice(0, slash);
    const longest = [0, 0, 0, 0, 32, 0, 128][isIP(address)] ?? 0;
    const prefix = slash < 0 ? longest : Number(network.slice(slash + 1));
    if (longest === 0 || network.endsWith("/") || !Number.isInteger(prefix) || prefix < 0 || prefix > longest) {
      throw new EngineError("transport.option", { detail: `"${network}" is no network; write it as "10.0.0.0/8"` });
    }
    this.#networks.addSubnet(address, prefix, longest === 32 ? "ipv4" : "ipv6");
  }
}
