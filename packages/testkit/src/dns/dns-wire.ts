import {
  AUTHORITATIVE_ANSWER,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
  decode,
  encode,
  type Answer,
  type DecodedPacket,
} from "dns-packet";
import type { ZoneAnswer } from "./dns-zone.js";
import type { ZoneRecord } from "./zone-record.js";

/** A question as it came, with what an answer must repeat. */
export interface DnsQuestion {
  readonly packet: DecodedPacket;
  readonly name: string;
  readonly type: string;
  /** The longest datagram the client takes: 512, or what it said by EDNS (RFC 6891 §6.2.3). */
  readonly datagramLimit: number;
}

/** RFC 1035 §4.2.1. */
const plainDatagramLimit = 512;

const responseCodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;

/** The names of the response codes this server knows: RFC 1035 §4.1.1. */
export type ResponseCode = keyof typeof responseCodes;

/** Reads a query; undefined when it is none. */
export function readQuestion(bytes: Buffer): DnsQuestion | undefined {
  try {
    const packet = decode(bytes);
    const [question] = packet.questions ?? [];
    if (packet.type !== "query" || question === undefined) return undefined;
    const limits = (packet.additionals ?? []).map((record) => (record.type === "OPT" ? record.udpPayloadSize : 0));
    const datagramLimit = Math.max(plainDatagramLimit, ...limits);
    return { packet, name: question.name, type: question.type, datagramLimit };
  } catch {
    return undefined;
  }
}

/** Writes an answer; with a limit, one that is longer becomes the mere statement that it does not fit (RFC 2181 §9). */
export function writeAnswer(
  question: DnsQuestion,
  { rcode, answers, authority }: ZoneAnswer,
  limit = Infinity,
): Buffer {
  const bytes = write(question, responseCodes[rcode], answers, authority);
  return bytes.length > limit ? writeTruncated(question) : bytes;
}

/** Writes an answer that says no more than that it failed. */
export function writeError(question: DnsQuestion, rcode: ResponseCode): Buffer {
  return write(question, responseCodes[rcode], [], []);
}

/** Writes an answer that asks the client to come again over TCP. */
export function writeTruncated(question: DnsQuestion): Buffer {
  return write(question, TRUNCATED_RESPONSE, [], []);
}

function write(
  { packet }: DnsQuestion,
  flags: number,
  answers: readonly ZoneRecord[],
  authorities: readonly ZoneRecord[],
): Buffer {
  const recursion = (packet.flags ?? 0) & RECURSION_DESIRED;
  return encode({
    type: "response",
    id: packet.id,
    flags: flags | recursion | RECURSION_AVAILABLE | AUTHORITATIVE_ANSWER,
    questions: packet.questions,
    answers: answers.map(toAnswer),
    authorities: authorities.map(toAnswer),
    additionals: (packet.additionals ?? []).filter(({ type }) => type === "OPT"),
  });
}

function toAnswer(record: ZoneRecord): Answer {
  const { name, ttl } = record;
  switch (record.type) {
    case "TXT":
      return { name, ttl, type: "TXT", data: record.value };
    case "SRV":
      return { name, ttl, type: "SRV", data: record };
    case "NAPTR":
      return { name, ttl, type: "NAPTR", data: { ...record, services: record.service } };
    case "SOA":
      return { name, ttl, type: "SOA", data: { ...record, mname: record.primary, rname: record.mailbox } };
    default:
      return { name, ttl, type: record.type, data: record.value };
  }
}
