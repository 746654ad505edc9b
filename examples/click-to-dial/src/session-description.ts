/** A description without media: asks a phone to answer, and for nothing else (RFC 3725 §4.4). */
export function withoutMedia(host: string, version: number): string {
  return lines(["v=0", `o=siplet ${version} ${version} IN IP4 ${host}`, "s=call", `c=IN IP4 ${host}`, "t=0 0"]);
}

/** An answer that keeps an offer's media waiting: the codecs as offered, nothing is sent or received (RFC 3264 §8.4). */
export function onHold(offer: string, host: string, version: number): string {
  const [, ...media] = offer.split(/\r?\n(?=m=)/);
  const own = media.flatMap((section) => {
    const [line = "", ...attributes] = section.trim().split(/\r?\n/);
    const codecs = attributes.filter((each) => /^a=(?:rtpmap|fmtp|mid):/.test(each));
    return [line.replace(/^(m=\S+) \d+/, "$1 9"), ...codecs, "a=inactive"];
  });
  return `${withoutMedia(host, version)}${lines(own)}`;
}

/** What a phone receives by: two descriptions with the same let the other end stay as it is. */
export function receivesAlike(one: string, other: string): boolean {
  return receptionOf(one) === receptionOf(other);
}

function receptionOf(description: string): string {
  const wanted = description
    .split(/\r?\n/)
    .filter((line) => /^(?:c=|m=|a=rtpmap:|a=crypto:|a=fingerprint:)/.test(line));
  return wanted.join("\n");
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\r\n`).join("");
}
