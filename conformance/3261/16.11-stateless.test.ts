import { Locator, StatelessProxy, TransportLayer, silentLogger, type StatelessProxyOptions } from "@siplet/core";
import { MemoryNetwork, ManualClock, ScriptedResolver, ScriptedUserAgent, ackText, cancelText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";

const place = { address: "192.0.2.10", port: 5060 };
/** A stateless proxy, a caller and a callee. */
class StatelessLab {
  readonly clock = new ManualClock();
  readonly network = new MemoryNetwork({ clock: this.clock });
  readonly alice = this.#agent("alice", "192.0.2.1");
  readonly bob = this.#agent("bob", "192.0.2.2");

  static async open(options: StatelessProxyOptions = {}): Promise<StatelessLab> {
    const lab = new StatelessLab();
    lab.network.name(place.address, "proxy");
    const transport = new TransportLayer({ clock: lab.clock });
    const locator = new Locator({
      clock: lab.clock,
      resolver: new ScriptedResolver({ clock: lab.clock }),
      protocols: ["udp", "tcp"],
    });
    const route = (): string => lab.bob.uri;
    transport.attach(new StatelessProxy({ transport, locator, log: silentLogger }, { route, ...options }));
    for (const protocol of ["udp", "tcp"] as const) await transport.add(lab.network.transport({ protocol, ...place }));
    return lab;
  }

  agent(name: string, address: string): ScriptedUserAgent {
    return this.#agent(name, address, "tcp");
  }

  settle(milliseconds = 0): void {
    this.clock.advance(milliseconds);
  }

  #agent(name: string, address: string, protocol: "udp" | "tcp" = "udp"): ScriptedUserAgent {
    const { network, clock } = this;
    return ScriptedUserAgent.inMemory(network, { name, protocol, address, port: 5060, clock, peer: place });
  }
}

describe("RFC 3261 §16.11 stateless proxy", () => {
  it("gives each copy of a request the same branch, and another request another one", async () => {
    const lab = await StatelessLab.open();
    const text = lab.alice.request({ method: "INVITE" });
    for (let sent = 0; sent < 3; sent++) lab.alice.send(text);
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    const branches = lab.bob.messages("INVITE").map(({ branch }) => branch);
    expect(branches).toHaveLength(4);
    expect([new Set(branches.slice(0, 3)).size, branches[3] === branches[0]]).toEqual([1, false]);
    expect(branches[0]).toMatch(/^z9hG4bK/);
  });

  it("gives CANCEL and the ACK of a failure the branch of their INVITE", async () => {
    const lab = await StatelessLab.open();
    lab.bob.answer("INVITE", 180, 487);
    const invite = lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    lab.alice.send(cancelText(invite));
    lab.alice.send(ackText(invite, lab.alice.last("487")));
    lab.settle();
    const { branch } = lab.bob.last("INVITE");
    expect([lab.bob.last("CANCEL").branch, lab.bob.last("ACK").branch]).toEqual([branch, branch]);
  });

  it("knows copies of a request without the cookie by what they share (RFC 2543)", async () => {
    const lab = await StatelessLab.open();
    const via = "SIP/2.0/UDP 192.0.2.1:5060";
    for (const sequenceNumber of [1, 1, 2]) lab.alice.sendRequest({ method: "INVITE", via, sequenceNumber });
    lab.settle();
    const branches = lab.bob.messages("INVITE").map(({ branch }) => branch);
    expect([branches[0] === branches[1], branches[0] === branches[2]]).toEqual([true, false]);
  });

  it("sends no 100, repeats nothing, and passes each response up", async () => {
    const lab = await StatelessLab.open();
    const request = lab.alice.sendRequest({ method: "INVITE" });
    lab.settle(60_000);
    expect([lab.bob.received.length, lab.alice.received.length, lab.clock.pendingCount]).toEqual([1, 0, 0]);
    for (const status of [100, 180, 180, 200, 200, 486]) lab.bob.received[0]?.reply(status);
    lab.settle();
    expect(lab.alice.messages().map(({ status }) => status)).toEqual([100, 180, 180, 200, 200, 486]);
    expect(lab.alice.last("200").values("Via")).toEqual(request.values("Via"));
  });

  it("drops a response whose top Via is not its own", async () => {
    const lab = await StatelessLab.open();
    lab.alice.sendRequest({ method: "MESSAGE" });
    lab.settle();
    const [request] = lab.bob.received;
    const [, below] = request?.message.values("Via") ?? [];
    request?.reply(200, { headers: { Via: ["SIP/2.0/UDP 192.0.2.77;branch=z9hG4bKx", below ?? ""] } });
    request?.reply(200, { headers: { Via: request.message.topVia } });
    lab.settle();
    expect(lab.alice.received).toEqual([]);
  });

  it("answers a response back along the stream the request came by", async () => {
    const lab = await StatelessLab.open();
    const carol = lab.agent("carol", "192.0.2.3");
    lab.bob.answer("MESSAGE", 200);
    carol.sendRequest({ method: "MESSAGE" });
    lab.settle();
    expect(carol.last("200").values("Via")).toHaveLength(1);
    expect(lab.network.trace.packets("200", { from: "proxy" })[0]?.to.port).not.toBe(5060);
  });

  it("answers what it does not forward, each copy with the same tag, but never an ACK", async () => {
    const lab = await StatelessLab.open({ route: () => 404 });
    const text = lab.alice.request({ method: "MESSAGE" });
    for (let sent = 0; sent < 2; sent++) lab.alice.send(text);
    lab.alice.sendRequest({ method: "ACK" });
    lab.alice.sendRequest({ method: "INVITE", headers: { "Max-Forwards": "0" } });
    lab.alice.sendRequest({ method: "INVITE", headers: { "Proxy-Require": "foo, bar" } });
    lab.settle();
    expect(lab.alice.messages().map(({ summary }) => summary)).toEqual([
      "404 MESSAGE",
      "404 MESSAGE",
      "483 INVITE",
      "420 INVITE",
    ]);
    const [one, other] = lab.alice.messages("404");
    expect(one?.toTag).toBe(other?.toTag);
    expect(lab.alice.last("420").header("Unsupported")).toBe("foo, bar");
  });

  it("stays in the route if it is told so, and takes its own Route away", async () => {
    const lab = await StatelessLab.open({ recordRoute: true });
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    const recorded = lab.bob.last("INVITE").values("Record-Route");
    expect(recorded).toEqual(["<sip:192.0.2.10:5060;lr>"]);
    lab.alice.sendRequest({ method: "ACK", uri: lab.bob.uri, toTag: "b", route: recorded });
    lab.settle();
    expect([lab.bob.last("ACK").headers("Route"), lab.bob.last("ACK").header("Max-Forwards")]).toEqual([[], "69"]);
  });

  it("does not send to itself", async () => {
    const lab = await StatelessLab.open({ route: () => undefined });
    lab.alice.sendRequest({ method: "MESSAGE", uri: "sip:192.0.2.10" });
    lab.settle();
    expect(lab.alice.messages().map(({ summary }) => summary)).toEqual(["404 MESSAGE"]);
  });
});
