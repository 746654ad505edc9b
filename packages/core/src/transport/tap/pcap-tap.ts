import { createWriteStream } from "node:fs";
import type { Writable } from "node:stream";
import { formatEndpoint } from "../endpoint.js";
import { BoundedOutput, type BoundedOutputOptions } from "./bounded-output.js";
import { tcpPacket, udpPacket, type TcpPosition } from "./ip-packet.js";
import type { TappedMessage, TransportTap } from "./tapped-message.js";

/** How messages are written as a packet capture. */
export interface PcapTapOptions extends BoundedOutputOptions {
  /** Path of the file, which is written anew, or where else the octets shall go. */
  readonly output: string | Writable;
}

/** What of a message a capture holds. */
export type CapturedMessage = Pick<TappedMessage, "source" | "target" | "bytes" | "protocol" | "time">;

const magic = 0xa1b2c3d4;
const snapLength = 262_144;
/** LINKTYPE_RAW: packets begin with their IP header. */
const rawIp = 101;
const largestDatagram = 65_507;
const largestSegment = 65_000;
const firstSequence = 1;
const rememberedStreams = 10_000;

/**
 * Writes each message as IP packets that Wireshark and tshark read as SIP. The headers are made up from what is known: UDP as
 * it was; TCP and TLS as TCP segments in the clear; WebSocket messages, whose frames hide SIP from a reader that missed the
 * handshake, as datagrams.
 */
export class PcapTap implements TransportTap {
  readonly #output: BoundedOutput;
  /** By direction of a stream: the sequence number that comes next. */
  readonly #sequences = new Map<string, number>();

  constructor(options: PcapTapOptions) {
    const { output } = options;
    this.#output = new BoundedOutput(typeof output === "string" ? createWriteStream(output) : output, options);
    this.#output.write(fileHeader());
  }

  /** How many messages were lost because the disk was too slow or failed. */
  get dropped(): number {
    return this.#output.dropped;
  }

  onMessage(message: CapturedMessage): void {
    const { source, target, bytes, protocol, time } = message;
    const packets =
      protocol === "tcp" || protocol === "tls"
        ? this.#segments(message)
        : [udpPacket({ source, target, payload: bytes.subarray(0, largestDatagram) })];
    this.#output.write(Buffer.concat(packets.flatMap((packet) => [recordHeader(packet.length, time), packet])));
  }

  /** Ends the file. */
  close(): Promise<void> {
    return this.#output.end();
  }

  #segments({ source, target, bytes }: CapturedMessage): Buffer[] {
    const packets: Buffer[] = [];
    for (let start = 0; start < bytes.length; start += largestSegment) {
      const payload = bytes.subarray(start, start + largestSegment);
      packets.push(
        tcpPacket(
          { source, target, payload },
          this.#advance(formatEndpoint(source), formatEndpoint(target), payload.length),
        ),
      );
    }
    return packets;
  }

  #advance(from: string, to: string, length: number): TcpPosition {
    if (this.#sequences.size >= rememberedStreams) this.#sequences.clear();
    const sequence = this.#sequences.get(`${from} ${to}`) ?? firstSequence;
    this.#sequences.set(`${from} ${to}`, (sequence + length) % 2 ** 32);
    return { sequence, acknowledgement: this.#sequences.get(`${to} ${from}`) ?? firstSequence };
  }
}

function fileHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(magic, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(snapLength, 16);
  header.writeUInt32LE(rawIp, 20);
  return header;
}

function recordHeader(length: number, time: number): Buffer {
  const header = Buffer.alloc(16);
  const seconds = Math.floor(time / 1000);
  header.writeUInt32LE(seconds, 0);
  header.writeUInt32LE(Math.floor((time - seconds * 1000) * 1000), 4);
  header.writeUInt32LE(length, 8);
  header.writeUInt32LE(length, 12);
  return header;
}
