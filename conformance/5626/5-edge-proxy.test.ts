import { FlowToken, SipProxy, SipStack, type SipProxyOptions } from "@siplet/core";
import { ManualClock, MemoryNetwork, ScriptedUserAgent, createSeededRandom, type WireMessage } from "@siplet/testkit";
import { describe, expect, it } from "vitest";

const edge = { address: "192.0.2.10", port: 5060 };

/** An edge proxy with alice behind it and a registrar, which is the home proxy too, beyond. */
class EdgeLab {
  readonly clock = new ManualClock();
  readonly network = new MemoryNetwork({ clock: this.clock });
  readonly stack = new SipStack({ clock: this.clock, random: createSeededRandom(3) });
  readonly tokens = new FlowToken({ flows: this.stack.transport.flows, key: Buffer.alloc(32, 7) });
  readonly home = this.agent("home", "192.0.2.2", "udp");

  static async open(options: SipProxyOptions = {}): Promise<EdgeLab> {
    const lab = new EdgeLab();
    lab.stack.attach(new SipProxy(lab.stack, { flows: lab.tokens, ...options }));
    for (const protocol of ["udp", "tcp", "ws"] as const) {
      await lab.stack.listen(lab.network.transport({ protocol, ...edge, port: protocol === "ws" ? 80 : 5060 }));
    }
    return lab;
  }

  agent(name: string, address: string, protocol: "udp" | "tcp" | "ws"): ScriptedUserAgent {
    const peer = { ...edge, port: protocol === "ws" ? 80 : 5060 };
    const { network, clock } = this;
    return ScriptedUserAgent.inMemory(network, { name, protocol, address, port: 5060, clock, peer });
  }

  settle(): void {
    this.clock.advance(0);
  }

  /** Registers by the edge; gives the Path that arrives. */
  register(
    agent: ScriptedUserAgent,
    overrides: { readonly contact?: string; readonly via?: readonly string[] } = {},
  ): string[] {
    const contact = `<${agent.uri};ob>;reg-id=1;+sip.instance="<urn:uuid:1>"`;
    const headers = { Supported: "path, outbound" };
    agent.sendRequest({ method: "REGISTER", uri: "sip:192.0.2.2:5060", contact, headers, ...overrides });
    this.settle();
    return this.home.last("REGISTER").values("Path");
  }

  /** The home proxy sends an INVITE by that Path. */
  inviteBy(path: readonly string[], uri: string): WireMessage {
    return this.home.sendRequest({ method: "INVITE", uri, route: path }, edge);
  }
}

describe("RFC 5626 §5.1 Path of an edge proxy", () => {
  it("carries the flow of a REGISTER that wants outbound, with ob", async () => {
    const lab = await EdgeLab.open();
    const [path] = lab.register(lab.agent("alice", "192.0.2.1", "udp"));
    expect(path).toMatch(/^<sip:[\w-]+@192\.0\.2\.10:5060;lr;ob>$/);
  });

  it("has two values where the sides differ, both with ob", async () => {
    const lab = await EdgeLab.open();
    const path = lab.register(lab.agent("alice", "192.0.2.1", "tcp"));
    expect(path).toEqual([
      "<sip:192.0.2.10:5060;lr;r2=on;ob>",
      expect.stringMatching(/^<sip:[\w-]+@192\.0\.2\.10:5060;transport=tcp;lr;r2=on;ob>$/),
    ]);
  });

  it("is not written for a user agent behind another proxy, nor for one that does not ask", async () => {
    const lab = await EdgeLab.open();
    const alice = lab.agent("alice", "192.0.2.1", "udp");
    expect(lab.register(alice, { via: ["SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1", "SIP/2.0/UDP 10.0.0.1"] })).toEqual([]);
    alice.sendRequest({ method: "REGISTER", uri: "sip:192.0.2.2:5060", contact: `<${alice.uri}>` });
    lab.settle();
    expect(lab.home.last("REGISTER").headers("Path")).toEqual([]);
  });

  it("is written for a browser in any case: nobody could call it (RFC 7118 §5)", async () => {
    const lab = await EdgeLab.open();
    const alice = lab.agent("alice", "192.0.2.1", "ws");
    alice.sendRequest({ method: "REGISTER", uri: "sip:192.0.2.2:5060", contact: "<sip:x@abc.invalid;transport=ws>" });
    lab.settle();
    expect(lab.home.last("REGISTER").values("Path")).toHaveLength(2);
  });
});

