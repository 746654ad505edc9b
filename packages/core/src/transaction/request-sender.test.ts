import {
  draftOf,
  inviteText,
  ManualClock,
  MemoryNetwork,
  optionsText,
  RecordedExchange,
  RecordingElement,
  requestText,
  ScriptedUserAgent,
  type RequestOverrides,
} from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { EngineError } from "../errors/engine-error.js";
import { HopCursor } from "../locate/hop/hop-cursor.js";
import type { LocateTarget, NextHop } from "../locate/hop/next-hop.js";
import type { HopProtocol } from "../locate/hop/protocols.js";
import { ServerPenalties, type HopFailure } from "../locate/hop/server-penalties.js";
import { HeaderField } from "../message/header-field.js";
import { RequestSender } from "./request-sender.js";
import type { SendRequestOptions, SentRequest, SentRequestUser } from "./sent-request.js";

const here = "192.0.2.10";

/** A locator whose answers a test gives; what it is told, it writes down. */
class ScriptedLocator {
  readonly targets: LocateTarget[] = [];
  readonly reports: string[] = [];
  readonly penalties: ServerPenalties;
  answer: () => readonly NextHop[] | Promise<readonly NextHop[]> = () => [];

  constructor(clock: ManualClock) {
    this.penalties = new ServerPenalties(clock);
  }

  locate(target: LocateTarget): readonly NextHop[] | Promise<readonly NextHop[]> {
    this.targets.push(target);
    return this.answer();
  }

  cursor(hops: readonly NextHop[], options?: ConstructorParameters<typeof HopCursor>[2]): HopCursor {
    return new HopCursor(hops, this.penalties, options);
  }

  reportFailure(hop: NextHop, failure?: HopFailure): void {
    this.reports.push(`${hop.address} failed ${failure?.retryAfter ?? ""}`.trim());
    this.penalties.reportFailure(hop, failure);
  }

  reportSuccess(hop: NextHop): void {
    this.reports.push(`${hop.address} works`);
  }
}

/** A user that writes down what it hears. */
class RecordedSend extends RecordedExchange implements SentRequestUser {
  onNotSent(error: EngineError): void {
    this.log.push(`not sent: ${error.code}`);
  }
}

function hop(address: string, protocol: HopProtocol = "udp"): NextHop {
  return { protocol, address, port: 5060, family: 4, domain: "example.com", host: address, source: "srv" };
}

const first = "192.0.2.21";
const second = "192.0.2.22";
const third = "192.0.2.23";

let clock: ManualClock;
let network: MemoryNetwork;
let element: RecordingElement;
let locator: ScriptedLocator;
let sender: RequestSender;
let user: RecordedSend;

beforeEach(async () => {
  clock = new ManualClock();
  network = new MemoryNetwork({ clock });
  const listen = (["udp", "tcp"] as const).map((protocol) => ({ protocol, address: here, port: 5060 }));
  element = await RecordingElement.open(network, { clock, name: "element", listen });
  locator = new ScriptedLocator(clock);
  sender = new RequestSender({ transport: element.transport, transactions: element.transactions, locator, clock });
  user = new RecordedSend();
});

function server(address: string, protocol: HopProtocol = "udp"): ScriptedUserAgent {
  return ScriptedUserAgent.inMemory(network, { protocol, address, port: 5060, name: address, clock });
}

function send(text: string, options?: SendRequestOptions): SentRequest {
  const sent = sender.send(draftOf(text), user, options);
  clock.advance(0);
  return sent;
}

describe("RFC 3261 §8.1.2, RFC 3263 §4 where a request goes", () => {
  beforeEach(() => {
    locator.answer = () => [hop(first)];
    server(first);
  });

  const target = (overrides: RequestOverrides): LocateTarget | undefined => {
    send(optionsText(overrides));
    return locator.targets.at(-1);
  };

  it("takes the Request-URI", () => {
    const uri = "sip:bob@example.com:5062;transport=TCP";
    expect(target({ uri })).toEqual({ secure: false, host: "example.com", port: 5062, transport: "tcp" });
  });

  it("takes the first Route when that is a loose router", () => {
    expect(target({ route: ["<sip:p1.example.com;lr>, <sip:p2.example.com;lr>"] })?.host).toBe("p1.example.com");
  });

  it("takes the Request-URI when the first Route is a strict router: it was put there", () => {
    expect(target({ uri: "sip:p1.example.com", route: ["<sip:p2.example.com>"] })?.host).toBe("p1.example.com");
  });

  it("takes maddr before the host", () => {
    expect(target({ uri: "sip:example.com;maddr=[2001:db8::1]" })?.host).toBe("2001:db8::1");
  });

  it("is secure on every hop when the Request-URI is sips", () => {
    expect(target({ uri: "sips:bob@example.com", route: ["<sip:p1.example.com;lr>"] })).toMatchObject({ secure: true });
    expect(target({ uri: "sip:bob@example.com", route: ["<sips:p1.example.com;lr>"] })).toMatchObject({ secure: true });
  });

  it("goes nowhere by a tel URI, unless a Route leads on", () => {
    expect(() => send(optionsText({ uri: "tel:+1-201-555-0123" }))).toThrow(/no SIP URI; send it to a proxy/);
    expect(target({ uri: "tel:+1-201-555-0123", route: ["<sip:p1.example.com;lr>"] })?.host).toBe("p1.example.com");
  });
});

