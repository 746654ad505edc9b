/** A copy of its own: a slice of a received message would keep the whole message in memory as long as the slice. */
export function detachText(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}