describe("RFC 5626 §5.3 requests by a flow (checklist 65)", () => {
  it.each(["udp", "tcp", "ws"] as const)("go down the flow that was registered, over %s", async (protocol) => {
    const lab = await EdgeLab.open();
    const alice = lab.agent("alice", "192.0.2.1", protocol);
    const path = lab.register(alice);
    lab.inviteBy(path, "sip:x@abc.invalid;ob");
    lab.settle();
    expect([alice.last("INVITE").requestUri, alice.last("INVITE").headers("Route")]).toEqual([
      "sip:x@abc.invalid;ob",
      [],
    ]);
  });

  it("are answered by 430 when the flow is gone", async () => {
    const lab = await EdgeLab.open();
    const alice = lab.agent("alice", "192.0.2.1", "tcp");
    const path = lab.register(alice);
    lab.network.reset("192.0.2.1");
    lab.settle();
    lab.inviteBy(path, alice.uri);
    lab.settle();
    expect([lab.home.last("430").summary, alice.messages("INVITE").length]).toEqual(["430 INVITE", 0]);
  });

  it("are answered by 403 when the token is forged", async () => {
    const lab = await EdgeLab.open();
    const alice = lab.agent("alice", "192.0.2.1", "udp");
    const [path = ""] = lab.register(alice);
    const forged = path.replace(/sip:(.)/, (_all, first: string) => `sip:${first === "A" ? "B" : "A"}`);
    lab.inviteBy([forged], alice.uri);
    lab.settle();
    expect([lab.home.last("403").summary, alice.messages("INVITE").length]).toEqual(["403 INVITE", 0]);
  });

  it("go down it even if the Request-URI is for a domain of ours", async () => {
    const lab = await EdgeLab.open({ domains: ["example.com"], lookUp: () => [] });
    const alice = lab.agent("alice", "192.0.2.1", "tcp");
    const path = lab.register(alice);
    lab.inviteBy(path, "sip:alice@example.com;gr=x");
    lab.settle();
    expect(alice.messages("INVITE")).toHaveLength(1);
  });

  it("that came by the flow itself go on by Route and Request-URI", async () => {
    const lab = await EdgeLab.open();
    const alice = lab.agent("alice", "192.0.2.1", "tcp");
    const path = lab.register(alice);
    alice.sendRequest({ method: "MESSAGE", uri: lab.home.uri, route: path.toReversed() });
    lab.settle();
    expect(lab.home.last("MESSAGE").headers("Route")).toEqual([]);
  });
});

describe("RFC 5626 §5.3 dialogs of a user agent with ob", () => {
  it("are recorded with its flow, so that requests of both sides arrive", async () => {
    const lab = await EdgeLab.open();
    const alice = lab.agent("alice", "192.0.2.1", "ws");
    lab.home.answer("INVITE", 200);
    lab.home.answer("BYE", 200);
    alice.sendRequest({ method: "INVITE", uri: lab.home.uri, contact: "<sip:x@abc.invalid;transport=ws;ob>" });
    lab.settle();
    const recorded = lab.home.last("INVITE").values("Record-Route");
    expect(recorded).toHaveLength(2);
    const inDialog = { uri: "sip:x@abc.invalid;transport=ws;ob", toTag: "alice-tag" };
    lab.home.sendRequest({ method: "INFO", route: recorded, ...inDialog }, edge);
    lab.settle();
    expect([alice.last("INFO").headers("Route"), alice.last("INFO").topVia]).toEqual([
      [],
      expect.stringContaining("SIP/2.0/WS"),
    ]);
    alice.sendRequest({ method: "BYE", uri: lab.home.uri, toTag: "bob-tag", route: recorded.toReversed() });
    lab.settle();
    expect(lab.home.last("BYE").headers("Route")).toEqual([]);
  });

  it("are recorded with both flows where caller and callee hang on this element", async () => {
    const lab = await EdgeLab.open();
    const [alice, bob] = [lab.agent("alice", "192.0.2.1", "tcp"), lab.agent("bob", "192.0.2.3", "tcp")];
    const path = lab.register(bob);
    bob.answer("INVITE", 200);
    bob.answer("INFO", 200);
    alice.sendRequest({
      method: "INVITE",
      uri: bob.uri,
      route: path.toReversed().slice(0, 1),
      contact: `<${alice.uri};ob>`,
    });
    lab.settle();
    const recorded = bob.last("INVITE").values("Record-Route");
    alice.sendRequest({ method: "INFO", uri: "sip:bob@gone.invalid", toTag: "b", route: recorded.toReversed() });
    lab.settle();
    expect(bob.messages("INFO")).toHaveLength(1);
    bob.sendRequest({ method: "INFO", uri: "sip:alice@gone.invalid", toTag: "a", route: recorded });
    lab.settle();
    expect(alice.messages("INFO")).toHaveLength(1);
  });
});