describe("RFC 3263 §4.3 the next server", () => {
  beforeEach(() => {
    locator.answer = () => [hop(first), hop(second), hop(third)];
  });

  it("is not needed when the first one answers; all is done before the call returns", () => {
    const one = server(first);
    one.answer("OPTIONS", 200);
    const sent = sender.send(draftOf(optionsText()), user);
    expect([sent.transaction?.state, sent.hop?.address]).toEqual(["trying", first]);
    clock.advance(0);
    expect([user.log, sent.isOver, locator.reports]).toEqual([["200"], true, [`${first} works`]]);
  });

  it("leaves the user alone once that was let go, and not before", () => {
    server(first).answer("INVITE", 180, 200);
    const sent = sender.send(draftOf(inviteText()), user);
    sent.releaseUser();
    clock.advance(0);
    expect(user.log).toEqual(["180", "200"]);
    sent.releaseUser();
    clock.advance(32_000);
    expect([user.log, element.transactions.count.client]).toEqual([["180", "200"], 0]);
  });

  it("is tried after 32 s of silence, in a new transaction with the same Call-ID, tags and CSeq", () => {
    const [one, two] = [server(first), server(second)];
    two.answer("INVITE", 200);
    const sent = send(inviteText({ callId: "same", sequenceNumber: 7 }));
    clock.advance(32_000);
    expect(user.log).toEqual(["gone", "200"]);
    const [before, after] = [one.messages("INVITE")[0], two.last("INVITE")];
    expect([after.callId, after.fromTag, after.sequenceNumber]).toEqual(["same", before?.fromTag, 7]);
    expect(after.branch).not.toBe(before?.branch);
    expect(after.headers("Via")).toHaveLength(1);
    expect(sent.transaction?.connection.remote.address).toBe(second);
    expect(locator.reports).toEqual([`${first} failed`, `${second} works`]);
  });

  it("is tried after 503, whose Retry-After bars that server", () => {
    const [one, two] = [server(first), server(second)];
    one.on("OPTIONS", (request) => void request.reply(503, { headers: { "Retry-After": "90 (full)" } }));
    two.answer("OPTIONS", 404);
    send(optionsText());
    expect(user.log.filter((line) => line !== "gone")).toEqual(["404"]);
    expect(locator.reports).toEqual([`${first} failed 90`, `${second} works`]);
    send(optionsText());
    expect(one.messages("OPTIONS")).toHaveLength(1);
  });

  it("acknowledges the 503 to an INVITE before", () => {
    const [one, two] = [server(first), server(second)];
    one.answer("INVITE", 503);
    two.answer("INVITE", 180);
    send(inviteText());
    expect(one.messages("ACK")).toHaveLength(1);
    expect(user.log).toEqual(["180"]);
  });

  it("is tried when the connection is refused or the send fails", () => {
    locator.answer = () => [hop(first, "tcp"), hop(second), hop(third)];
    network.fail("OPTIONS", { to: second });
    server(third).answer("OPTIONS", 200);
    send(optionsText());
    expect(user.log.filter((line) => line !== "gone")).toEqual(["200"]);
    expect(locator.reports).toEqual([`${first} failed`, `${second} failed`, `${third} works`]);
  });

  it("is tried when this element has no transport for the first", () => {
    locator.answer = () => [hop(first, "tls"), hop(second)];
    server(second).answer("OPTIONS", 200);
    send(optionsText());
    expect([user.log, locator.reports]).toEqual([["200"], [`${second} works`]]);
  });

  it.each([500, 408, 480, 600])("is not tried after %i", (status) => {
    const two = server(second);
    server(first).answer("OPTIONS", status);
    send(optionsText());
    expect([user.log, two.received]).toEqual([[String(status)], []]);
  });

  it("is not tried when the silence began after a provisional response", () => {
    const two = server(second);
    server(first).answer("OPTIONS", 100);
    send(optionsText());
    clock.advance(32_000);
    expect([new Set(user.log), two.received, locator.reports]).toEqual([new Set(["100", "timeout", "gone"]), [], []]);
  });

  describe("when there is none left", () => {
    it("tells the last 503", () => {
      locator.answer = () => [hop(first), hop(second)];
      for (const address of [first, second]) server(address).answer("OPTIONS", 503);
      const sent = send(optionsText());
      expect([user.log.filter((line) => line !== "gone"), sent.isOver]).toEqual([["503"], true]);
      expect(user.responses[0]?.topVia.branch).toBe(sent.transaction?.branch);
    });

    it("tells the last timeout", () => {
      locator.answer = () => [hop(first), hop(second)];
      send(optionsText());
      clock.advance(64_000);
      expect(user.log).toEqual(["gone", "timeout", "gone"]);
      expect(element.transactions.count.client).toBe(0);
    });

    it("tells the last error of the transport", () => {
      locator.answer = () => [hop(first, "tcp"), hop(second, "tcp")];
      const sent = send(optionsText());
      expect(user.log).toEqual(["gone", "transport.refused", "gone"]);
      expect([sent.isOver, sent.hop?.address]).toEqual([true, second]);
    });

    it("throws when none could even be called", () => {
      locator.answer = () => [hop(first, "tls")];
      expect(() => send(optionsText())).toThrow(/no tls listener/);
      expect(user.log).toEqual([]);
    });

    it("throws when all asked for a rest, except for a BYE", () => {
      locator.answer = () => [hop(first)];
      locator.penalties.reportFailure(hop(first), { retryAfter: 60 });
      expect(() => send(optionsText())).toThrow(/another 60 s/);
      server(first).answer("BYE", 200);
      send(requestText({ method: "BYE", toTag: "b" }));
      expect(user.log).toEqual(["200"]);
    });
  });
});

