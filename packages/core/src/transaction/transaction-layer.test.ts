import {
  ackText,
  answer,
  cancelText,
  inviteText,
  ManualClock,
  MemoryNetwork,
  optionsText,
  RecordedExchange,
  RecordingElement,
  requestText,
  responseText,
  ScriptedUserAgent,
} from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { RequestBuilder } from "../message/request-builder.js";
import { cancelRequest } from "./failure-ack.js";

const here = { address: "192.0.2.10", port: 5060 };
const there = { address: "192.0.2.2", port: 5060 };

let clock: ManualClock;
let network: MemoryNetwork;
let element: RecordingElement;
let peer: ScriptedUserAgent;
let errors: string[];

beforeEach(async () => {
  clock = new ManualClock();
  network = new MemoryNetwork({ clock });
  errors = [];
  const quiet = (): void => {};
  const error = (fields: Readonly<Record<string, unknown>>): void => void errors.push(String(fields["error"]));
  element = await RecordingElement.open(network, {
    clock,
    name: "element",
    log: { debug: quiet, info: quiet, warn: quiet, error },
    listen: [
      { protocol: "udp", ...here },
      { protocol: "tcp", ...here },
      { protocol: "ws", address: here.address, port: 80 },
    ],
  });
  peer = ScriptedUserAgent.inMemory(network, { protocol: "udp", ...there, name: "peer", clock, peer: here });
});

/** Sends by the peer and lets it arrive. */
function receive(...texts: readonly string[]): void {
  for (const text of texts) peer.send(text);
  clock.advance(0);
}

/** A request by a peer of RFC 2543. */
const legacy = { via: "SIP/2.0/UDP 192.0.2.2:5060", fromTag: "old" } as const;