describe("RFC 5626 §6 the proxy that owns the domain", () => {
  const contact = '<sip:x@abc.invalid>;reg-id=1;+sip.instance="<urn:uuid:1>"';

  it("tries one flow of a user agent at a time, the next one on 430", async () => {
    const lab = await EdgeLab.open({
      domains: ["example.com"],
      lookUp: () => ({
        kind: "found",
        targets: [
          {
            q: 1,
            flows: [
              { requestUri: "sip:x@abc.invalid", routes: ["<sip:192.0.2.2:5060;lr>"], binding: { contact } },
              { requestUri: "sip:x@abc.invalid", routes: ["<sip:192.0.2.3:5060;lr>"], binding: { contact } },
            ],
          },
        ],
      }),
    });
    const second = lab.agent("second", "192.0.2.3", "udp");
    const alice = lab.agent("alice", "192.0.2.1", "udp");
    alice.sendRequest({ method: "INVITE" });
    lab.settle();
    expect([lab.home.messages("INVITE").length, second.messages("INVITE").length]).toEqual([1, 0]);
    second.answer("INVITE", 486);
    lab.home.received[0]?.reply(430);
    lab.settle();
    expect(alice.messages().map(({ summary }) => summary)).toEqual(["486 INVITE"]);
  });

  it("takes another answer for that of the user agent", async () => {
    const ways = ["192.0.2.2", "192.0.2.3"].map((host) => ({ requestUri: `sip:x@${host}`, routes: [] }));
    const [first, ...rest] = ways;
    if (first === undefined) throw new RangeError("there are two ways");
    const lab = await EdgeLab.open({
      domains: ["example.com"],
      lookUp: () => ({ kind: "found", targets: [{ q: 1, flows: [first, ...rest] }] }),
    });
    const second = lab.agent("second", "192.0.2.3", "udp");
    const alice = lab.agent("alice", "192.0.2.1", "udp");
    lab.home.answer("INVITE", 480);
    alice.sendRequest({ method: "INVITE" });
    lab.settle();
    expect([alice.messages().map(({ summary }) => summary), second.received.length]).toEqual([["480 INVITE"], 0]);
  });

  it("sends down the flow it holds itself, and answers 480 when it is gone", async () => {
    let flow = "";
    const lab = await EdgeLab.open({
      domains: ["example.com"],
      lookUp: () => ({
        kind: "found",
        targets: [{ q: 1, flows: [{ requestUri: "sip:x@abc.invalid", routes: [], flow }] }],
      }),
    });
    const bob = lab.agent("bob", "192.0.2.3", "tcp");
    const alice = lab.agent("alice", "192.0.2.1", "udp");
    bob.sendRequest({ method: "OPTIONS", uri: "sip:192.0.2.10" });
    lab.settle();
    const [connection] = lab.stack.transport.flows.connections();
    flow = connection === undefined ? "" : lab.tokens.create(connection);
    alice.sendRequest({ method: "INVITE" });
    lab.settle();
    expect(bob.last("INVITE").values("Record-Route")[0]).toMatch(
      /^<sip:[\w-]+@192\.0\.2\.10:5060;transport=tcp;lr;r2=on;ob>$/,
    );
    lab.network.reset("192.0.2.3");
    lab.settle();
    alice.sendRequest({ method: "INVITE", callId: "second" });
    lab.settle();
    expect(alice.messages("480 INVITE")).toHaveLength(1);
  });
});
