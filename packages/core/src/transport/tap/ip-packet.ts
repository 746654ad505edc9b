import { addressOctets } from "../address-octets.js";
import type { Endpoint } from "../endpoint.js";

/** What an IP packet is made from. */
export interface PacketParts {
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly payload: Uint8Array;
}

/** Where a segment stands in its TCP connection. */
export interface TcpPosition {
  readonly sequence: number;
  readonly acknowledgement: number;
}

const udpProtocol = 17;
const tcpProtocol = 6;
const hopLimit = 64;
const pushAndAcknowledge = 0x18;

/** A UDP datagram with its IP header. */
export function udpPacket({ source, target, payload }: PacketParts): Buffer {
  const segment = Buffer.alloc(8 + payload.length);
  segment.writeUInt16BE(source.port, 0);
  segment.writeUInt16BE(target.port, 2);
  segment.writeUInt16BE(segment.length, 4);
  segment.set(payload, 8);
  const packet = ipPacket(source, target, { protocol: udpProtocol, segment });
  writeChecksum(packet, segment.length, { protocol: udpProtocol, offset: 6 });
  return packet;
}

/** A TCP segment with its IP header. */
export function tcpPacket({ source, target, payload }: PacketParts, position: TcpPosition): Buffer {
  const segment = Buffer.alloc(20 + payload.length);
  segment.writeUInt16BE(source.port, 0);
  segment.writeUInt16BE(target.port, 2);
  segment.writeUInt32BE(position.sequence, 4);
  segment.writeUInt32BE(position.acknowledgement, 8);
  segment[12] = 5 << 4;
  segment[13] = pushAndAcknowledge;
  segment.writeUInt16BE(0xffff, 14);
  segment.set(payload, 20);
  const packet = ipPacket(source, target, { protocol: tcpProtocol, segment });
  writeChecksum(packet, segment.length, { protocol: tcpProtocol, offset: 16 });
  return packet;
}

interface Content {
  readonly protocol: number;
  readonly segment: Buffer;
}

function ipPacket(source: Endpoint, target: Endpoint, content: Content): Buffer {
  const from = addressOctets(source.address);
  const to = addressOctets(target.address);
  if (from.length === 16 || to.length === 16) return ipv6Packet(mapped(from), mapped(to), content);
  return ipv4Packet(from, to, content);
}

function ipv4Packet(from: Buffer, to: Buffer, { protocol, segment }: Content): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(20 + segment.length, 2);
  header[8] = hopLimit;
  header[9] = protocol;
  from.copy(header, 12);
  to.copy(header, 16);
  header.writeUInt16BE(foldedSum(sumOf(header)), 10);
  return Buffer.concat([header, segment]);
}

function ipv6Packet(from: Buffer, to: Buffer, { protocol, segment }: Content): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(segment.length, 4);
  header[6] = protocol;
  header[7] = hopLimit;
  from.copy(header, 8);
  to.copy(header, 24);
  return Buffer.concat([header, segment]);
}

/** An IPv4 address in a packet whose other end speaks IPv6. */
function mapped(octets: Buffer): Buffer {
  return octets.length === 16 ? octets : Buffer.concat([Buffer.alloc(10), Buffer.from([0xff, 0xff]), octets]);
}

/** The checksum covers addresses, protocol, length and the segment (RFC 768, RFC 9293 §3.1, RFC 8200 §8.1). */
function writeChecksum(
  packet: Buffer,
  length: number,
  { protocol, offset }: { protocol: number; offset: number },
): void {
  const start = packet.length - length;
  const addresses = start === 20 ? packet.subarray(12, 20) : packet.subarray(8, 40);
  const sum = sumOf(addresses) + protocol + length + sumOf(packet.subarray(start));
  packet.writeUInt16BE(foldedSum(sum) || 0xffff, start + offset);
}

/** Sum of all 16-bit words, an odd octet at the end padded with zero. */
function sumOf(bytes: Buffer): number {
  let sum = 0;
  const even = bytes.length & ~1;
  for (let index = 0; index < even; index += 2) sum += bytes.readUInt16BE(index);
  return even === bytes.length ? sum : sum + ((bytes[even] ?? 0) << 8);
}

function foldedSum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000);
  return ~folded & 0xffff;
}
