import { PassThrough } from "node:stream";
import { optionsText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import type { Connection, TransportProtocol } from "../transport.js";
import { PcapTap } from "./pcap-tap.js";
import { TappedMessage, type Direction } from "./tapped-message.js";

function message(protocol: TransportProtocol, bytes: Buffer, direction: Direction = "in"): TappedMessage {
  const local = { address: "192.0.2.1", port: 5060 };
  const remote = { address: "192.0.2.2", port: 40_000 };
  const connection = { transport: { protocol, local }, local, remote } as Pick<Connection, "remote"> as Connection;
  return new TappedMessage(direction, connection, bytes, 1_700_000_000_123.25);
}

interface Record {
  readonly time: number;
  readonly packet: Buffer;
}

/** All that was written: how much one read gives is the stream's own affair. */
function everything(output: PassThrough): Buffer {
  const chunks: Buffer[] = [];
  for (let chunk = output.read() as Buffer | null; chunk !== null; chunk = output.read() as Buffer | null) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function written(...messages: TappedMessage[]): { readonly header: Buffer; readonly records: Record[] } {
  const output = new PassThrough();
  const tap = new PcapTap({ output });
  for (const each of messages) tap.onMessage(each);
  const file = everything(output);
  const records: Record[] = [];
  for (let index = 24; index < file.length;) {
    const length = file.readUInt32LE(index + 8);
    expect(file.readUInt32LE(index + 12)).toBe(length);
    const time = file.readUInt32LE(index) + file.readUInt32LE(index + 4) / 1e6;
    records.push({ time, packet: file.subarray(index + 16, index + 16 + length) });
    index += 16 + length;
  }
  return { header: file.subarray(0, 24), records };
}

describe("the packet capture of messages", () => {
  it("is a pcap file of raw IP packets with microseconds", () => {
    const { header, records } = written(message("udp", Buffer.from(optionsText())));
    expect([header.readUInt32LE(0), header.readUInt16LE(4), header.readUInt32LE(20)]).toEqual([0xa1b2c3d4, 2, 101]);
    expect(records[0]?.time).toBeCloseTo(1_700_000_000.12325, 6);
  });

  it("holds datagrams with their addresses and ports", () => {
    const text = optionsText();
    const packet = written(message("udp", Buffer.from(text), "out")).records[0]?.packet ?? Buffer.alloc(0);
    expect(packet.subarray(12, 20)).toEqual(Buffer.from([192, 0, 2, 1, 192, 0, 2, 2]));
    expect([packet[9], packet.readUInt16BE(20), packet.readUInt16BE(22)]).toEqual([17, 5060, 40_000]);
    expect(packet.subarray(28).toString()).toBe(text);
  });

  it("counts the octets of each side of a stream, as TCP does", () => {
    const numbers = written(
      message("tcp", Buffer.alloc(100, "a")),
      message("tcp", Buffer.alloc(70, "b"), "out"),
      message("tls", Buffer.alloc(10, "c")),
    ).records.map(({ packet }) => [packet[9], packet.readUInt32BE(24), packet.readUInt32BE(28)]);
    expect(numbers).toEqual([
      [6, 1, 1],
      [6, 1, 101],
      [6, 101, 71],
    ]);
  });

  it("cuts a message too long for one packet into segments", () => {
    const { records } = written(message("tcp", Buffer.alloc(150_000, "x")));
    expect(records.map(({ packet }) => packet.length - 40)).toEqual([65_000, 65_000, 20_000]);
    expect(records.map(({ packet }) => packet.readUInt32BE(24))).toEqual([1, 65_001, 130_001]);
  });
});