describe("RFC 3261 §17.2.3 matching requests to server transactions", () => {
  const sentBy = "192.0.2.2:5060";

  it("takes the same branch, sent-by and method for a repeat", () => {
    receive(inviteText({ sentBy }), inviteText({ sentBy, callId: "other", uri: "sip:other@example.com" }));
    expect(element.requests).toHaveLength(1);
    expect(peer.messages("100")).toHaveLength(1);
  });

  it.each([
    ["branch", { branch: "z9hG4bK-other" }],
    ["sent-by port (checklist 17)", { sentBy: "192.0.2.2:5062" }],
    ["sent-by host", { sentBy: "peer.example.com:5060" }],
  ])("takes another %s for another transaction", (_name, change) => {
    receive(inviteText({ sentBy }), inviteText({ sentBy, ...change }));
    expect(element.requests).toHaveLength(2);
  });

  it("takes another method for another transaction", () => {
    receive(requestText({ method: "MESSAGE", sentBy }), requestText({ method: "INFO", sentBy }));
    expect(element.requests.map(({ method }) => method)).toEqual(["MESSAGE", "INFO"]);
  });

  it("fills in the default port and compares the host without case", () => {
    receive(optionsText({ sentBy: "Peer.example.com:5060" }), optionsText({ sentBy: "peer.example.com" }));
    expect(element.requests).toHaveLength(1);
  });

  it("fills in 5061 for TLS", () => {
    receive(
      optionsText({ sentBy: "peer.example.com:5061", transport: "TLS" }),
      optionsText({ sentBy: "peer.example.com", transport: "TLS" }),
      optionsText({ sentBy: "peer.example.com", transport: "UDP" }),
    );
    expect(element.requests).toHaveLength(2);
  });

  it("gives an ACK of the branch to the INVITE, and not to the user after a failure", () => {
    const invite = inviteText({ sentBy });
    element.onEach = (transaction) => answer(transaction, 486);
    receive(invite);
    receive(ackText(invite, peer.last("486").text));
    expect([element.lastRequest.state, element.acks]).toEqual(["confirmed", []]);
  });

  it("hands an ACK of the branch up when the INVITE was accepted (RFC 6026 §7.1)", () => {
    const invite = inviteText({ sentBy });
    element.onEach = (transaction) => answer(transaction, 200);
    receive(invite);
    receive(ackText(invite, peer.last("200").text));
    expect(element.acks.map(({ transaction }) => transaction)).toEqual([element.lastRequest]);
  });

  it("hands an ACK with a branch of its own up without transaction, never answers it", () => {
    receive(ackText(inviteText({ sentBy }), responseText(inviteText(), 200), { branch: "z9hG4bK-ack" }));
    clock.advance(40_000);
    expect(element.acks.map(({ transaction }) => transaction)).toEqual([undefined]);
    expect([peer.received, element.transactions.count]).toEqual([[], { client: 0, server: 0 }]);
  });

  describe("of CANCEL", () => {
    it("finds the INVITE and is a transaction of its own", () => {
      const invite = inviteText({ sentBy });
      receive(invite, cancelText(invite), cancelText(invite));
      expect(element.cancels).toHaveLength(1);
      expect(element.cancels[0]?.cancelled).toBe(element.lastRequest);
      expect(element.transactions.count.server).toBe(2);
    });

    it.each(["OPTIONS", "MESSAGE", "SUBSCRIBE"])("finds a %s, too", (method) => {
      const request = requestText({ method, sentBy });
      receive(request, cancelText(request));
      expect(element.cancels[0]?.cancelled).toBe(element.lastRequest);
    });

    it.each([
      ["branch", { branch: "z9hG4bK-other" }],
      ["sent-by port", { sentBy: "192.0.2.2:5062" }],
    ])("finds nothing by another %s, whatever the Call-ID says", (_name, change) => {
      receive(inviteText({ sentBy }), cancelText(inviteText({ sentBy, ...change })));
      expect(element.cancels.map(({ cancelled }) => cancelled)).toEqual([undefined]);
    });

    it("does not find itself", () => {
      receive(cancelText(inviteText({ sentBy })), cancelText(inviteText({ sentBy })));
      expect(element.cancels.map(({ cancelled }) => cancelled)).toEqual([undefined]);
    });

    it("still finds an INVITE that was answered", () => {
      element.onEach = (transaction) => answer(transaction, 200);
      const invite = inviteText({ sentBy });
      receive(invite, cancelText(invite));
      expect(element.cancels[0]?.cancelled?.lastStatusCode).toBe(200);
    });
  });

  describe("without magic cookie (RFC 2543)", () => {
    it("takes the same Request-URI, tags, Call-ID, CSeq and top Via for a repeat", () => {
      receive(inviteText(legacy), inviteText(legacy));
      expect(element.requests).toHaveLength(1);
    });

    it.each([
      ["Request-URI", { uri: "sip:other@example.com" }],
      ["From tag", { fromTag: "new" }],
      ["To tag", { toTag: "inside" }],
      ["Call-ID", { callId: "other" }],
      ["CSeq", { sequenceNumber: 2 }],
      ["top Via", { via: "SIP/2.0/UDP 192.0.2.2:5060;branch=1" }],
    ])("takes another %s for another transaction", (_name, change) => {
      receive(inviteText(legacy), inviteText({ ...legacy, ...change }));
      expect(element.requests).toHaveLength(2);
    });

    it("treats a bare cookie as none (RFC 4475 §3.2.1)", () => {
      const bare = { via: "SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK" };
      receive(optionsText(bare), optionsText({ ...bare, callId: "other" }));
      expect(element.requests).toHaveLength(2);
    });

    it("gives the ACK with our tag to its INVITE, one with another tag to the user", () => {
      const invite = inviteText(legacy);
      element.onEach = (transaction) => answer(transaction, 486);
      receive(invite);
      receive(ackText(invite, responseText(invite, 486, { toTag: "foreign" })));
      expect([element.lastRequest.state, element.acks.length]).toEqual(["completed", 1]);
      receive(ackText(invite, peer.last("486").text));
      expect([element.lastRequest.state, element.acks.length]).toEqual(["confirmed", 1]);
    });

    it("gives the ACK of a re-INVITE to its INVITE", () => {
      const invite = inviteText({ ...legacy, toTag: "element-tag" });
      element.onEach = (transaction) => answer(transaction, 488);
      receive(invite);
      receive(ackText(invite, peer.last("488").text));
      expect(element.lastRequest.state).toBe("confirmed");
    });

    it("finds the INVITE of a CANCEL", () => {
      receive(inviteText(legacy), cancelText(inviteText(legacy)));
      expect(element.cancels[0]?.cancelled).toBe(element.lastRequest);
    });
  });
});

