import { addressOctets } from "../address-octets.js";
import type { TappedMessage } from "./tapped-message.js";

/** What the collector is told besides the message. */
export interface HepIdentity {
  /** Tells this element from others at the collector; 0 … 2^32−1. */
  readonly captureId: number;
  /** The collector's password, if it wants one. */
  readonly authenticationKey?: string;
}

/** Chunk types of HEP3 by the generic vendor 0. */
const chunks = {
  family: 0x01,
  protocol: 0x02,
  sourceIpv4: 0x03,
  targetIpv4: 0x04,
  sourceIpv6: 0x05,
  targetIpv6: 0x06,
  sourcePort: 0x07,
  targetPort: 0x08,
  seconds: 0x09,
  microseconds: 0x0a,
  payloadKind: 0x0b,
  captureId: 0x0c,
  authenticationKey: 0x0e,
  payload: 0x0f,
  correlationId: 0x11,
} as const;

const ipv4Family = 2;
const ipv6Family = 10;
const udpNumber = 17;
const tcpNumber = 6;
const sipPayload = 1;
const headerLength = 6;
/** A length in HEP3 is 16 bits; what is longer loses its end. */
const longestPayload = 65_000;

/** One message as a HEP3 packet (Homer Encapsulation Protocol, version 3). */
export function hepPacket(message: TappedMessage, identity: HepIdentity): Buffer {
  const { source, target, protocol, time, bytes, callId } = message;
  const seconds = Math.floor(time / 1000);
  const from = addressOctets(source.address);
  const to = addressOctets(target.address);
  const isIpv6 = from.length === 16 && to.length === 16;
  const parts = [
    chunk(chunks.family, Buffer.from([isIpv6 ? ipv6Family : ipv4Family])),
    chunk(chunks.protocol, Buffer.from([protocol === "udp" ? udpNumber : tcpNumber])),
    chunk(isIpv6 ? chunks.sourceIpv6 : chunks.sourceIpv4, isIpv6 ? from : from.subarray(0, 4)),
    chunk(isIpv6 ? chunks.targetIpv6 : chunks.targetIpv4, isIpv6 ? to : to.subarray(0, 4)),
    chunk(chunks.sourcePort, uint16(source.port)),
    chunk(chunks.targetPort, uint16(target.port)),
    chunk(chunks.seconds, uint32(seconds)),
    chunk(chunks.microseconds, uint32(Math.floor((time - seconds * 1000) * 1000))),
    chunk(chunks.payloadKind, Buffer.from([sipPayload])),
    chunk(chunks.captureId, uint32(identity.captureId)),
  ];
  const { authenticationKey } = identity;
  if (authenticationKey !== undefined) parts.push(chunk(chunks.authenticationKey, Buffer.from(authenticationKey)));
  if (callId !== undefined) parts.push(chunk(chunks.correlationId, Buffer.from(callId, "latin1").subarray(0, 1024)));
  parts.push(chunk(chunks.payload, bytes.subarray(0, longestPayload)));
  return framed(parts);
}

function framed(parts: readonly Buffer[]): Buffer {
  const header = Buffer.from("HEP3\0\0", "latin1");
  header.writeUInt16BE(
    parts.reduce((sum, part) => sum + part.length, header.length),
    4,
  );
  return Buffer.concat([header, ...parts]);
}

function chunk(type: number, value: Uint8Array): Buffer {
  const bytes = Buffer.alloc(headerLength + value.length);
  bytes.writeUInt16BE(type, 2);
  bytes.writeUInt16BE(bytes.length, 4);
  bytes.set(value, headerLength);
  return bytes;
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
