import { ackText, answer, inviteText, responseText, type ScriptedUserAgent } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { TransactionLab } from "../3261/transaction-lab.js";

const invite = inviteText({ sentBy: "192.0.2.2:5060" });
let lab: TransactionLab;
let peer: ScriptedUserAgent;

beforeEach(async () => {
  lab = await TransactionLab.open();
  peer = lab.udp;
});

function receive(...texts: readonly string[]): void {
  for (const text of texts) peer.send(text);
  lab.settle();
}

describe("RFC 6026 §7.1 the INVITE server transaction lives on after a 2xx", () => {
  beforeEach(() => {
    lab.element.onEach = (transaction) => void answer(transaction, 200);
  });

  it("absorbs repeats of the INVITE for 64·T1: nothing rings twice (trap)", () => {
    receive(invite);
    for (const wait of [500, 1000, 2000, 28_499]) {
      lab.clock.advance(wait);
      receive(invite);
    }
    expect([lab.element.requests.length, peer.times("200")]).toEqual([1, [0]]);
    lab.clock.advance(1);
    expect(lab.element.transactions.count.server).toBe(0);
  });

  it("hands ACKs of its branch to the user, each of them", () => {
    receive(invite);
    const ack = ackText(invite, peer.last("200"));
    receive(ack, ack);
    expect(lab.element.acks.map(({ transaction }) => transaction?.state)).toEqual(["accepted", "accepted"]);
  });

  it("keeps nothing of the request, only what it needs to know it again", () => {
    receive(invite);
    expect(() => lab.element.lastRequest.request).toThrow(/no longer kept/);
    receive(invite);
    expect(lab.element.requests).toHaveLength(1);
  });

  it("stays when the 2xx cannot be sent, and the user may try again (§8.8)", () => {
    const told: string[] = [];
    lab.element.onEach = (transaction) => {
      transaction.user = { onTransportError: ({ code }) => void told.push(code) };
      const ok = answer(transaction, 200);
      lab.clock.setTimeout(() => transaction.respond(ok), 500, undefined);
    };
    lab.network.fail("200", { nth: 1 });
    receive(invite);
    expect([told, lab.element.lastRequest.state]).toEqual([["transport.failed"], "accepted"]);
    lab.clock.advance(500);
    lab.settle();
    expect(peer.times("200")).toEqual([500]);
  });
});

describe("RFC 6026 §7.2 the INVITE client transaction lives on after a 2xx", () => {
  it("passes every 2xx up, repeats and forks alike, and nothing else", () => {
    const { exchange } = lab.element.send(inviteText(), lab.there);
    lab.settle();
    const [incoming] = peer.received;
    incoming?.reply(200, { toTag: "one" });
    incoming?.reply(180, { toTag: "two" });
    incoming?.reply(486, { toTag: "two" });
    incoming?.reply(200, { toTag: "one" });
    incoming?.reply(200, { toTag: "two" });
    lab.settle();
    expect(exchange.responses.map(({ statusCode, toTag }) => `${statusCode} ${toTag ?? ""}`)).toEqual([
      "200 one",
      "200 one",
      "200 two",
    ]);
    expect(peer.messages("ACK")).toEqual([]);
  });

  it("runs timer M over reliable transports too", () => {
    lab.tcp.answer("INVITE", 200);
    const { exchange } = lab.element.send(inviteText(), lab.there, { protocol: "tcp" });
    lab.clock.advance(31_999);
    expect(exchange.log).toEqual(["200"]);
    lab.clock.advance(1);
    expect(exchange.log).toEqual(["200", "gone"]);
  });
});

describe("RFC 6026 §8.9 strays", () => {
  it("never make a transaction and are never answered", () => {
    const text = responseText(inviteText({ sentBy: "192.0.2.10:5060" }), 200);
    receive(text, text);
    lab.clock.advance(1000);
    expect([lab.element.strays.length, peer.received, lab.element.transactions.count.client]).toEqual([2, [], 0]);
  });
});
