import { SocketAddress } from "node:net";
import { crc32 } from "node:zlib";
import { addressOctets } from "../address-octets.js";
import type { Endpoint } from "../endpoint.js";

/** STUN messages as far as keep-alives need them: Binding and its attributes. RFC 5389 */
export interface StunMessage {
  /** `0x0001` Binding request, `0x0101` success, `0x0111` error, others unknown here. */
  readonly type: number;
  /** The 96 bits that join request and answer. */
  readonly transactionId: Buffer;
  readonly attributes: readonly StunAttribute[];
}

/** One attribute, its value without the padding. */
export interface StunAttribute {
  readonly type: number;
  readonly value: Buffer;
}

/** Message types of RFC 5389 §6 that matter here. */
export const stunTypes = { bindingRequest: 0x0001, bindingSuccess: 0x0101, bindingError: 0x0111 } as const;

/** Attribute types of RFC 5389 §15 that matter here. */
export const stunAttributes = {
  mappedAddress: 0x0001,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  xorMappedAddress: 0x0020,
  fingerprint: 0x8028,
} as const;

const magicCookie = 0x2112a442;
const fingerprintMask = 0x5354554e;
const headerLength = 20;
const fingerprintLength = 8;

/** Tells whether octets that came to a SIP port are STUN: never the first octet of a SIP message (RFC 5626 §8). */
export function isStun(bytes: Buffer): boolean {
  return bytes.length >= headerLength && (bytes[0] ?? 0xff) < 4 && bytes.readUInt32BE(4) === magicCookie;
}

/** Reads a message; undefined when it is broken or its FINGERPRINT is wrong. */
export function decodeStun(bytes: Buffer): StunMessage | undefined {
  if (!isStun(bytes) || bytes.readUInt16BE(2) !== bytes.length - headerLength || bytes.length % 4 !== 0) {
    return undefined;
  }
  const attributes: StunAttribute[] = [];
  for (let index = headerLength; index < bytes.length;) {
    const type = bytes.readUInt16BE(index);
    const start = index + 4;
    const end = start + bytes.readUInt16BE(index + 2);
    if (end > bytes.length) return undefined;
    if (type === stunAttributes.fingerprint && !isFingerprintRight(bytes, index)) return undefined;
    attributes.push({ type, value: bytes.subarray(start, end) });
    index = start + padded(end - start);
  }
  return { type: bytes.readUInt16BE(0), transactionId: bytes.subarray(8, headerLength), attributes };
}

/** Writes a message, FINGERPRINT last (RFC 5389 §15.5). */
export function encodeStun({ type, transactionId, attributes }: StunMessage): Buffer {
  const length = attributes.reduce((sum, { value }) => sum + 4 + padded(value.length), fingerprintLength);
  const bytes = Buffer.alloc(headerLength + length);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(length, 2);
  bytes.writeUInt32BE(magicCookie, 4);
  transactionId.copy(bytes, 8);
  let index = headerLength;
  for (const attribute of attributes) {
    bytes.writeUInt16BE(attribute.type, index);
    bytes.writeUInt16BE(attribute.value.length, index + 2);
    attribute.value.copy(bytes, index + 4);
    index += 4 + padded(attribute.value.length);
  }
  bytes.writeUInt16BE(stunAttributes.fingerprint, index);
  bytes.writeUInt16BE(4, index + 2);
  bytes.writeUInt32BE(fingerprintOf(bytes, index), index + 4);
  return bytes;
}

/** The value of XOR-MAPPED-ADDRESS (RFC 5389 §15.2). */
export function encodeXorAddress({ address, port }: Endpoint, transactionId: Buffer): Buffer {
  const octets = addressOctets(address);
  const value = Buffer.alloc(4 + octets.length);
  value[1] = octets.length === 4 ? 1 : 2;
  value.writeUInt16BE(port ^ (magicCookie >>> 16), 2);
  const mask = maskOf(transactionId);
  for (let index = 0; index < octets.length; index++) value[4 + index] = (octets[index] ?? 0) ^ (mask[index] ?? 0);
  return value;
}

/** Where the peer sees us, by XOR-MAPPED-ADDRESS; undefined when the answer does not tell. */
export function mappedAddress(message: StunMessage): Endpoint | undefined {
  const value = message.attributes.find(({ type }) => type === stunAttributes.xorMappedAddress)?.value;
  if (value === undefined || (value.length !== 8 && value.length !== 20)) return undefined;
  const mask = maskOf(message.transactionId);
  const octets = value.subarray(4).map((octet, index) => octet ^ (mask[index] ?? 0));
  return { address: addressOf(octets), port: value.readUInt16BE(2) ^ (magicCookie >>> 16) };
}

function isFingerprintRight(bytes: Buffer, index: number): boolean {
  return index === bytes.length - fingerprintLength && bytes.readUInt32BE(index + 4) === fingerprintOf(bytes, index);
}

function fingerprintOf(bytes: Buffer, end: number): number {
  return (crc32(bytes.subarray(0, end)) ^ fingerprintMask) >>> 0;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

function maskOf(transactionId: Buffer): Buffer {
  const cookie = Buffer.alloc(4);
  cookie.writeUInt32BE(magicCookie);
  return Buffer.concat([cookie, transactionId]);
}

function addressOf(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join(".");
  const hex = Buffer.from(octets).toString("hex");
  const address = (hex.match(/.{4}/g) ?? []).join(":");
  return new SocketAddress({ address, family: "ipv6" }).address;
}
