import { EngineError } from "../../errors/engine-error.js";
import type { RandomSource } from "../../random/random-source.js";
import { systemRandom } from "../../random/system-random.js";
import { digestAlgorithms, type DigestAlgorithm } from "../digest/digest-algorithm.js";
import type { CredentialsLookup } from "./credentials-lookup.js";
import { DigestClientSession, type DigestClientParts, type DigestClientSnapshot } from "./digest-client-session.js";

/** How a client answers challenges. */
export interface DigestClientOptions {
  readonly credentials: CredentialsLookup;
  /** Source of cnonces; the machine's by default. */
  readonly random?: RandomSource;
  /** The algorithms to answer with; all by default. The server's order decides between them (RFC 8760 §2.4). */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** Take `auth-int` where it is offered beside `auth`; off by default, as gateways change bodies on the way. */
  readonly preferIntegrity?: boolean;
  /** How often one request is sent again for challenges of whatever realms; 8 by default. */
  readonly maxRetries?: number;
}

const defaultRetries = 8;

/** The client side of digest (RFC 3261 §22.2, §22.3): makes a session for each dialog, registration or Call-ID. */
export class DigestClient {
  readonly #parts: DigestClientParts;

  constructor(options: DigestClientOptions) {
    const { credentials, random = systemRandom, algorithms = digestAlgorithms, preferIntegrity = false } = options;
    const preferences = { algorithms: new Set(algorithms), preferIntegrity };
    this.#parts = { credentials, random, preferences, maxRetries: options.maxRetries ?? defaultRetries };
  }

  /** A session that knows no realm yet, or one taken up from its snapshot. */
  createSession(snapshot?: DigestClientSnapshot): DigestClientSession {
    if (snapshot !== undefined && snapshot.version !== 1) {
      throw new EngineError("auth.snapshot", { detail: `version ${String(snapshot.version)}, known is 1` });
    }
    return new DigestClientSession(this.#parts, snapshot);
  }
}
