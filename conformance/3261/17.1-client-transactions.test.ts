import { cancelRequest } from "@siplet/core";
import { inviteText, optionsText, RecordedExchange, responseText, type ScriptedUserAgent } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { TransactionLab } from "./transaction-lab.js";

let lab: TransactionLab;
let peer: ScriptedUserAgent;

beforeEach(async () => {
  lab = await TransactionLab.open();
  peer = lab.udp;
});

describe("RFC 3261 §17.1.1 INVITE client transaction", () => {
  it("8: unanswered over UDP, sends 7 copies at 0, .5, 1.5, 3.5, 7.5, 15.5, 31.5 s; timeout at 32 s", () => {
    const { exchange } = lab.element.send(inviteText(), lab.there);
    lab.clock.advance(31_999);
    expect(peer.times("INVITE")).toEqual([0, 500, 1500, 3500, 7500, 15_500, 31_500]);
    expect(exchange.log).toEqual([]);
    lab.clock.advance(1);
    expect(exchange.log).toEqual(["timeout", "gone"]);
  });

  it("10: stops repeating on 180", () => {
    peer.on("INVITE", (invite) => invite.copy === 2 && invite.reply(180));
    const { exchange } = lab.element.send(inviteText(), lab.there);
    lab.clock.advance(180_000);
    expect([peer.times("INVITE"), exchange.log]).toEqual([[0, 500], ["180"]]);
  });

  it("13: answers a repeated 486 by ACK again and tells the user once", () => {
    lab.network.drop("ACK", { nth: [1, 2] });
    peer.on("INVITE", (invite) => {
      for (const wait of [0, 500, 1500]) invite.after(wait, () => invite.reply(486));
    });
    const { exchange } = lab.element.send(inviteText(), lab.there);
    lab.clock.advance(2000);
    expect([lab.sentAt("ACK"), peer.times("ACK"), exchange.log]).toEqual([[0, 500, 1500], [1500], ["486"]]);
  });

  it("14: a 200 to CANCEL does not touch the INVITE", () => {
    peer.answer("INVITE", 180).answer("CANCEL", 200);
    const { exchange, transaction } = lab.element.send(inviteText(), lab.there);
    lab.settle();
    const cancel = new RecordedExchange();
    lab.element.transactions.sendCancel(cancelRequest(transaction.request), transaction, cancel);
    lab.settle();
    expect([cancel.log, exchange.log, transaction.state]).toEqual([["200"], ["180"], "proceeding"]);
  });

  it("15: a second 200 with another tag within 32 s reaches the user; after timer M it is dropped", () => {
    const { exchange } = lab.element.send(inviteText(), lab.there);
    lab.settle();
    const invite = peer.received[0];
    for (const [at, toTag] of [
      [0, "one"],
      [31_999, "two"],
      [32_000, "three"],
    ] as const) {
      invite?.after(at, () => void invite.reply(200, { toTag }));
    }
    lab.clock.advance(31_999);
    lab.settle();
    expect(exchange.responses.map(({ toTag }) => toTag)).toEqual(["one", "two"]);
    lab.clock.advance(1);
    expect([exchange.log, lab.element.strays.length]).toEqual([["200", "200", "gone"], 1]);
  });

  it("16: drops a response with a foreign sent-by, and one with no transaction", () => {
    const { exchange } = lab.element.send(inviteText(), lab.there);
    lab.settle();
    peer.send(responseText(peer.last("INVITE"), 200).replace("192.0.2.10:5060", "192.0.2.11:5060"));
    peer.send(responseText(peer.last("INVITE"), 200).replace(/branch=[^\r]*/, "branch=z9hG4bK-unknown"));
    lab.settle();
    expect([exchange.log, lab.element.strays.length]).toEqual([[], 1]);
  });

  it("18: over TCP repeats nothing, gives up at 32 s, and ends at once after a failure (D = 0)", () => {
    const { exchange } = lab.element.send(inviteText(), lab.there, { protocol: "tcp" });
    lab.clock.advance(32_000);
    expect([lab.tcp.times("INVITE"), exchange.log]).toEqual([[0], ["timeout", "gone"]]);
    lab.tcp.answer("INVITE", 486);
    const second = lab.element.send(inviteText(), lab.there, { protocol: "tcp" });
    lab.settle();
    expect([second.exchange.log, lab.tcp.messages("ACK").length]).toEqual([["486", "gone"], 1]);
  });

  it("ACKs a failure by the way of the INVITE, with its single Via and Route (trap: ACK without Route)", () => {
    peer.answer("INVITE", 486);
    const route = ["<sip:p1.example.com;lr>", "<sip:p2.example.com;lr>"];
    lab.element.send(inviteText({ route }), lab.there);
    lab.settle();
    const [invite, ack] = [peer.last("INVITE"), peer.last("ACK")];
    expect(ack.headers("Via")).toEqual(invite.headers("Via"));
    expect([ack.headers("Route"), ack.requestUri]).toEqual([route, invite.requestUri]);
    expect(ack.toTag).toBe("bob-tag");
  });
});

describe("RFC 3261 §17.1.2 non-INVITE client transaction", () => {
  it("9: unanswered over UDP, sends 11 copies, every 4 s in the end; timeout at 32 s", () => {
    const { exchange } = lab.element.send(optionsText(), lab.there);
    lab.clock.advance(32_000);
    const expected = [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
    expect(peer.times("OPTIONS")).toEqual(expected);
    expect(exchange.log).toEqual(["timeout", "gone"]);
  });

  it("10: a 100 slows the repeats to every 4 s, the timeout stays at 32 s", () => {
    peer.on("OPTIONS", (options) => options.copy === 1 && options.reply(100));
    const { exchange } = lab.element.send(optionsText(), lab.there);
    lab.clock.advance(32_000);
    expect(peer.times("OPTIONS")).toEqual([0, 500, 4500, 8500, 12_500, 16_500, 20_500, 24_500, 28_500]);
    expect(exchange.log).toEqual(["100", "timeout", "gone"]);
  });

  it("absorbs repeated finals for T4, then they match nothing", () => {
    peer.on("OPTIONS", (options) => {
      for (const wait of [0, 4999, 5001]) options.after(wait, () => options.reply(200));
    });
    const { exchange } = lab.element.send(optionsText(), lab.there);
    lab.clock.advance(6000);
    expect([exchange.log, lab.element.strays.length]).toEqual([["200", "gone"], 1]);
  });

  it("18: over TCP repeats nothing and ends at once (K = 0)", () => {
    lab.tcp.on("OPTIONS", (options) => options.after(10_000, () => options.reply(200)));
    const { exchange } = lab.element.send(optionsText(), lab.there, { protocol: "tcp" });
    lab.clock.advance(10_000);
    lab.settle();
    expect([lab.tcp.times("OPTIONS"), exchange.log]).toEqual([[0], ["200", "gone"]]);
  });
});
