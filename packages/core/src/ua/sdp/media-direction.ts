import type { MediaDescription, MediaDirection, SessionDescription } from "./session-description.js";

const sends: ReadonlySet<MediaDirection> = new Set(["sendrecv", "sendonly"]);
const receives: ReadonlySet<MediaDirection> = new Set(["sendrecv", "recvonly"]);
const directionLine = /^a=(sendrecv|sendonly|recvonly|inactive)[ \t]*$/m;

const refusedLine = /^m=\S+ 0[ /]/;

/** The address that once said "hold" (RFC 2543 §B.5). */
const nowhere = new Set(["0.0.0.0", "::"]);

/**
 * The direction of a media line: its own, else that of the session, else both ways. The address 0.0.0.0 means that nothing
 * is to be sent there. RFC 3264 §5.1, §8.4
 */
export function directionOf(session: SessionDescription, media: MediaDescription): MediaDirection {
  const said = media.direction ?? session.direction ?? "sendrecv";
  const address = (media.connection ?? session.connection)?.ip;
  return address !== undefined && nowhere.has(address) ? narrow(said, { send: true, receive: false }) : said;
}

/** The direction to answer with, from the one offered and the one we want. RFC 3264 §6.1 */
export function answerDirection(offered: MediaDirection, wanted: MediaDirection): MediaDirection {
  return narrow(wanted, { send: receives.has(offered), receive: sends.has(offered) });
}

/** The direction that holds the peer: it hears us at most, and we do not hear it. RFC 3264 §8.4 */
export function holdDirection(current: MediaDirection): MediaDirection {
  return narrow(current, { send: true, receive: false });
}

/** Tells whether the one who describes a session so holds it: no media line of it receives. RFC 3264 §8.4 */
export function isHeld(session: SessionDescription): boolean {
  const active = session.media.filter(({ port }) => port !== 0);
  return active.length > 0 && active.every((media) => !receives.has(directionOf(session, media)));
}

/**
 * The same description with the direction of each media line that is in use changed; everything else stays as it is
 * written. A direction of the session goes into its lines.
 */
export function withDirections(text: string, change: (direction: MediaDirection) => MediaDirection): string {
  const sections = text.split(/(?=^m=)/m);
  const [head = "", ...media] = sections;
  const common = directionIn(head);
  return withoutDirection(head) + media.map((section) => redirect(section, common, change)).join("");
}

function redirect(
  section: string,
  common: MediaDirection | undefined,
  change: (direction: MediaDirection) => MediaDirection,
): string {
  const direction = directionIn(section) ?? common ?? "sendrecv";
  const isInUse = !refusedLine.test(section);
  const lines = withoutDirection(section);
  const end = lines === "" || lines.endsWith("\n") ? "" : "\r\n";
  return `${lines}${end}a=${isInUse ? change(direction) : direction}\r\n`;
}

function directionIn(section: string): MediaDirection | undefined {
  return directionLine.exec(section)?.[1] as MediaDirection | undefined;
}

function withoutDirection(section: string): string {
  return section.replace(/^a=(?:sendrecv|sendonly|recvonly|inactive)[ \t]*(?:\r\n|\r|\n|$)/gm, "");
}

function narrow(
  direction: MediaDirection,
  allowed: { readonly send: boolean; readonly receive: boolean },
): MediaDirection {
  const send = allowed.send && sends.has(direction);
  const receive = allowed.receive && receives.has(direction);
  if (send) return receive ? "sendrecv" : "sendonly";
  return receive ? "recvonly" : "inactive";
}
