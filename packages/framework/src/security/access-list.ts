import { NetworkList } from "@siplet/core";

/** Which networks may send requests, in CIDR notation. */
export interface AccessListOptions {
  /** Networks that may; all if absent. */
  readonly allow?: readonly string[];
  /** Networks that may not, also where they are part of one that may. */
  readonly deny?: readonly string[];
}

/** Tells by its source address whether somebody may send requests. */
export class AccessList {
  readonly #allow: NetworkList | undefined;
  readonly #deny: NetworkList;

  /** @throws EngineError `transport.option` for a network that is none */
  constructor({ allow, deny = [] }: AccessListOptions) {
    this.#allow = allow && new NetworkList(allow);
    this.#deny = new NetworkList(deny);
  }

  /** The list of options; undefined where there are none. @throws EngineError `transport.option` */
  static of(options: AccessListOptions | undefined): AccessList | undefined {
    return options && new AccessList(options);
  }

  allows(address: string): boolean {
    return (this.#allow?.includes(address) ?? true) && !this.#deny.includes(address);
  }
}
