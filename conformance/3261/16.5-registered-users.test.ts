import {
  FlowToken,
  RegistrarCore,
  SipProxy,
  SipStack,
  type Connection,
  type RouteDecision,
  type SipRequest,
} from "@siplet/core";
import { ManualClock, MemoryNetwork, ScriptedUserAgent, createSeededRandom, type WireMessage } from "@siplet/testkit";
import { describe, expect, it } from "vitest";

const place = { address: "192.0.2.10", port: 5060 };

/** A registrar and a proxy in one program: the home of example.com. */
class HomeLab {
  readonly clock = new ManualClock();
  readonly network = new MemoryNetwork({ clock: this.clock });
  readonly stack = new SipStack({ clock: this.clock, random: createSeededRandom(5) });
  readonly tokens = new FlowToken({ flows: this.stack.transport.flows, key: Buffer.alloc(32, 9) });
  readonly registrar = new RegistrarCore({
    domains: ["example.com"],
    clock: this.clock,
    random: createSeededRandom(6),
    gruuKey: Buffer.alloc(32, 1),
    flowOf: (connection) => this.tokens.create(connection),
    isKnown: (uri) => String(uri).includes("bob"),
  });
  readonly alice = this.agent("alice", 1, "udp");

  #calls = 0;

  static async open(): Promise<HomeLab> {
    const lab = new HomeLab();
    const proxy = new SipProxy(lab.stack, {
      domains: ["example.com"],
      flows: lab.tokens,
      lookUp: (uri) => lab.registrar.lookUp(uri),
      route: (request, connection) => lab.#route(request, connection),
    });
    lab.stack.attach(proxy);
    for (const protocol of ["udp", "tcp"] as const) {
      await lab.stack.listen(lab.network.transport({ protocol, ...place }));
    }
    return lab;
  }

  agent(name: string, host: number, protocol: "udp" | "tcp"): ScriptedUserAgent {
    const at = { protocol, address: `192.0.2.${host}`, port: 5060 };
    return ScriptedUserAgent.inMemory(this.network, { name, ...at, clock: this.clock, peer: place });
  }

  settle(): void {
    this.clock.advance(0);
  }

  /** Registers bob; gives the 200. */
  register(
    agent: ScriptedUserAgent,
    contact: string,
    supported = "path, outbound, gruu",
    callId = agent.name,
  ): WireMessage {
    const to = "<sip:bob@example.com>";
    const options = { method: "REGISTER", uri: "sip:example.com", to, from: to, fromTag: agent.name, callId };
    agent.sendRequest({ ...options, contact, headers: { Supported: supported } });
    this.settle();
    return agent.last("200 REGISTER");
  }

  /** Alice calls; gives what she got, without 100. */
  call(uri: string): string[] {
    this.alice.sendRequest({ method: "INVITE", uri, callId: `call-${++this.#calls}` });
    this.settle();
    return this.alice.messages().map(({ summary }) => summary);
  }

  #route(request: SipRequest, connection: Connection): RouteDecision | undefined {
    if (request.method !== "REGISTER") return undefined;
    const response = this.registrar.receiveRegister(request, connection);
    if (!("statusCode" in response)) throw new TypeError("this registrar waits for nobody");
    return { kind: "answer", response };
  }
}

const instance = '+sip.instance="<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>"';

describe("RFC 3261 §16.5 users that have registered", () => {
  it("are called at their contacts", async () => {
    const lab = await HomeLab.open();
    const [one, two] = [lab.agent("one", 2, "udp"), lab.agent("two", 3, "tcp")];
    lab.register(one, `<${one.uri}>`, "");
    lab.register(two, `<${two.uri}>`, "");
    lab.call("sip:bob@example.com");
    expect([one.messages("INVITE").length, two.messages("INVITE").length]).toEqual([1, 1]);
  });

  it("are not there when they never came (480), do not exist (404)", async () => {
    const lab = await HomeLab.open();
    expect(lab.call("sip:bob@example.com")).toEqual(["480 INVITE"]);
    expect(lab.call("sip:eve@example.com")).toEqual(["480 INVITE", "404 INVITE"]);
  });

  it("are called by a sips URI at sips contacts alone", async () => {
    const lab = await HomeLab.open();
    const one = lab.agent("one", 2, "udp");
    lab.register(one, `<${one.uri}>`, "");
    expect(lab.call("sips:bob@example.com")).toEqual(["480 INVITE"]);
  });
});

describe("RFC 5626 §6 users behind flows (checklist 65)", () => {
  it("are called by the connection they registered on, one flow of a device at a time", async () => {
    const lab = await HomeLab.open();
    const [one, two] = [lab.agent("one", 2, "tcp"), lab.agent("two", 3, "tcp")];
    lab.register(one, `<sip:bob@abc.invalid;ob>;reg-id=1;${instance}`);
    lab.settle();
    lab.clock.advance(1000);
    lab.register(two, `<sip:bob@abc.invalid;ob>;reg-id=2;${instance}`);
    lab.call("sip:bob@example.com");
    expect([one.messages("INVITE").length, two.messages("INVITE").length]).toEqual([0, 1]);
    two.received.find(({ message }) => message.method === "INVITE")?.reply(430);
    lab.settle();
    expect(one.messages("INVITE")).toHaveLength(1);
  });

  it("are called by the flow that is left when one has gone", async () => {
    const lab = await HomeLab.open();
    const [one, two] = [lab.agent("one", 2, "tcp"), lab.agent("two", 3, "tcp")];
    lab.register(one, `<sip:bob@abc.invalid;ob>;reg-id=1;${instance}`);
    lab.clock.advance(1000);
    lab.register(two, `<sip:bob@abc.invalid;ob>;reg-id=2;${instance}`);
    lab.network.reset("192.0.2.3");
    lab.settle();
    lab.call("sip:bob@example.com");
    expect([one.messages("INVITE").length, two.messages("INVITE").length]).toEqual([1, 0]);
  });
});

describe("RFC 5627 §5.4 GRUU at the proxy (checklist 66)", () => {
  it("leads to the one device it belongs to, from its first registration to its last", async () => {
    const lab = await HomeLab.open();
    const [one, two] = [lab.agent("one", 2, "udp"), lab.agent("two", 3, "udp")];
    const ok = lab.register(one, `<${one.uri}>;${instance}`, "gruu");
    lab.register(two, `<${two.uri}>;+sip.instance="<urn:uuid:other>"`, "gruu");
    const gruu = /pub-gruu="([^"]+)"/.exec(ok.header("Contact") ?? "")?.[1] ?? "none";
    lab.call(gruu);
    expect([one.messages("INVITE").length, two.messages("INVITE").length]).toEqual([1, 0]);
    expect(lab.call(gruu.replace("AABBCCDDEEFF", "000000000000").replace("aabbccddeeff", "000000000000"))).toEqual([
      "404 INVITE",
    ]);
    lab.clock.advance(7_200_000);
    expect(lab.call(`${gruu};x=1`).at(-1)).toBe("480 INVITE");
  });
});