describe("when a name has to be looked up", () => {
  it("sends once the answer is there", async () => {
    server(first).answer("OPTIONS", 200);
    locator.answer = () => Promise.resolve([hop(first)]);
    const sent = send(optionsText());
    expect(sent.transaction).toBeUndefined();
    await clock.advanceAsync(0);
    expect(user.log).toEqual(["200"]);
  });

  it("tells that nothing was sent when there is no server", async () => {
    locator.answer = () => Promise.reject(new EngineError("locate.not_found", { detail: "example.com" }));
    const sent = send(optionsText());
    await clock.advanceAsync(0);
    expect([user.log, sent.isOver]).toEqual([["not sent: locate.not_found"], true]);
  });

  it("tells that nothing was sent when no server can be called", async () => {
    locator.answer = () => Promise.resolve([hop(first, "tls")]);
    send(optionsText());
    await clock.advanceAsync(0);
    expect(user.log).toEqual(["not sent: transport.unsupported"]);
  });

  it("sends nothing when the INVITE was cancelled meanwhile", async () => {
    locator.answer = () => Promise.resolve([hop(first)]);
    send(inviteText()).cancel();
    await clock.advanceAsync(0);
    expect([user.log, network.trace.entries]).toEqual([["not sent: transaction.cancelled"], []]);
  });

  it("survives a user that throws", async () => {
    locator.answer = () => Promise.reject(new RangeError("odd"));
    user.onNotSent = () => {
      throw new RangeError("oops");
    };
    const sent = send(optionsText());
    await clock.advanceAsync(0);
    expect(sent.isOver).toBe(true);
  });
});

