import { isIPv4 } from "node:net";
import { canonicalIpv6 } from "../grammar/ip-address.js";
import { withoutZone } from "./endpoint.js";

/** The octets of an address in network order: 4 or 16; four zeros for what is no address. */
export function addressOctets(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  const groups = canonicalIpv6(withoutZone(address))?.split(":");
  if (groups === undefined) return Buffer.alloc(4);
  return Buffer.from(groups.map((group) => group.padStart(4, "0")).join(""), "hex");
}
