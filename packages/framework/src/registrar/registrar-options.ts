import type { DigestAlgorithm, LocationStore, RegistrarPolicy, UserStore } from "@siplet/core";
import type { Uri } from "../api/uri.js";
import type { Awaitable } from "../spi/awaitable.js";

/** How a registrar finds out who asks (RFC 3261 §22, RFC 7616). */
export interface RegistrarAuthentication {
  readonly users: UserStore;
  /** Shown to users and part of what their passwords are hashed with; the first domain when left out. */
  readonly realm?: string;
  /** What is offered, in order; SHA-256 alone. MD5, which many phones need, has to be named. */
  readonly algorithms?: readonly DigestAlgorithm[];
}

/** Who wants to register what. */
export interface RegistrationAttempt {
  /** The user whose credentials were right. */
  readonly username: string;
  readonly addressOfRecord: Uri;
  /** Who sends it: another address than that which is registered when a third party does (RFC 3261 §10.2). */
  readonly from: Uri;
}

/** What a registrar is made of; everything has a default. Times are in seconds. */
export interface RegistrarOptions extends RegistrarPolicy {
  /** Applications of one container share the registrar that one of them makes under a name, by `sharedRegistrar(name)`. */
  readonly name?: string;
  /** The domains it is responsible for. The addresses of this container, as one domain, when left out. */
  readonly domains?: readonly string[];
  /** Further names and addresses of the first domain. */
  readonly aliases?: readonly string[];
  /** Where contacts are kept; in memory when left out. */
  readonly store?: LocationStore;
  /** Challenges each REGISTER. Without it `request.remoteUser` tells who asks, if the container has found out. */
  readonly authentication?: RegistrarAuthentication;
  /** May that user register that address? Asked once it is known who asks; the user part has to be the name when left out. */
  readonly authorize?: (attempt: RegistrationAttempt) => Awaitable<boolean>;
  /** Is there such an address? 404 if not. Every one of the domains exists when left out. */
  readonly isKnown?: (addressOfRecord: Uri) => Awaitable<boolean>;
  /** Routes that devices shall take for their requests, in order (RFC 3608 §6.2). */
  readonly serviceRoutes?: readonly string[] | ((addressOfRecord: Uri) => readonly string[]);
}
