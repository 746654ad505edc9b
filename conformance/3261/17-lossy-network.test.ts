import {
  ackText,
  answer,
  createSeededRandom,
  inviteText,
  ManualClock,
  MemoryNetwork,
  optionsText,
  type RecordedExchange,
  RecordingElement,
  ScriptedUserAgent,
  type LinkConditions,
} from "@siplet/testkit";
import { describe, expect, it } from "vitest";

const caller = { address: "192.0.2.10", port: 5060 };
const callee = { address: "192.0.2.20", port: 5060 };
const rude: Partial<LinkConditions> = {
  delay: 30,
  jitter: 200,
  loss: 0.25,
  duplication: 0.15,
  reordering: 0.15,
  reorderDelay: 700,
};

interface Run {
  readonly clock: ManualClock;
  readonly network: MemoryNetwork;
  readonly client: RecordingElement;
  readonly server: RecordingElement;
}

async function open(seed: number): Promise<Run> {
  const clock = new ManualClock();
  const network = new MemoryNetwork({ clock, random: createSeededRandom(seed), conditions: rude });
  const client = await RecordingElement.open(network, {
    clock,
    listen: [{ protocol: "udp", ...caller }],
    name: "client",
  });
  const server = await RecordingElement.open(network, {
    clock,
    listen: [{ protocol: "udp", ...callee }],
    name: "server",
  });
  return { clock, network, client, server };
}

function send(client: RecordingElement, index: number): RecordedExchange {
  const text = index % 2 === 0 ? inviteText : optionsText;
  return client.send(text({ callId: `call-${index}`, fromTag: `tag-${index}` }), callee).exchange;
}

/** The final responses, timeouts and errors that an exchange told. */
function outcomes({ log }: RecordedExchange): string[] {
  return log.filter((line) => line !== "gone" && Number(line) !== 100 && Number(line) !== 180);
}

describe("RFC 3261 §17 over a network that loses, doubles and reorders", () => {
  it.each([1, 2, 3, 4, 5])("ends every exchange by one outcome, and forgets everything (seed %i)", async (seed) => {
    const { clock, network, client, server } = await open(seed);
    server.onEach = (transaction) => {
      if (transaction.method === "INVITE") answer(transaction, 180);
      clock.setTimeout(() => void answer(transaction, transaction.method === "INVITE" ? 486 : 200), 300, undefined);
    };
    const exchanges = Array.from({ length: 60 }, (_, index) => send(client, index));
    clock.advance(70_000);

    const ladder = network.trace.toString();
    for (const exchange of exchanges) expect(outcomes(exchange), ladder).toHaveLength(1);
    expect(exchanges.flatMap(outcomes).filter((line) => line === "timeout").length).toBeLessThan(3);
    const seen = server.requests.map(({ key }) => key);
    expect(new Set(seen).size).toBe(seen.length);
    expect([client.transactions.count, server.transactions.count]).toEqual([
      { client: 0, server: 0 },
      { client: 0, server: 0 },
    ]);
    expect(clock.pendingCount).toBe(0);
  });

  it.each([6, 7, 8])(
    "confirms every failed INVITE against a peer that knows no transactions (seed %i)",
    async (seed) => {
      const { clock, network, client } = await open(seed);
      const peer = ScriptedUserAgent.inMemory(network, { protocol: "udp", address: "192.0.2.30", port: 5060, clock });
      peer.on("INVITE", (invite) => void invite.reply(404));
      const exchanges = Array.from(
        { length: 40 },
        (_, index) => client.send(inviteText({ callId: `call-${index}` }), peer.local).exchange,
      );
      clock.advance(70_000);
      for (const exchange of exchanges) expect(outcomes(exchange)).toEqual(["404"]);
      for (const ack of peer.messages("ACK")) expect([ack.sequenceNumber, ack.toTag]).toEqual([1, "bob-tag"]);
      const invites = new Set(peer.messages("INVITE").map(({ branch }) => branch));
      for (const { branch } of peer.messages("ACK")) expect(invites).toContain(branch);
      expect(clock.pendingCount).toBe(0);
    },
  );

  it.each([9, 10, 11])("answers a peer that repeats by hand with the same octets (seed %i)", async (seed) => {
    const { clock, network, server } = await open(seed);
    server.onEach = (transaction) => void answer(transaction, transaction.method === "INVITE" ? 603 : 200);
    const peer = ScriptedUserAgent.inMemory(network, {
      protocol: "udp",
      address: "192.0.2.30",
      port: 5060,
      clock,
      peer: callee,
      name: "peer",
    });
    peer.on("603", (refusal) => void peer.send(ackText(peer.sent[0] ?? "", refusal.message)));
    const requests = ["INVITE", "OPTIONS", "MESSAGE"].map((method) => peer.request({ method }));
    for (const wait of [0, 500, 1000, 2000, 4000, 4000, 4000]) {
      clock.advance(wait);
      const isRefused = peer.messages("603").length > 0;
      for (const text of requests) if (!isRefused || !text.startsWith("INVITE")) peer.send(text);
    }
    clock.advance(40_000);
    expect(server.requests).toHaveLength(3);
    for (const status of ["603", "200 OPTIONS", "200 MESSAGE"]) {
      expect(new Set(peer.messages(status).map(({ text }) => text)).size).toBe(1);
    }
    expect(server.transactions.count.server).toBe(0);
    expect(clock.pendingCount).toBe(0);
  });

  it("comes through a partition that heals before the timeout", async () => {
    const { clock, network, client, server } = await open(12);
    network.setConditions({ loss: 0 });
    server.onEach = (transaction) => void answer(transaction, 486);
    network.partition([caller.address], [callee.address]);
    const exchange = send(client, 0);
    clock.advance(20_000);
    network.heal();
    clock.advance(20_000);
    expect(outcomes(exchange)).toEqual(["486"]);
  });
});
