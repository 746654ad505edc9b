import type { MachineAddresses } from "../machine-addresses.js";
import { NetworkList } from "../network-list.js";
import type { Endpoint } from "../endpoint.js";
import type { AdvertisedAddress, TransportContext } from "../transport.js";

/** Where a listener listens and how others reach it. */
export interface ListenOptions {
  /** Address to bind, such as `127.0.0.1`, `0.0.0.0` or `::`. */
  readonly address: string;
  /** Port to bind; 0 for any free one. */
  readonly port: number;
  /** What others see in Via, Contact and Record-Route in place of the address bound. */
  readonly advertise?: AdvertisedAddress;
  /** Networks in CIDR notation whose members are shown the address bound, not the advertised one. */
  readonly localNetworks?: readonly string[];
  /** Lets a listener on `::` serve IPv4 too; false, so that `0.0.0.0` and `::` may stand side by side. */
  readonly dualStack?: boolean;
}

/** The side of a listener that `reachableAddress` and the choice of listeners look at. */
export abstract class Listener {
  readonly advertised: AdvertisedAddress | undefined;
  readonly localNetworks: NetworkList | undefined;
  readonly machine: MachineAddresses;
  readonly isDualStack: boolean;
  #local: Endpoint;

  /** @throws EngineError `transport.option` */
  constructor(options: ListenOptions, context: TransportContext) {
    this.advertised = options.advertise;
    this.localNetworks = options.localNetworks && new NetworkList(options.localNetworks);
    this.machine = context.machine;
    this.isDualStack = options.dualStack === true && options.address === "::";
    this.#local = { address: options.address, port: options.port };
  }

  /** Where it listens; the real port once it is bound. */
  get local(): Endpoint {
    return this.#local;
  }

  /** Takes the address that the system gave. */
  protected bound({ address, port }: Endpoint): void {
    this.#local = { address, port };
  }
}
