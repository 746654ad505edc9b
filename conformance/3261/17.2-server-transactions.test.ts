import { ackText, answer, inviteText, optionsText, type ScriptedUserAgent } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { TransactionLab } from "./transaction-lab.js";

const sentBy = "192.0.2.2:5060";
const invite = inviteText({ sentBy });
let lab: TransactionLab;
let peer: ScriptedUserAgent;

beforeEach(async () => {
  lab = await TransactionLab.open();
  peer = lab.udp;
});

/** Sends by the peer and lets it arrive. */
function receive(...texts: readonly string[]): void {
  for (const text of texts) peer.send(text);
  lab.settle();
}

describe("RFC 3261 §17.2.1 INVITE server transaction", () => {
  it("sends 100 after 200 ms when the user is silent, with no To tag (28)", () => {
    receive(invite);
    lab.clock.advance(200);
    expect([peer.times("100"), peer.last("100").toTag]).toEqual([[200], undefined]);
  });

  it("11: answers a repeat after 486 by 486, after the ACK by nothing", () => {
    lab.element.onEach = (transaction) => answer(transaction, 486);
    receive(invite, invite);
    expect(peer.messages("486")).toHaveLength(2);
    receive(ackText(invite, peer.last("486")));
    receive(invite);
    lab.clock.advance(32_000);
    expect(peer.messages("486")).toHaveLength(2);
    expect(lab.element.requests).toHaveLength(1);
  });

  it("11: answers a repeat after 200 by nothing: the user repeats the 200", () => {
    lab.element.onEach = (transaction) => {
      const sent = answer(transaction, 200);
      lab.clock.setTimeout(() => transaction.respond(sent), 500, undefined);
    };
    receive(invite, invite);
    expect(peer.times("200")).toEqual([0]);
    lab.clock.advance(1000);
    expect(peer.times("200")).toEqual([0, 500]);
  });

  it("12: repeats an unacknowledged 486 at .5, 1, 2, 4, 4 … s until 32 s, then tells the user", () => {
    const told: string[] = [];
    lab.element.onEach = (transaction) => {
      transaction.user = { onTimeout: () => void told.push("no ACK") };
      answer(transaction, 486);
    };
    receive(invite);
    lab.clock.advance(31_999);
    expect(peer.times("486")).toEqual([0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
    expect(told).toEqual([]);
    lab.clock.advance(1);
    expect([told, lab.element.transactions.count.server]).toEqual([["no ACK"], 0]);
  });

  it("17: takes the same branch with another sent-by port for another transaction", () => {
    receive(invite, inviteText({ sentBy: "192.0.2.2:5062" }));
    expect(lab.element.requests).toHaveLength(2);
  });

  it("18: over TCP repeats no 486, waits for the ACK by H, ends at once with it (I = 0)", () => {
    lab.element.onEach = (transaction) => answer(transaction, 486);
    const overTcp = inviteText({ sentBy, transport: "TCP" });
    lab.tcp.send(overTcp);
    lab.clock.advance(31_000);
    expect([lab.tcp.times("486"), lab.element.lastRequest.state]).toEqual([[0], "completed"]);
    lab.tcp.send(ackText(overTcp, lab.tcp.last("486")));
    lab.settle();
    expect(lab.element.transactions.count.server).toBe(0);
  });

  it("answers to received and rport by the socket the request came to (trap: another port)", () => {
    lab.element.onEach = (transaction) => answer(transaction, 486);
    receive(inviteText({ via: "SIP/2.0/UDP client.example.com;rport;branch=z9hG4bK-nat" }));
    expect(peer.last("486").topVia).toMatch(/received=192\.0\.2\.2.*rport=5060|rport=5060.*received=192\.0\.2\.2/);
  });
});

describe("RFC 3261 §17.2.2 non-INVITE server transaction", () => {
  it("answers repeats by the final response for 32 s over UDP", () => {
    const options = optionsText({ sentBy });
    lab.element.onEach = (transaction) => answer(transaction, 200);
    receive(options);
    lab.clock.advance(31_999);
    receive(options);
    expect(peer.times("200")).toEqual([0, 31_999]);
    lab.clock.advance(1);
    expect(lab.element.transactions.count.server).toBe(0);
  });

  it("18: ends at once over TCP (J = 0)", () => {
    lab.element.onEach = (transaction) => answer(transaction, 200);
    lab.tcp.send(optionsText({ sentBy, transport: "TCP" }));
    lab.settle();
    expect([lab.tcp.messages("200").length, lab.element.transactions.count.server]).toEqual([1, 0]);
  });

  it("28, 29: gives all answers of one request the same To tag and the Via list of the request", () => {
    const via = [
      `SIP/2.0/UDP ${sentBy};branch=z9hG4bK-v`,
      "SIP/2.0/TCP a.example.com;branch=z9hG4bK-a;x=y, SIP/2.0/UDP b",
    ];
    receive(inviteText({ via }));
    answer(lab.element.lastRequest, 180);
    answer(lab.element.lastRequest, 486);
    lab.settle();
    const [ringing, busy] = [peer.last("180"), peer.last("486")];
    expect(ringing.toTag).toBe(busy.toTag);
    expect(busy.values("Via").slice(1)).toEqual(["SIP/2.0/TCP a.example.com;branch=z9hG4bK-a;x=y", "SIP/2.0/UDP b"]);
    expect(busy.values("Via")).toEqual(ringing.values("Via"));
  });
});
