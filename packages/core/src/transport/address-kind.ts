/** Tells whether an address never leaves the machine. */
export function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

/** Tells whether an address names a group of hosts (RFC 1112 §4, RFC 4291 §2.7). */
export function isMulticast(address: string): boolean {
  if (address.includes(":")) return address.startsWith("ff") || address.startsWith("FF");
  const first = Number(address.slice(0, address.indexOf(".")));
  return first >= 224 && first <= 239;
}