describe("RFC 3261 §18.1.1 requests too large for a datagram", () => {
  beforeEach(() => {
    locator.answer = () => [hop(first)];
  });

  /** An INVITE that leaves with exactly so many octets. */
  const inviteOf = (size: number): string => {
    const probe = server("192.0.2.99");
    const { transaction } = element.send(inviteText({ body: "" }), probe.local);
    clock.advance(0);
    const { length } = probe.last("INVITE").text;
    transaction.terminate();
    network.trace.clear();
    const padding = size - length - "X: \r\n".length;
    return inviteText({ body: "", headers: { X: "x".repeat(padding) } });
  };

  it.each([
    [1300, "udp", 1300],
    [1301, "tcp", 1295], // no ;rport there
  ] as const)("sends one of %i octets by %s", (size, protocol, left) => {
    const servers = { udp: server(first), tcp: server(first, "tcp") };
    send(inviteOf(size));
    clock.advance(0);
    const message = servers[protocol].last("INVITE");
    expect(message.text).toHaveLength(left);
    expect(message.topVia).toContain(`SIP/2.0/${protocol.toUpperCase()} `);
  });

  it("falls back to UDP when TCP is refused, with a new branch, and remembers it (checklist 21)", () => {
    const udp = server(first);
    udp.answer("INVITE", 486);
    send(inviteOf(2000));
    expect(user.log.filter((line) => line !== "gone")).toEqual(["486"]);
    expect(udp.last("INVITE").topVia).toContain("SIP/2.0/UDP ");
    expect(locator.reports).toEqual([`${first} works`]);
    expect(element.transport.chooseProtocol(hop(first), 2000)).toEqual({ protocol: "udp" });
  });

  it("goes to the next server when TCP breaks otherwise", () => {
    locator.answer = () => [hop(first), hop(second)];
    server(first, "tcp");
    server(second, "tcp").answer("INVITE", 486);
    network.fail("INVITE", { to: first });
    send(inviteOf(2000));
    expect(user.log.filter((line) => line !== "gone")).toEqual(["486"]);
  });
});

describe("what may be said about a request", () => {
  it("completes each attempt by the connection it takes, and leaves the builder alone", () => {
    locator.answer = () => [hop(first, "tcp"), hop(second)];
    server(second).answer("OPTIONS", 200);
    const builder = draftOf(optionsText());
    const contacts: string[] = [];
    sender.send(builder, user, {
      onConnection: (request, { transport }) => {
        contacts.push(transport.protocol);
        request.set("Contact", `<sip:${here};transport=${transport.protocol}>`);
      },
    });
    clock.advance(0);
    expect(contacts).toEqual(["tcp", "udp"]);
    expect(network.trace.packets("OPTIONS").at(-1)?.message.contactUri).toBe(`sip:${here};transport=udp`);
    expect([builder.has("Contact"), builder.has("Via")]).toEqual([false, false]);
  });

  it("makes the branch of each attempt", () => {
    locator.answer = () => [hop(first, "tcp"), hop(second)];
    server(second);
    let made = 0;
    const sent = send(optionsText(), { createBranch: () => `z9hG4bK-own-${++made}` });
    expect(sent.transaction?.branch).toBe("z9hG4bK-own-2");
  });

  it("takes a connection that is given, without location and without a next server", () => {
    const one = server(first);
    one.answer("OPTIONS", 503);
    const sent = send(optionsText(), { connection: element.transport.connect("udp", { address: first, port: 5060 }) });
    expect([user.log, locator.targets, locator.reports, sent.hop]).toEqual([["503"], [], [], undefined]);
  });
});

describe("RFC 3261 §13.2.2.4 the ACK for a 2xx", () => {
  const ack = requestText({ method: "ACK", toTag: "b", route: ["<sip:p1.example.com;lr>"] });

  it("goes once, by no transaction, to the first server that takes it", () => {
    locator.answer = () => [hop(first, "tcp"), hop(second)];
    const two = server(second);
    sender.sendAck(draftOf(ack));
    clock.advance(32_000);
    expect(two.messages().map(({ summary }) => summary)).toEqual(["ACK"]);
    expect([locator.targets[0]?.host, element.transactions.count.client]).toEqual(["p1.example.com", 0]);
  });

  it("waits for a look-up, and tells what became of it", async () => {
    const told: unknown[] = [];
    const done = (error?: EngineError): void => void told.push(error?.code);
    locator.answer = () => Promise.resolve([hop(first)]);
    const one = server(first);
    sender.sendAck(draftOf(ack).build(), { done });
    locator.answer = () => Promise.reject(new EngineError("locate.timeout", { detail: "dns" }));
    sender.sendAck(draftOf(ack), { done });
    await clock.advanceAsync(0);
    expect([one.messages("ACK").length, told]).toEqual([1, [undefined, "locate.timeout"]]);
  });

  it("tells and logs that no server took it, and throws nothing at that", () => {
    locator.answer = () => [hop(first, "tls"), hop(second, "tcp")];
    const told: unknown[] = [];
    sender.sendAck(draftOf(ack), { done: (error) => void told.push(error?.code) });
    clock.advance(0);
    expect(told).toEqual(["transport.refused"]);
  });

  it("takes a connection that is given", () => {
    const one = server(first);
    sender.sendAck(draftOf(ack), { connection: element.transport.connect("udp", one.local) });
    clock.advance(0);
    expect(one.messages("ACK")).toHaveLength(1);
  });
});

