import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { crc32 } from "node:zlib";
import { TransportLayer, udpTransport, type PingOutcome, type SipRequest, type Transport } from "@siplet/core";
import { ManualClock, optionsText } from "@siplet/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const clock = new ManualClock();
let layer: TransportLayer;
let transport: Transport;
let requests: SipRequest[];
let peer: Socket;

beforeEach(async () => {
  requests = [];
  layer = new TransportLayer({ clock });
  layer.attach({ onRequest: (request) => requests.push(request), onResponse: () => {}, onConnectionClosed: () => {} });
  transport = await layer.add(udpTransport({ address: "127.0.0.1", port: 0 }));
  peer = createSocket("udp4").bind(0, "127.0.0.1");
  await once(peer, "listening");
});

afterEach(async () => {
  peer.close();
  await layer.close();
});

const transactionId = Buffer.from("0102030405060708090a0b0c", "hex");

/** A message by hand: type, attributes, no more. */
function stun(type: number, attributes: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(attributes.length, 2);
  header.writeUInt32BE(0x2112a442, 4);
  return Buffer.concat([header, transactionId, attributes]);
}

async function exchange(message: Buffer): Promise<Buffer> {
  const answered = once(peer, "message");
  peer.send(message, transport.local.port, "127.0.0.1");
  return ((await answered) as [Buffer])[0];
}

/** Sends something that gets no answer, then something that does: what comes back tells whether there was one. */
async function isAnswered(message: Buffer): Promise<boolean> {
  peer.send(message, transport.local.port, "127.0.0.1");
  return !(await exchange(Buffer.from("\r\n\r\n"))).equals(Buffer.from("\r\n"));
}

describe("RFC 5626 §8 STUN on the SIP port", () => {
  it("tells a client where its request came from, under a fingerprint (RFC 5389 §15.2, §15.5)", async () => {
    const answer = await exchange(stun(0x0001));
    expect(answer.readUInt16BE(0)).toBe(0x0101);
    expect(answer.readUInt16BE(2)).toBe(answer.length - 20);
    expect(answer.subarray(8, 20)).toEqual(transactionId);
    expect([answer.readUInt16BE(20), answer.readUInt16BE(22), answer[25]]).toEqual([0x0020, 8, 1]);
    expect(answer.readUInt16BE(26) ^ 0x2112).toBe(peer.address().port);
    expect((answer.readUInt32BE(28) ^ 0x2112a442) >>> 0).toBe(0x7f000001);
    expect(answer.readUInt16BE(32)).toBe(0x8028);
    expect(answer.readUInt32BE(36)).toBe((crc32(answer.subarray(0, 32)) ^ 0x5354554e) >>> 0);
  });

  it("answers 420 to attributes that must be understood and are not, and names them", async () => {
    const unknown = Buffer.from("0024000400000001002500000003000400000000", "hex");
    const answer = await exchange(stun(0x0001, unknown));
    expect(answer.readUInt16BE(0)).toBe(0x0111);
    expect(answer.includes(Buffer.from([0x00, 0x00, 0x04, 0x14]))).toBe(true);
    expect(answer.includes(Buffer.from("000a0006002400250003", "hex"))).toBe(true);
  });

  it("passes over attributes that need not be understood", async () => {
    expect((await exchange(stun(0x0001, Buffer.from("80220003616263ff", "hex")))).readUInt16BE(0)).toBe(0x0101);
  });

  it.each([
    ["an answer that nobody asked for", stun(0x0101)],
    ["an indication", stun(0x0011)],
    ["a length that is not true", Buffer.concat([stun(0x0001), Buffer.alloc(4)])],
    ["an attribute that ends outside", stun(0x0001, Buffer.from("8022ffff", "hex"))],
    ["a fingerprint that is wrong", stun(0x0001, Buffer.from("8028000400000000", "hex"))],
    ["a message without the magic cookie", Buffer.alloc(20, 0)],
    ["a stub", stun(0x0001).subarray(0, 12)],
    ["zeros", Buffer.alloc(4)],
  ])("gives no answer to %s", async (_what, message) => {
    expect(await isAnswered(message)).toBe(false);
    expect(requests).toEqual([]);
  });

  it("keeps SIP, STUN and line ends apart on one port", async () => {
    await exchange(stun(0x0001));
    expect((await exchange(Buffer.from("\r\n\r\n"))).toString()).toBe("\r\n");
    peer.send(optionsText(), transport.local.port, "127.0.0.1");
    peer.send(`\r\n\r\n${optionsText()}`, transport.local.port, "127.0.0.1");
    await exchange(stun(0x0001));
    expect(requests).toHaveLength(2);
  });
});

describe("RFC 5626 §4.4.2 keep-alive by STUN", () => {
  /** Pings the peer and gathers what came of it. */
  function ping(): PingOutcome[] {
    const outcomes: PingOutcome[] = [];
    layer.connect("udp", peer.address()).ping?.((outcome) => outcomes.push(outcome));
    return outcomes;
  }

  async function turns(holds: () => boolean): Promise<void> {
    for (let count = 0; count < 2000 && !holds(); count++) await new Promise((resolve) => setImmediate(resolve));
  }

  it("learns from the answer where the peer sees us", async () => {
    const other = await layer.add(udpTransport({ address: "127.0.0.1", port: 0 }));
    const outcomes: PingOutcome[] = [];
    transport.connect(other.local).ping?.((outcome) => outcomes.push(outcome));
    await turns(() => outcomes.length > 0);
    expect(outcomes).toEqual([{ kind: "answered", mapped: { ...transport.local } }]);
  });

  it("asks seven times at growing intervals before it gives up (RFC 5389 §7.2.1)", async () => {
    const heard: Buffer[] = [];
    peer.on("message", (message) => heard.push(message));
    const outcomes = ping();
    await turns(() => heard.length === 1);
    for (const wait of [500, 1000, 2000, 4000, 8000, 16_000]) {
      clock.advance(wait - 1);
      const before = heard.length;
      clock.advance(1);
      await turns(() => heard.length === before + 1);
      expect(heard).toHaveLength(before + 1);
    }
    expect(heard.every((message) => message.equals(heard[0] ?? Buffer.alloc(0)))).toBe(true);
    clock.advance(7999);
    expect(outcomes).toEqual([]);
    clock.advance(1);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["failed"]);
  });

  it("believes no answer from elsewhere and none to another question", async () => {
    const outcomes = ping();
    const [question] = (await once(peer, "message")) as [Buffer];
    const answer = Buffer.from(question);
    answer.writeUInt16BE(0x0101, 0);
    const stranger = createSocket("udp4").bind(0, "127.0.0.1");
    await once(stranger, "listening");
    // the fingerprint of the question does not fit the answer: an old server sends none
    const bare = answer.subarray(0, 20);
    bare.writeUInt16BE(0, 2);
    stranger.send(bare, transport.local.port, "127.0.0.1");
    const otherQuestion = Buffer.from(bare);
    otherQuestion[19] = (otherQuestion[19] ?? 0) ^ 1;
    peer.send(otherQuestion, transport.local.port, "127.0.0.1");
    await exchange(stun(0x0001));
    expect(outcomes).toEqual([]);
    peer.send(bare, transport.local.port, "127.0.0.1");
    await turns(() => outcomes.length > 0);
    expect(outcomes).toEqual([{ kind: "answered", mapped: undefined }]);
    stranger.close();
  });

  it("tells a failure when the listener closes meanwhile", async () => {
    const outcomes = ping();
    await layer.remove(transport);
    expect(outcomes.map((outcome) => outcome.kind === "failed" && outcome.error.code)).toEqual(["transport.closed"]);
  });
});
