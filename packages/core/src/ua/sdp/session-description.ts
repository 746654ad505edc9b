import { parse, write } from "sdp-transform";
import { EngineError } from "../../errors/engine-error.js";

/** Which way media flows, seen from the one who says it (RFC 8866 §6.7). */
export type MediaDirection = "sendrecv" | "sendonly" | "recvonly" | "inactive";

/** An RTP payload format: `a=rtpmap` (RFC 8866 §6.6). */
export interface RtpMap {
  payload: number;
  codec: string;
  rate?: number;
  /** Channels. */
  encoding?: number | string;
}

/** Format parameters: `a=fmtp` (RFC 8866 §6.15). */
export interface FormatParameters {
  payload: number;
  config: string;
}

/** A `c=` line. */
export interface ConnectionData {
  version: number;
  ip: string;
}

/** One media line with its attributes, in the shape of sdp-transform; attributes without a name here are kept as well. */
export interface MediaDescription {
  type?: string;
  /** 0 in a line that is refused or over (RFC 3264 §6). */
  port?: number;
  protocol?: string;
  /** Formats, separated by spaces. */
  payloads?: string | number;
  rtp: RtpMap[];
  fmtp: FormatParameters[];
  direction?: MediaDirection;
  connection?: ConnectionData;
  mid?: string | number;
  rtcpFb?: { payload: number | string; type: string; subtype?: string }[];
  [attribute: string]: unknown;
}

/** A session description, in the shape of sdp-transform (RFC 8866). */
export interface SessionDescription {
  version?: number;
  origin?: {
    username: string | number;
    sessionId: string | number;
    sessionVersion: number | string;
    netType: string;
    ipVer: number;
    address: string;
  };
  name?: string | number;
  timing?: { start: number; stop: number };
  connection?: ConnectionData;
  direction?: MediaDirection;
  media: MediaDescription[];
  [attribute: string]: unknown;
}

/**
 * Reads a session description. Nothing of a media line gets lost, also where its form is unusual.
 * @throws EngineError `offer-answer.malformed` when it has no `v=0` or no `o=` line
 */
export function parseSessionDescription(text: string): SessionDescription {
  const session = parse(text);
  if (session.version !== 0) fail("it does not begin with v=0");
  if (session.origin === undefined) fail("it has no o= line that can be read");
  const mediaLines = text.split(/\r\n|\r|\n/).filter((line) => line.startsWith("m="));
  for (const [index, media] of session.media.entries()) completeMedia(media, mediaLines[index] ?? "");
  return session;
}

/** Writes a session description. */
export function writeSessionDescription(session: SessionDescription): string {
  return write(session);
}

/** The formats of a media line in order. */
export function formatsOf({ payloads }: MediaDescription): readonly string[] {
  return String(payloads ?? "")
    .split(" ")
    .filter((format) => format !== "");
}

/** A media line that the library leaves out, such as one with a number of ports. */
function completeMedia(media: MediaDescription, line: string): void {
  if (media.type !== undefined) return;
  const [type = "", port = "", protocol = "", ...formats] = line.slice(2).trim().split(/ +/);
  media.type = type;
  media.port = Number.parseInt(port, 10) || 0;
  media.protocol = protocol;
  media.payloads = formats.join(" ");
}

function fail(detail: string): never {
  throw new EngineError("offer-answer.malformed", { detail });
}
