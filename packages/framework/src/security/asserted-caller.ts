import { andThen, readIdentities, type Connection, type NameAddress } from "@siplet/core";
import type { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import type { Caller } from "../session/caller.js";
import type { Awaitable } from "../spi/awaitable.js";
import type { UserStore } from "../spi/user-store.js";
import type { ContainerSecurity } from "./container-security.js";

/** Whether what a peer asserts is believed: its address or its certificate is known. RFC 3325 §2.3. */
export function isTrustedPeer({ trusted }: ContainerSecurity, { remote, security }: Connection): boolean {
  return trusted?.trusts({ address: remote.address, tlsDomains: security?.identities }) ?? false;
}

/** The identity that a trusted peer asserts; undefined where there is none, or nobody to believe. RFC 3325. */
export function assertedIdentity(
  request: ContainerSipServletRequest,
  security: ContainerSecurity,
): NameAddress | undefined {
  const { connection } = request.state;
  if (connection === undefined) return undefined;
  // From another application of the container: at its entry, assertions that nobody believes were taken away.
  const isBelieved =
    isTrustedPeer(security, connection) || (security.trusted !== undefined && request.isInternallyRouted);
  return isBelieved ? readIdentities(request.getHeaders("P-Asserted-Identity"))[0] : undefined;
}

/**
 * The caller behind an identity. The name is the URI; the roles are those of the user of that name, or of the user part
 * where the domain is the realm.
 */
export function callerOfIdentity({ uri }: NameAddress, realm: string, users: UserStore | undefined): Awaitable<Caller> {
  const name = String(uri);
  const local = uri.kind === "sip" && uri.host.toLowerCase() === realm.toLowerCase() ? uri.decodedUser : undefined;
  return callerOf(name, [name, ...(local === undefined ? [] : [local])], realm, users);
}

/** A caller with the roles of the first user that is found under one of the names. */
export function callerOf(
  name: string,
  userNames: readonly string[],
  realm: string,
  users: UserStore | undefined,
): Awaitable<Caller> {
  const [first, ...others] = userNames;
  if (first === undefined || users === undefined) return { name, roles: [] };
  return andThen(users.find(first, realm), (user) =>
    user === undefined ? callerOf(name, others, realm, users) : { name, roles: user.roles ?? [] },
  );
}
