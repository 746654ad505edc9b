import { createResponse } from "@siplet/core";
import { answer, optionsText, RecordingElement, requestText, type ScriptedUserAgent } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { TransactionLab } from "../3261/transaction-lab.js";

const sentBy = "192.0.2.2:5060";
let lab: TransactionLab;

beforeEach(async () => {
  lab = await TransactionLab.open();
});

describe("RFC 4320 §4.1 provisional responses to requests other than INVITE", () => {
  const peers = { udp: () => lab.udp, tcp: () => lab.tcp } as const;

  function receive(protocol: keyof typeof peers): ScriptedUserAgent {
    const peer = peers[protocol]();
    peer.send(optionsText({ sentBy, transport: protocol.toUpperCase(), branch: `z9hG4bK-${protocol}` }));
    lab.settle();
    return peer;
  }

  it.each(["udp", "tcp"] as const)("sends 100 over %s when nothing was answered for 3.5 s, no earlier", (protocol) => {
    const peer = receive(protocol);
    lab.clock.advance(3499);
    expect(peer.received).toEqual([]);
    lab.clock.advance(1);
    lab.settle();
    expect(peer.times("100")).toEqual([3500]);
  });

  it("sends none when the answer came in time", () => {
    lab.element.onEach = (transaction) => {
      lab.clock.setTimeout(() => void answer(transaction, 200), 3000, undefined);
    };
    const peer = receive("udp");
    lab.clock.advance(40_000);
    expect(peer.messages().map(({ summary }) => summary)).toEqual(["200 OPTIONS"]);
  });

  it("lets nobody send it early over UDP, but over TCP", () => {
    lab.element.onEach = (transaction) => transaction.respond(createResponse(transaction.request, 100).build());
    const [udp, tcp] = [receive("udp"), receive("tcp")];
    expect([udp.messages("100").length, tcp.messages("100").length]).toEqual([0, 1]);
    lab.clock.advance(3500);
    lab.settle();
    expect(udp.times("100")).toEqual([3500]);
  });

  it("lets nobody send another", () => {
    receive("udp");
    expect(() => answer(lab.element.lastRequest, 183)).toThrow(/transaction does not allow this/);
  });

  it("answers repeats by the 100 once it was sent, and the client slows down", () => {
    const peer = receive("udp");
    lab.clock.advance(7500);
    peer.send(optionsText({ sentBy, branch: "z9hG4bK-udp" }));
    lab.settle();
    expect(peer.times("100")).toEqual([3500, 7500]);
  });

  it("scales with T1 and T2", async () => {
    const { clock, network } = lab;
    const slow = await RecordingElement.open(network, {
      clock,
      timers: { t1: 1000, t2: 4000 },
      listen: [{ protocol: "udp", address: "192.0.2.12", port: 5060 }],
    });
    lab.udp.send(optionsText({ sentBy }), { address: "192.0.2.12", port: 5060 });
    clock.advance(2999);
    expect([lab.udp.received, slow.requests.length]).toEqual([[], 1]);
    clock.advance(1);
    lab.settle();
    expect(lab.udp.times("100")).toEqual([3000]);
  });
});

describe("RFC 4320 §4.2 no 408", () => {
  it.each(["udp", "tcp"] as const)("is sent to a request other than INVITE over %s", (protocol) => {
    const peer = protocol === "udp" ? lab.udp : lab.tcp;
    peer.send(requestText({ method: "MESSAGE", sentBy, transport: protocol.toUpperCase() }));
    lab.settle();
    answer(lab.element.lastRequest, 408);
    lab.clock.advance(40_000);
    expect(peer.received).toEqual([]);
    expect(lab.element.transactions.count.server).toBe(0);
  });

  it("and what the client repeats until it gives up is no new request", () => {
    const message = requestText({ method: "MESSAGE", sentBy });
    lab.udp.send(message);
    lab.settle();
    lab.clock.advance(30_000);
    answer(lab.element.lastRequest, 408);
    lab.udp.send(message);
    lab.settle();
    expect([lab.element.requests.length, lab.udp.messages().map(({ summary }) => summary)]).toEqual([
      1,
      ["100 MESSAGE"],
    ]);
  });

  it("holds for other methods only: an INVITE may be answered by 408", () => {
    lab.udp.send(requestText({ method: "INVITE", sentBy }));
    lab.settle();
    answer(lab.element.lastRequest, 408);
    lab.settle();
    expect(lab.udp.messages("408")).toHaveLength(1);
  });
});

describe("RFC 4320 §4.2 strays", () => {
  it("a client absorbs a final response that comes after its timeout", () => {
    const { exchange } = lab.element.send(optionsText(), lab.there);
    lab.clock.advance(32_000);
    lab.udp.received[0]?.reply(200);
    lab.settle();
    expect([exchange.log, lab.element.strays.length]).toEqual([["timeout", "gone"], 1]);
  });
});