describe("RFC 3261 §17.1.3, §18.1.2 matching responses to client transactions", () => {
  it("takes branch and method of the CSeq: the 200 to CANCEL leaves the INVITE alone (checklist 14)", () => {
    const { exchange, transaction } = element.send(inviteText(), there);
    clock.advance(0);
    peer.received[0]?.reply(180);
    clock.advance(0);
    const cancel = new RecordedExchange();
    element.transactions.sendCancel(cancelRequest(transaction.request), transaction, cancel);
    clock.advance(0);
    peer.received[1]?.reply(200);
    clock.advance(0);
    expect([exchange.log, cancel.log]).toEqual([["180"], ["200"]]);
    expect(transaction.state).toBe("proceeding");
  });

  it.each([
    ["host", "192.0.2.99:5060"],
    ["port", "192.0.2.10:5999"],
  ])("drops a response with a foreign sent-by %s (checklist 16)", (_name, sentBy) => {
    const { exchange, transaction } = element.send(optionsText(), there);
    clock.advance(0);
    const own = transaction.request.topVia.sentBy;
    receive(responseText(peer.last("OPTIONS"), 200).replace(own, sentBy));
    expect([exchange.log, element.strays, transaction.state]).toEqual([[], [], "trying"]);
  });

  it("takes a sent-by without its default port and in other letters", async () => {
    const named = await RecordingElement.open(network, {
      clock,
      listen: [{ protocol: "udp", address: "192.0.2.11", port: 5060, advertise: { host: "Edge.example.com" } }],
    });
    const { exchange } = named.send(optionsText(), there);
    clock.advance(0);
    const text = responseText(peer.last("OPTIONS"), 200);
    expect(text).toContain("Edge.example.com:5060");
    peer.send(text.replace("Edge.example.com:5060", "edge.EXAMPLE.com"), { address: "192.0.2.11", port: 5060 });
    clock.advance(0);
    expect(exchange.log).toEqual(["200"]);
  });

  it("tells a stray that is ours to the user, once the transaction is gone (checklist 16)", () => {
    const { exchange } = element.send(optionsText(), there);
    clock.advance(0);
    const text = responseText(peer.last("OPTIONS"), 200);
    receive(text);
    clock.advance(5000);
    receive(text);
    expect([exchange.log, element.strays.length]).toEqual([["200", "gone"], 1]);
  });

  it.each([
    ["a method that was not sent", (text: string) => text.replace("1 OPTIONS", "1 MESSAGE")],
    ["no branch", (text: string) => text.replace(/;branch=[^\r;]*/, "")],
    ["no CSeq", (text: string) => text.replace(/CSeq:[^\r]*\r\n/, "")],
    ["no Via", (text: string) => text.replace(/Via:[^\r]*\r\n/, "")],
    ["a broken Via", (text: string) => text.replace("SIP/2.0/UDP", "SIP/2.0/UDP/ ,;")],
    ["a broken CSeq", (text: string) => text.replace("1 OPTIONS", "one OPTIONS")],
  ])("survives a response with %s", (_name, spoil) => {
    const { exchange, transaction } = element.send(optionsText(), there);
    clock.advance(0);
    receive(spoil(responseText(peer.last("OPTIONS"), 200)));
    expect([exchange.log, transaction.state, errors]).toEqual([[], "trying", []]);
  });

  it("refuses a branch that is in use", () => {
    element.send(optionsText(), there, { branch: "z9hG4bK-same" });
    expect(() => element.send(optionsText(), there, { branch: "z9hG4bK-same" })).toThrow(/is on its way/);
    element.send(inviteText(), there, { branch: "z9hG4bK-other" });
    expect(element.transactions.count.client).toBe(2);
  });
});

