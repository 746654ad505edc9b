import { canonicalHost, type DomainLookUp } from "@siplet/core";
import type { RegistrarOptions } from "./registrar-options.js";

/** What the addresses of a container are called where they are one domain. */
const ownDomain = "localhost";

/** The one name of the domain that a host belongs to, by the options of a registrar. */
export function domainLookUp(
  { domains, aliases = [] }: Pick<RegistrarOptions, "domains" | "aliases">,
  isOwnHost: (host: string) => boolean,
): DomainLookUp {
  const first = domains?.[0] === undefined ? ownDomain : canonicalHost(domains[0]);
  const names = new Map([
    ...aliases.map((alias): [string, string] => [canonicalHost(alias), first]),
    ...(domains ?? []).map((domain): [string, string] => [canonicalHost(domain), canonicalHost(domain)]),
  ]);
  if (domains !== undefined) return (host) => names.get(host);
  return (host) => names.get(host) ?? (host === ownDomain || isOwnHost(host) ? ownDomain : undefined);
}
