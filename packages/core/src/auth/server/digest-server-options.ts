import type { Clock } from "../../clock/clock.js";
import { systemClock } from "../../clock/system-clock.js";
import { EngineError } from "../../errors/engine-error.js";
import { silentLogger, type Logger } from "../../log/logger.js";
import type { RandomSource } from "../../random/random-source.js";
import type { AuthenticationRole } from "../digest/authentication-role.js";
import type { DigestAlgorithm, DigestQop } from "../digest/digest-algorithm.js";
import { digestHash } from "../digest/digest-computation.js";
import type { AttemptGuard } from "./attempt-guard.js";
import { MemoryNonceRegister } from "./memory-nonce-register.js";
import { NonceIssuer } from "./nonce-issuer.js";
import type { NonceRegister } from "./nonce-register.js";
import { isRelatedUri, type UriPolicy } from "./related-uri.js";
import type { UserStore } from "../users/user-store.js";

/** How a server challenges and checks. */
export interface DigestServerOptions {
  /** The protection space, shown to users; globally unique, such as a domain (RFC 3261 §22.1). */
  readonly realm: string;
  readonly users: UserStore;
  /** `user-agent` (401) unless said otherwise; `proxy` is 407. */
  readonly role?: AuthenticationRole;
  /** What is offered, in the order of preference. SHA-256 alone by default; MD5, which many phones need, has to be named. */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** What is offered; `auth` by default. Credentials may always have more, never less. */
  readonly qop?: readonly DigestQop[];
  /** Offer hashed user names; the store has to find by them. */
  readonly userhash?: boolean;
  /** Accept credentials without qop, as clients of RFC 2069 send them; each nonce then serves once. */
  readonly acceptWithoutQop?: boolean;
  /** Echoed by clients and not looked at again; made from the realm by default. */
  readonly opaque?: string;
  /** Give one to several servers, or one with the same keys, and they know each other's nonces. */
  readonly nonces?: NonceIssuer;
  readonly register?: NonceRegister;
  /** Which `uri` may differ from the Request-URI, and how; {@link isRelatedUri} by default. */
  readonly uriPolicy?: UriPolicy;
  readonly guard?: AttemptGuard;
  readonly clock?: Clock;
  readonly random?: RandomSource;
  readonly log?: Logger;
}

/** The options with their defaults in place. */
export interface DigestServerSettings extends Required<
  Omit<DigestServerOptions, "algorithms" | "qop" | "clock" | "random">
> {
  readonly algorithms: readonly DigestAlgorithm[];
  readonly qop: readonly DigestQop[];
}

/** Fills in the defaults; throws `auth.configuration` for what cannot work. */
export function settleOptions(options: DigestServerOptions): DigestServerSettings {
  const { clock = systemClock, random, algorithms = ["SHA-256"], qop = ["auth"], userhash = false } = options;
  if (algorithms.length === 0) throw unworkable("no algorithm to offer");
  if (qop.length === 0) throw unworkable("no qop to offer; servers have to (RFC 3261 §22.4)");
  if (userhash && options.users.findByUserhash === undefined) {
    throw unworkable("userhash is on, but the user store has no findByUserhash");
  }
  return {
    realm: options.realm,
    users: options.users,
    role: options.role ?? "user-agent",
    algorithms,
    qop,
    userhash,
    acceptWithoutQop: options.acceptWithoutQop ?? false,
    opaque: options.opaque ?? digestHash("SHA-256", options.realm).slice(0, 32),
    nonces: options.nonces ?? new NonceIssuer({ clock, random }),
    register: options.register ?? new MemoryNonceRegister({ clock }),
    uriPolicy: options.uriPolicy ?? isRelatedUri,
    guard: options.guard ?? {},
    log: options.log ?? silentLogger,
  };
}

function unworkable(detail: string): EngineError {
  return new EngineError("auth.configuration", { detail });
}
