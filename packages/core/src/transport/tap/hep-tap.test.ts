import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { ManualClock, optionsText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import type { Connection } from "../transport.js";
import { HepTap } from "./hep-tap.js";
import { TappedMessage } from "./tapped-message.js";

function message(text: string, address = "192.0.2.2"): TappedMessage {
  const local = { address: address.includes(":") ? "2001:db8::1" : "192.0.2.1", port: 5060 };
  const remote = { address, port: 5062 };
  const connection = { transport: { protocol: "udp", local }, local, remote } as Pick<
    Connection,
    "remote"
  > as Connection;
  return new TappedMessage("in", connection, Buffer.from(text), 1_700_000_000_250);
}

/** Values of the chunks by type. */
function chunksOf(packet: Buffer): Map<number, Buffer> {
  expect(packet.toString("latin1", 0, 4)).toBe("HEP3");
  expect(packet.readUInt16BE(4)).toBe(packet.length);
  const chunks = new Map<number, Buffer>();
  for (let index = 6; index < packet.length; index += packet.readUInt16BE(index + 4)) {
    expect(packet.readUInt16BE(index)).toBe(0);
    chunks.set(packet.readUInt16BE(index + 2), packet.subarray(index + 6, index + packet.readUInt16BE(index + 4)));
  }
  return chunks;
}

async function until(holds: () => boolean): Promise<void> {
  for (let count = 0; count < 5000 && !holds(); count++) await new Promise((resolve) => setImmediate(resolve));
  expect(holds()).toBe(true);
}

describe("HEP3 over UDP", () => {
  it("carries message, addresses, time and ids", async () => {
    const collector = createSocket("udp4").bind(0, "127.0.0.1");
    await once(collector, "listening");
    const tap = new HepTap({
      host: "127.0.0.1",
      port: collector.address().port,
      captureId: 42,
      authenticationKey: "myHep",
    });
    const received = once(collector, "message");
    const text = optionsText({ callId: "call-9" });
    tap.onMessage(message(text));
    const chunks = chunksOf(((await received) as [Buffer])[0]);
    expect([...(chunks.get(1) ?? []), ...(chunks.get(2) ?? []), ...(chunks.get(0x0b) ?? [])]).toEqual([2, 17, 1]);
    expect([...(chunks.get(3) ?? [])]).toEqual([192, 0, 2, 2]);
    expect([...(chunks.get(4) ?? [])]).toEqual([192, 0, 2, 1]);
    expect([chunks.get(7)?.readUInt16BE(), chunks.get(8)?.readUInt16BE()]).toEqual([5062, 5060]);
    expect([chunks.get(9)?.readUInt32BE(), chunks.get(10)?.readUInt32BE()]).toEqual([1_700_000_000, 250_000]);
    expect(chunks.get(0x0c)?.readUInt32BE()).toBe(42);
    expect([chunks.get(0x0e)?.toString(), chunks.get(0x11)?.toString()]).toEqual(["myHep", "call-9"]);
    expect(chunks.get(0x0f)?.toString()).toBe(text);
    const second = once(collector, "message");
    tap.onMessage(message(text, "2001:db8::2"));
    const ipv6 = chunksOf(((await second) as [Buffer])[0]);
    expect([ipv6.get(1)?.[0], ipv6.get(5)?.length, ipv6.get(6)?.length, ipv6.has(3)]).toEqual([10, 16, 16, false]);
    await tap.close();
    collector.close();
  });
});

describe("HEP3 over TCP", () => {
  it("loses what comes while the collector is away, and calls it again", async () => {
    const clock = new ManualClock();
    const calls: Socket[] = [];
    const received: Buffer[] = [];
    const collector = createServer((socket) => {
      calls.push(socket);
      socket.on("data", (chunk) => received.push(chunk));
    });
    collector.listen(0, "127.0.0.1");
    await once(collector, "listening");
    const { port } = collector.address() as { port: number };
    const tap = new HepTap({ host: "127.0.0.1", port, protocol: "tcp", clock });
    tap.onMessage(message(optionsText()));
    await until(() => received.length === 1);
    calls[0]?.destroy();
    await until(() => clock.pendingCount === 1);
    tap.onMessage(message(optionsText()));
    expect(tap.dropped).toBe(1);
    clock.advance(5000);
    await until(() => calls.length === 2);
    tap.onMessage(message(optionsText()));
    await until(() => received.length === 2);
    expect(received.map((packet) => chunksOf(packet).get(0x0f)?.toString())).toEqual([optionsText(), optionsText()]);
    await tap.close();
    collector.close();
  });

  it("does not mind a collector that was never there", async () => {
    const tap = new HepTap({ host: "127.0.0.1", port: 1, protocol: "tcp", clock: new ManualClock() });
    tap.onMessage(message(optionsText()));
    await tap.close();
    tap.onMessage(message(optionsText()));
    expect(tap.dropped).toBe(0);
  });
});
