import { answerDirection, directionOf } from "./media-direction.js";
import { matchFormats, type MatchedFormat } from "./match-formats.js";
import {
  formatsOf,
  parseSessionDescription,
  writeSessionDescription,
  type MediaDescription,
  type SessionDescription,
} from "./session-description.js";

/** An answer, and how many media lines of the offer it takes. */
export interface CreatedAnswer {
  readonly description: string;
  /** 0: refuse the offer by 488, where it can be refused (RFC 3261 §13.3.1.3). */
  readonly acceptedLines: number;
}

/**
 * The answer to an offer, from what we could do ourselves: `own` is a description with our addresses, ports and formats. It
 * has the media lines of the offer in their order, refused ones with port 0; of each the formats both sides know, in the
 * order and under the numbers of the offer. RFC 3264 §6
 * @throws EngineError `offer-answer.malformed`
 */
export function createAnswer(offer: string, own: string): CreatedAnswer {
  const offered = parseSessionDescription(offer);
  const ours = parseSessionDescription(own);
  const unused = [...ours.media];
  const media = offered.media.map((line) => answerLine(line, takeLine(line, unused), offered, ours));
  const description: SessionDescription = { ...ours, media, timing: offered.timing ?? ours.timing };
  delete description.direction;
  delete description["groups"];
  const acceptedLines = media.filter(({ port }) => port !== 0).length;
  return { description: writeSessionDescription(description), acceptedLines };
}

/** The answer that takes nothing of an offer: for an offer that may not be refused. RFC 3264 §6 */
export function refuseOffer(offer: string): string {
  const offered = parseSessionDescription(offer);
  const { origin, timing } = offered;
  const address = { netType: "IN", ipVer: origin?.ipVer ?? 4, address: origin?.ipVer === 6 ? "::" : "0.0.0.0" };
  return writeSessionDescription({
    version: 0,
    origin: { username: "-", sessionId: 1, sessionVersion: 1, ...address },
    name: "-",
    connection: { version: address.ipVer, ip: address.address },
    timing: timing ?? { start: 0, stop: 0 },
    media: offered.media.map(refusedLine),
  });
}

function answerLine(
  line: MediaDescription,
  own: MediaDescription | undefined,
  offered: SessionDescription,
  ours: SessionDescription,
): MediaDescription {
  const formats = own === undefined ? [] : matchFormats(line, own);
  if (own === undefined || formats.length === 0) return refusedLine(line);
  const answer: MediaDescription = {
    ...own,
    protocol: line.protocol,
    payloads: formats.map(({ format }) => format).join(" "),
    rtp: formats.flatMap(({ rtp }) => rtp ?? []),
    fmtp: formats.flatMap(({ fmtp }) => fmtp ?? []),
    rtcpFb: feedbackOf(own, formats),
    direction: answerDirection(directionOf(offered, line), directionOf(ours, own)),
  };
  if (line.mid !== undefined) answer.mid = line.mid;
  else delete answer.mid;
  if (answer.rtcpFb === undefined) delete answer.rtcpFb;
  return answer;
}

/** The first of our lines for that kind of media that is not in use for another. */
function takeLine(line: MediaDescription, unused: MediaDescription[]): MediaDescription | undefined {
  if (line.port === 0) return undefined;
  const index = unused.findIndex((own) => own.port !== 0 && own.type === line.type && isSameProtocol(own, line));
  return index < 0 ? undefined : unused.splice(index, 1)[0];
}

function isSameProtocol(one: MediaDescription, other: MediaDescription): boolean {
  return one.protocol?.toUpperCase() === other.protocol?.toUpperCase();
}

/** A refused line still lists formats. */
function refusedLine(line: MediaDescription): MediaDescription {
  const { type, protocol, mid } = line;
  const payloads = formatsOf(line).join(" ") || "0";
  const refused: MediaDescription = { type, port: 0, protocol, payloads, rtp: [], fmtp: [] };
  if (mid !== undefined) refused.mid = mid;
  return refused;
}

/** Feedback of formats that stay, under their numbers in the offer. */
function feedbackOf(own: MediaDescription, formats: readonly MatchedFormat[]): MediaDescription["rtcpFb"] {
  if (own.rtcpFb === undefined) return undefined;
  return own.rtcpFb.flatMap((feedback) => {
    if (feedback.payload === "*") return [feedback];
    const match = formats.find(({ ownFormat }) => ownFormat === String(feedback.payload));
    return match === undefined ? [] : [{ ...feedback, payload: Number(match.format) }];
  });
}
