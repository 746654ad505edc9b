import type { Address, SipUri } from "@siplet/framework";

/** The user part of an address; its whole text where there is none. */
export function party(address: Address): string {
  const uri = address.uri as SipUri | undefined;
  return (uri?.isSipUri === true ? uri.user : undefined) ?? address.toString();
}