describe("RFC 3261 §17, rude requests", () => {
  it.each([
    ["CSeq", /CSeq:[^\r]*\r\n/],
    ["Call-ID", /Call-ID:[^\r]*\r\n/],
    ["From", /From:[^\r]*\r\n/],
    ["To", /To:[^\r]*\r\n/],
  ])("hands a request without %s up or drops it, and never throws", (_name, field) => {
    for (const text of [
      optionsText({ branch: "z9hG4bK-2" }),
      optionsText(legacy),
      ackText(inviteText(), responseText(inviteText(), 486)),
    ]) {
      receive(text.replace(field, ""));
    }
    element.transactions.close();
    expect(errors).toEqual([]);
    expect(element.transactions.count).toEqual({ client: 0, server: 0 });
  });

  it("answers 500 when the user throws, and forgets nothing (RFC 3261 §8.2)", () => {
    element.onEach = () => {
      throw new RangeError("oops");
    };
    receive(optionsText({ sentBy: "192.0.2.2:5060" }));
    expect([peer.last("500").cseqMethod, errors]).toEqual(["OPTIONS", ["RangeError: oops"]]);
    expect(peer.last("500").toTag).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe("stream connections and their client transactions (RFC 3261 §17.1.4)", () => {
  let tcpPeer: ScriptedUserAgent;

  beforeEach(() => {
    tcpPeer = ScriptedUserAgent.inMemory(network, { protocol: "tcp", ...there, clock });
  });

  it("tells all that wait on a connection when it breaks, and forgets them", () => {
    const exchanges = [inviteText(), optionsText()].map(
      (text) => element.send(text, there, { protocol: "tcp" }).exchange,
    );
    clock.advance(0);
    network.reset(there.address);
    expect(exchanges.map(({ log }) => log)).toEqual([
      ["transport.failed", "gone"],
      ["transport.failed", "gone"],
    ]);
    expect(element.transactions.count.client).toBe(0);
  });

  it("tells them when the connection is refused", () => {
    network.refuse(there);
    const { exchange } = element.send(optionsText(), there, { protocol: "tcp" });
    clock.advance(0);
    expect(exchange.log).toEqual(["transport.refused", "gone"]);
  });

  it("leaves those alone that have their final response", () => {
    tcpPeer.answer("INVITE", 200);
    const { exchange } = element.send(inviteText(), there, { protocol: "tcp" });
    clock.advance(0);
    network.reset(there.address);
    expect(exchange.log).toEqual(["200"]);
    clock.advance(32_000);
    expect(exchange.log).toEqual(["200", "gone"]);
  });

  it("goes on waiting when the peer closes in good order: it may answer by a connection of its own", () => {
    const { exchange } = element.send(optionsText(), there, { protocol: "tcp" });
    clock.advance(0);
    const request = tcpPeer.last("OPTIONS");
    void tcpPeer.close();
    clock.advance(0);
    expect(exchange.log).toEqual([]);
    const again = ScriptedUserAgent.inMemory(network, { protocol: "tcp", address: there.address, port: 5070, clock });
    again.send(responseText(request, 200), here);
    clock.advance(0);
    expect(exchange.log).toEqual(["200", "gone"]);
  });

  it("tells them at once over WebSocket, where nobody can call back (RFC 7118 §5)", () => {
    const wsPeer = ScriptedUserAgent.inMemory(network, { protocol: "ws", address: there.address, port: 80, clock });
    const { exchange } = element.send(optionsText(), { address: there.address, port: 80 }, { protocol: "ws" });
    clock.advance(0);
    void wsPeer.close();
    clock.advance(0);
    expect(exchange.log).toEqual(["transport.closed", "gone"]);
  });
});

describe("RFC 6026 §8.8 responses that cannot be sent", () => {
  it("reach the user of the server transaction, over UDP too, and the transaction stays", () => {
    const told: string[] = [];
    element.onEach = (transaction) => {
      transaction.user = { onTransportError: (error) => void told.push(error.code) };
      answer(transaction, 486);
    };
    network.fail("486", { nth: [1, 2] });
    receive(inviteText({ sentBy: "192.0.2.2:5060" }));
    clock.advance(2000);
    expect(told).toEqual(["transport.failed", "transport.failed"]);
    expect(peer.times("486")).toEqual([1500]);
  });
});

describe("the tables of the layer", () => {
  it("are empty when all is over, and no timer is left", () => {
    peer.answer("INVITE", 100, 486).answer("OPTIONS", 200);
    element.onEach = (transaction) => answer(transaction, transaction.method === "INVITE" ? 200 : 404);
    for (const text of [inviteText(), optionsText()]) element.send(text, there);
    for (const method of ["INVITE", "OPTIONS", "MESSAGE"]) peer.sendRequest({ method });
    clock.advance(0);
    expect(element.transactions.count).toEqual({ client: 2, server: 3 });
    clock.advance(32_000);
    expect(element.transactions.count).toEqual({ client: 0, server: 0 });
    expect(clock.pendingCount).toBe(0);
  });

  it("are emptied by close, which tells nobody", () => {
    const { exchange } = element.send(inviteText(), there);
    receive(inviteText({ sentBy: "192.0.2.2:5060" }));
    element.transactions.close();
    clock.advance(0);
    expect(element.transactions.count).toEqual({ client: 0, server: 0 });
    expect(clock.pendingCount).toBe(0);
    expect(exchange.log).toEqual(["gone"]);
  });
});

describe("what the layer sends", () => {
  it("puts our Via with a fresh branch on top of what stands there", () => {
    const { transaction } = element.send(optionsText(), there);
    const { transaction: other } = element.send(optionsText(), there);
    expect(transaction.branch).toMatch(/^z9hG4bK[0-9a-f]{16}$/);
    expect(transaction.request.topVia.toString()).toBe(
      `SIP/2.0/UDP 192.0.2.10:5060;rport;branch=${transaction.branch}`,
    );
    expect(other.branch).not.toBe(transaction.branch);
  });

  it("sends an ACK for a 2xx without transaction", () => {
    const ack = new RequestBuilder("ACK", "sip:bob@192.0.2.2").addText("CSeq", "1 ACK");
    element.transactions.sendStateless(ack, element.transport.connect("udp", there));
    clock.advance(32_000);
    expect(peer.messages()).toHaveLength(1);
    expect([peer.last("ACK").branch.startsWith("z9hG4bK"), element.transactions.count.client]).toEqual([true, 0]);
  });
});
