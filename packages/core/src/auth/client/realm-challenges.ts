import type { AuthenticationRole } from "../digest/authentication-role.js";
import { selectDigestChallenges, type DigestChallenge } from "../digest/digest-challenge.js";
import type { ReceivedChallenges } from "./challenge-outcome.js";

/** What one realm offers to choose from. */
export interface RealmChallenges {
  readonly role: AuthenticationRole;
  readonly realm: string;
  readonly challenges: DigestChallenge[];
}

/** Names a protection space: a realm of user agents and one of proxies differ even if they are called the same. */
export function keyOf(role: AuthenticationRole, realm: string): string {
  return `${role} ${realm}`;
}

/** Challenges of one realm belong together, wherever forking has put them; their order stays (RFC 8760 §2.3). */
export function groupByRealm(received: ReceivedChallenges): RealmChallenges[] {
  const groups = new Map<string, RealmChallenges>();
  const add = (role: AuthenticationRole, texts: readonly string[]): void => {
    for (const challenge of selectDigestChallenges(texts)) {
      const key = keyOf(role, challenge.realm);
      const group = groups.get(key) ?? { role, realm: challenge.realm, challenges: [] };
      groups.set(key, group);
      group.challenges.push(challenge);
    }
  };
  add("user-agent", received.wwwAuthenticate);
  add("proxy", received.proxyAuthenticate);
  return [...groups.values()];
}
