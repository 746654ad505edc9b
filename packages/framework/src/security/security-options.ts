import type { AttemptGuard, DigestAlgorithm, DigestQop, TrustDomainOptions } from "@siplet/core";
import type { IncomingMessage } from "node:http";
import type { Awaitable } from "../spi/awaitable.js";
import type { UserStore } from "../spi/user-store.js";
import type { AccessListOptions } from "./access-list.js";
import type { NetworkAccessOptions } from "./network-access.js";
import type { Caller } from "../session/caller.js";

/** How callers of an application are authenticated. What it leaves out is as the container has it. */
export interface AuthenticationOptions {
  /** Where digest finds its users, and other ways of authentication their roles. */
  readonly users?: UserStore;
  /**
   * What digest offers, in the order of preference; SHA-256 alone. Many phones need `["SHA-256", "MD5"]` (RFC 8760).
   */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** What digest offers; `auth` alone. `auth-int` protects bodies too. */
  readonly qop?: readonly DigestQop[];
  /** Is told of failures, and may shut out who guesses. */
  readonly attempts?: AttemptGuard;
}

/** What an application says for itself. */
export interface ApplicationSecurityOptions extends AuthenticationOptions {
  /** Networks whose requests it takes; others get 403. */
  readonly access?: AccessListOptions;
}

/** How the container knows its callers. JSR 289 §17. */
export interface SecurityOptions extends AuthenticationOptions {
  /** Networks that may send to the container. */
  readonly access?: NetworkAccessOptions;
  /** How long a nonce is good for, in milliseconds; 300,000. */
  readonly nonceLifetime?: number;
  /**
   * Peers whose P-Asserted-Identity is believed: networks, and domains they prove by TLS. Once it is given, what others
   * assert is taken away before an application sees it. RFC 3325.
   */
  readonly trusted?: TrustDomainOptions;
  /** Who opened a WebSocket connection, by the cookies or the token of its handshake; undefined: nobody known. */
  readonly identifyHandshake?: (handshake: IncomingMessage) => Awaitable<HandshakeIdentity | undefined>;
}

/** Who a WebSocket connection belongs to. */
export interface HandshakeIdentity extends Pick<Caller, "name"> {
  readonly roles?: readonly string[];
}