describe("RFC 3261 §9.1 CANCEL", () => {
  let callee: ScriptedUserAgent;

  beforeEach(() => {
    locator.answer = () => [hop(first), hop(second)];
    callee = server(first);
  });

  const reply = (status: number): void => {
    callee.received.find(({ message }) => message.method === "INVITE")?.reply(status);
    clock.advance(0);
  };

  it("is held until the first provisional response, 100 too (checklist 38)", () => {
    const sent = send(inviteText());
    sent.cancel();
    clock.advance(400);
    expect(callee.messages("CANCEL")).toEqual([]);
    reply(100);
    expect(callee.messages("CANCEL")).toHaveLength(1);
    expect(user.log).toEqual(["100"]);
  });

  it("leaves at once when a provisional response was there, and only once", () => {
    const sent = send(inviteText());
    reply(180);
    sent.cancel();
    sent.cancel();
    reply(183);
    expect(callee.messages("CANCEL")).toHaveLength(1);
  });

  it("has the Via, Route, From, To, Call-ID and number of the INVITE, and nothing of its body", () => {
    const reason = new HeaderField("reason", 'Reason: SIP;cause=200;text="Call completed elsewhere"', 8);
    const sent = send(
      inviteText({ uri: "sip:bob@example.com;x=1", route: ["<sip:p;lr>"], headers: { Require: "100rel" } }),
    );
    reply(100);
    sent.cancel([reason]);
    clock.advance(0);
    const [invite, cancel] = [callee.messages("INVITE")[0], callee.last("CANCEL")];
    expect(cancel.startLine).toBe("CANCEL sip:bob@example.com;x=1 SIP/2.0");
    for (const name of ["Via", "Route", "From", "To", "Call-ID"]) {
      expect(cancel.headers(name)).toEqual(invite?.headers(name));
    }
    expect([cancel.header("CSeq"), cancel.header("Max-Forwards")]).toEqual(["1 CANCEL", "70"]);
    expect([cancel.header("Require"), cancel.header("Contact"), cancel.body]).toEqual([undefined, undefined, ""]);
    expect(cancel.header("Reason")).toContain("cause=200");
  });

  it("is not sent when the final response comes first (checklist 39)", () => {
    const sent = send(inviteText());
    sent.cancel();
    reply(200);
    sent.cancel();
    clock.advance(40_000);
    expect(callee.messages("CANCEL")).toEqual([]);
    expect(user.log).toEqual(["200", "gone"]);
  });

  it("lets the INVITE have its own final response, 487 or a 200 that crossed", () => {
    for (const status of [487, 200]) {
      user = new RecordedSend();
      callee = server(status === 487 ? second : third);
      locator.answer = () => [hop(callee.local.address)];
      const sent = send(inviteText());
      reply(180);
      sent.cancel();
      clock.advance(0);
      callee.received.find(({ message }) => message.method === "CANCEL")?.reply(200);
      reply(status);
      expect(user.log).toEqual(["180", String(status)]);
    }
  });

  it("gives the INVITE 64·T1, then drops it and tells the user of a timeout", () => {
    const sent = send(inviteText());
    reply(180);
    clock.advance(60_000);
    sent.cancel();
    clock.advance(31_999);
    expect(user.log).toEqual(["180"]);
    clock.advance(1);
    expect([user.log, sent.isOver]).toEqual([["180", "gone", "timeout"], true]);
    expect(element.transactions.count.client).toBe(0);
    expect(clock.pendingCount).toBe(0);
  });

  it("leaves no timer when the INVITE ends in time", () => {
    const sent = send(inviteText());
    reply(180);
    sent.cancel();
    clock.advance(0);
    callee.received.find(({ message }) => message.method === "CANCEL")?.reply(200);
    reply(487);
    clock.advance(32_000);
    expect(clock.pendingCount).toBe(0);
  });

  it("keeps the request from going to the next server", () => {
    const two = server(second);
    const sent = send(inviteText());
    sent.cancel();
    clock.advance(32_000);
    expect([user.log, two.received]).toEqual([["timeout", "gone"], []]);
  });

  it("does nothing for other methods", () => {
    const sent = send(optionsText());
    callee.received[0]?.reply(100);
    clock.advance(0);
    sent.cancel();
    clock.advance(0);
    expect(callee.messages("CANCEL")).toEqual([]);
  });

  it("may be asked for from within the callback that brings the 180", () => {
    user.onResponse = () => sent.cancel();
    const sent = send(inviteText());
    reply(180);
    expect(callee.messages("CANCEL")).toHaveLength(1);
  });
});
