import { createHmac } from "node:crypto";
import {
  MemoryNonceRegister,
  NonceIssuer,
  TrustDomain,
  type Clock,
  type Logger,
  type RandomSource,
} from "@siplet/core";
import { NetworkAccess } from "./network-access.js";
import type { SecurityOptions } from "./security-options.js";

/** What the security of all applications of a container shares. */
export interface ContainerSecurity {
  readonly options: SecurityOptions;
  readonly clock: Clock;
  readonly log: Logger;
  /** Makes and checks the nonces of all realms. */
  readonly nonces: NonceIssuer;
  /** Remembers which counts of them were used. */
  readonly register: MemoryNonceRegister;
  /** Undefined: everybody may send. */
  readonly network: NetworkAccess | undefined;
  /** Undefined: nobody's assertions are believed, and nothing is taken away. */
  readonly trusted: TrustDomain | undefined;
}

/** What it is made of. */
export interface ContainerSecurityParts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Logger;
  /** Shared by containers that shall know each other's nonces. */
  readonly secret: string | Uint8Array;
}

/** @throws EngineError `auth.trust-domain`, `transport.option` for a network that is none */
export function createContainerSecurity(
  options: SecurityOptions,
  { clock, random, log, secret }: ContainerSecurityParts,
): ContainerSecurity {
  const key = createHmac("sha256", secret).update("nonces").digest();
  return {
    options,
    clock,
    log,
    nonces: new NonceIssuer({ clock, random, keys: [key], lifetime: options.nonceLifetime }),
    register: new MemoryNonceRegister({ clock }),
    network: options.access && new NetworkAccess(options.access, { clock, log }),
    trusted: options.trusted && new TrustDomain(options.trusted),
  };
}
