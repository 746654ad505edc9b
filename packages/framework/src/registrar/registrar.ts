import type { SipServletRequest, SipServletResponse } from "../api/object-model.js";
import type { ProxyTarget } from "../api/proxy-target.js";
import type { RegisteredContact } from "../api/registration-listener.js";
import type { Uri } from "../api/uri.js";

/** Where a request for an address goes, the most wanted first, or why nowhere. */
export type Location =
  | { readonly kind: "found"; readonly targets: readonly ProxyTarget[] }
  /** 404: no such address or GRUU; 480: nobody is there. */
  | { readonly kind: "missing"; readonly statusCode: 404 | 480 };

/** An address and where its user is reached. */
export interface Registration {
  readonly addressOfRecord: Uri;
  readonly contacts: readonly RegisteredContact[];
}

/** How much a registrar keeps. */
export interface RegistrarCount {
  /** Addresses with a contact that will end. */
  readonly addresses: number;
  /** Connections that contacts hang on. */
  readonly flows: number;
}

/**
 * The registrar of an application and the location service behind it: RFC 3261 §10.3 with Path (RFC 3327), Service-Route
 * (RFC 3608), outbound (RFC 5626) and GRUU (RFC 5627). `configure: registrar({ … })` brings it in, `@inject(Registrar)`
 * takes it.
 */
export abstract class Registrar {
  /**
   * Answers a REGISTER: 200 with all contacts, or whatever the standards want, a challenge among it.
   * @throws IllegalArgumentError `argument.invalid` for another method
   */
  abstract handle(request: SipServletRequest): Promise<void>;

  /**
   * Does what `handle` does and gives the answer instead of sending it, so that the application can add to it. The contacts
   * are changed by then.
   * @throws IllegalArgumentError `argument.invalid` for another method
   */
  abstract answer(request: SipServletRequest): Promise<SipServletResponse>;

  /**
   * Where a request with that Request-URI goes. A request is looked at for what its caller prefers as well (RFC 3841).
   */
  abstract lookUp(wanted: Uri | SipServletRequest): Promise<Location>;

  /**
   * The targets of a request, for `proxyTo`.
   * @throws SipError with 404 or 480 when there are none: let it go and it answers the request
   */
  abstract locate(wanted: Uri | SipServletRequest): Promise<readonly ProxyTarget[]>;

  /** The contacts of an address that have not ended. */
  abstract contacts(addressOfRecord: Uri | string): Promise<readonly RegisteredContact[]>;

  /**
   * All addresses that have a contact now.
   * @throws UnsupportedOperationError when the store cannot list them
   */
  abstract registrations(): Promise<readonly Registration[]>;

  /** Takes away one contact of an address, or all of them, without a REGISTER. */
  abstract remove(addressOfRecord: Uri | string, contact?: Uri | string): Promise<void>;

  /** Whether the registrar is responsible for an address. */
  abstract serves(uri: Uri): boolean;

  abstract readonly count: RegistrarCount;
}
