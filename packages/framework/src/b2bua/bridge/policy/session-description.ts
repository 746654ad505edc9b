import { detachedText } from "@siplet/core";

/** The `o=` lines of the descriptions that pass to one leg: as the last one came, and as it left. */
export interface DescriptionOrigin {
  readonly received: string;
  readonly sent: string;
}

const originLine = /^o=(\S+) (\S+) (\d+) ([^\r\n]*)/m;
const nameLine = /^s=[^\r\n]*/m;

/** A description that is to leave for a leg. */
export interface SignedDescription {
  readonly text: string;
  readonly origin: DescriptionOrigin;
}

/**
 * Gives a description the origin that a leg knows: user and id of the first one, a version one higher for each that
 * differs from the one before, even when it comes from somebody else now. RFC 3264 §8, RFC 8866 §5.2
 */
export function continueOrigin(text: string, last: DescriptionOrigin | undefined): SignedDescription {
  const line = originLine.exec(text)?.[0];
  const received = line && detachedText(line);
  if (received === undefined) return { text, origin: last ?? { received: "", sent: "" } };
  if (last === undefined || last.sent === "") return { text, origin: { received, sent: received } };
  if (last.received === received) return write(text, last);
  const before = originLine.exec(last.sent);
  const now = originLine.exec(received);
  const version = nextVersion(before?.[3] ?? "0");
  return write(text, { received, sent: `o=${before?.[1]} ${before?.[2]} ${version} ${now?.[4]}` });
}

/** Signs a description with a name of the bridge's own: the first of a leg decides about the id. RFC 8866 §5.2 */
export function signDescription(
  text: string,
  last: DescriptionOrigin | undefined,
  own: { readonly userName: string; readonly sessionId: string },
): SignedDescription {
  const received = originLine.exec(text);
  if (received === null) return { text, origin: last ?? { received: "", sent: "" } };
  const connection = /^c=IN (IP[46] \S+)/m.exec(text)?.[1] ?? "IP4 0.0.0.0";
  const isSame = last?.received === received[0];
  const version = last === undefined ? "1" : (originLine.exec(last.sent)?.[3] ?? "0");
  const sent =
    isSame && last !== undefined
      ? last.sent
      : `o=${own.userName} ${own.sessionId} ${last === undefined ? version : nextVersion(version)} IN ${connection}`;
  const signed = write(text, { received: detachedText(received[0]), sent });
  return { ...signed, text: signed.text.replace(nameLine, "s=-") };
}

function write(text: string, origin: DescriptionOrigin): SignedDescription {
  return { text: text.replace(originLine, () => origin.sent), origin };
}

function nextVersion(version: string): string {
  return (BigInt(version) + 1n).toString();
}
