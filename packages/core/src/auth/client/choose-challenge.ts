import {
  isSessionAlgorithm,
  parseDigestAlgorithm,
  parseDigestQop,
  type DigestAlgorithm,
  type DigestQop,
} from "../digest/digest-algorithm.js";
import type { DigestChallenge } from "../digest/digest-challenge.js";

/** What a client is willing to compute. */
export interface ChallengePreferences {
  readonly algorithms: ReadonlySet<DigestAlgorithm>;
  /** Take `auth-int` where it is offered beside `auth`. */
  readonly preferIntegrity: boolean;
}

/** A challenge with the algorithm and the quality of protection it will be answered by. */
export interface ChosenChallenge {
  readonly challenge: DigestChallenge;
  readonly algorithm: DigestAlgorithm;
  readonly qop: DigestQop | undefined;
}

/** The challenges of one realm that a client can compute, in the server's order: the first is to be taken (RFC 8760 §2.4). */
export function supportedChallenges(
  challenges: readonly DigestChallenge[],
  preferences: ChallengePreferences,
): ChosenChallenge[] {
  const chosen: ChosenChallenge[] = [];
  for (const challenge of challenges) {
    const algorithm = parseDigestAlgorithm(challenge.algorithm);
    if (algorithm === undefined || !preferences.algorithms.has(algorithm)) continue;
    const qop = chooseQop(challenge.qop, preferences.preferIntegrity);
    // A `-sess` HA1 takes in the cnonce, which may not be sent without qop: there is no right answer.
    if (qop === "none-known" || (qop === undefined && isSessionAlgorithm(algorithm))) continue;
    chosen.push({ challenge, algorithm, qop });
  }
  return chosen;
}

function chooseQop(
  offered: readonly string[] | undefined,
  preferIntegrity: boolean,
): DigestQop | undefined | "none-known" {
  if (offered === undefined) return undefined;
  const known = new Set(offered.map(parseDigestQop));
  if (known.has("auth-int") && (preferIntegrity || !known.has("auth"))) return "auth-int";
  return known.has("auth") ? "auth" : "none-known";
}
