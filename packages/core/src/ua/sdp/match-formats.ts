import { formatsOf, type FormatParameters, type MediaDescription, type RtpMap } from "./session-description.js";

/** A format that both sides know. */
export interface MatchedFormat {
  /** As the offer numbers it. */
  readonly format: string;
  /** As our description numbers it. */
  readonly ownFormat: string;
  readonly rtp: RtpMap | undefined;
  readonly fmtp: FormatParameters | undefined;
}

/** Payload types with a meaning of their own (RFC 3551 §6). */
const staticPayloads: Readonly<Record<string, string>> = {
  0: "pcmu/8000/1",
  3: "gsm/8000/1",
  4: "g723/8000/1",
  5: "dvi4/8000/1",
  6: "dvi4/16000/1",
  7: "lpc/8000/1",
  8: "pcma/8000/1",
  9: "g722/8000/1",
  10: "l16/44100/2",
  11: "l16/44100/1",
  12: "qcelp/8000/1",
  13: "cn/8000/1",
  14: "mpa/90000/1",
  15: "g728/8000/1",
  16: "dvi4/11025/1",
  17: "dvi4/22050/1",
  18: "g729/8000/1",
  25: "celb/90000/1",
  26: "jpeg/90000/1",
  28: "nv/90000/1",
  31: "h261/90000/1",
  32: "mpv/90000/1",
  33: "mp2t/90000/1",
  34: "h263/90000/1",
};

/** Formats that accompany others and carry nothing alone. */
const companions = new Set(["telephone-event", "cn", "red", "ulpfec", "rtx"]);

/**
 * The formats of an offered line that our line knows too, in the order and under the numbers of the offer; none when all
 * they have in common are tones and the like. RFC 3264 §6.1
 */
export function matchFormats(offered: MediaDescription, own: MediaDescription): readonly MatchedFormat[] {
  const isRtp = /RTP\//i.test(offered.protocol ?? "");
  const ours = formatsOf(own).map((format) => ({ format, name: isRtp ? codecOf(own, format) : format }));
  const matched = formatsOf(offered).flatMap((format): MatchedFormat[] => {
    const name = isRtp ? codecOf(offered, format) : format;
    const match = ours.find((each) => each.name === name);
    return match === undefined
      ? []
      : [{ ...parametersOf(offered, own, format, match.format), format, ownFormat: match.format }];
  });
  const isUseful = matched.some(({ format }) => !isRtp || !isCompanion(codecOf(offered, format)));
  return isUseful ? matched : [];
}

function parametersOf(
  offered: MediaDescription,
  own: MediaDescription,
  format: string,
  ownFormat: string,
): Pick<MatchedFormat, "rtp" | "fmtp"> {
  const payload = Number(format);
  const fmtp = own.fmtp.find((each) => String(each.payload) === ownFormat);
  return {
    rtp: offered.rtp.find((each) => each.payload === payload),
    fmtp: fmtp && { ...fmtp, payload },
  };
}

/** Name, rate and channels of a format in one text that compares; the number itself when nothing is known of it. */
function codecOf(media: MediaDescription, format: string): string {
  const map = media.rtp.find(({ payload }) => String(payload) === format);
  if (map === undefined) return staticPayloads[format] ?? format;
  return `${map.codec}/${map.rate ?? 8000}/${map.encoding ?? 1}`.toLowerCase();
}

function isCompanion(codec: string): boolean {
  return companions.has(codec.slice(0, codec.indexOf("/")));
}
