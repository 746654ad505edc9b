import "reflect-metadata";
import { SipStack, SipUserAgent } from "@siplet/core";
import { BridgeFactory, inject, Invite, SipServlet, type SipServletRequest, type SipUri } from "@siplet/framework";
import { createSeededRandom } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { describeSession } from "./bridge-lab.js";
import { ContainerLab, createWorld } from "./container-lab.js";

const hosts: Readonly<Record<string, string>> = { alice: "192.0.2.1", bob: "192.0.2.2", carol: "192.0.2.3" };

/** Calls people by their names, and carries out transfers. */
@SipServlet({ name: "office" })
class Office {
  constructor(@inject(BridgeFactory) private readonly bridges: BridgeFactory) {}
  @Invite() async onInvite(request: SipServletRequest): Promise<void> {
    const { user = "" } = request.requestUri as SipUri;
    const to = `sip:${user}@${hosts[user] ?? "192.0.2.250"}`;
    const isReplacing = this.bridges.findReplaced(request) !== undefined;
    await this.bridges.start(request, isReplacing ? {} : { to, transfers: "execute" });
  }
}

async function openOffice() {
  const world = createWorld();
  const { clock, network } = world;
  network.setConditions({ delay: 10 });
  const lab = await ContainerLab.start({ applications: [{ name: "office", servlets: [Office] }] }, world);
  const agents = new Map<string, SipUserAgent>();
  for (const [name, address] of Object.entries(hosts)) {
    const stack = new SipStack({ clock, random: createSeededRandom(address.length + name.length) });
    await stack.listen(network.transport({ protocol: "udp", address, port: 5060 }));
    network.name(`${address}:5060`, name);
    const agent = new SipUserAgent(stack, { uri: `sip:${name}@192.0.2.10`, sessionTimer: false });
    agent.on("call", (call) => void call.answer({ sdp: describeSession(name) }));
    agents.set(name, agent);
  }
  const agent = (name: string): SipUserAgent => {
    const found = agents.get(name);
    if (found === undefined) throw new RangeError(`there is no ${name}`);
    return found;
  };
  return { lab, network, agent };
}

describe("an attended transfer through bridges", () => {
  it("finds the call that is named, wherever Refer-To leads", async () => {
    const { lab, agent } = await openOffice();
    await using _lab = lab;
    const alice = agent("alice");
    const first = alice.invite("sip:bob@192.0.2.10", { sdp: describeSession("alice") });
    const second = alice.invite("sip:carol@192.0.2.10", { sdp: describeSession("alice") });
    await lab.settle(1000);
    const { callId, localTag, remoteTag } = second.session?.dialog ?? {};
    const replaces = encodeURIComponent(`${callId};to-tag=${remoteTag};from-tag=${localTag}`);
    const refer = first.refer(`<sip:carol@192.0.2.240?Replaces=${replaces}>`);
    await lab.settle(5000);
    await expect(refer.finished).resolves.toMatchObject({ statusCode: 200 });
    expect([...agent("bob").calls][0]?.remoteDescription).toContain("s=carol");
  });

  it.each([false, true])("puts the two far ends together; the first call on hold: %s", async (isHeld) => {
    const { lab, network, agent } = await openOffice();
    await using _lab = lab;
    const alice = agent("alice");
    const first = alice.invite("sip:bob@192.0.2.10", { sdp: describeSession("alice") });
    await lab.settle(1000);
    if (isHeld) {
      void first.hold();
      await lab.settle(1000);
    }
    const second = alice.invite("sip:carol@192.0.2.10", { sdp: describeSession("alice") });
    await lab.settle(1000);
    const transferred = first.transfer(second);
    await lab.settle(5000);
    const trace = network.trace.toString();
    await expect(transferred, trace).resolves.toBeUndefined();
    const [bob, carol] = [[...agent("bob").calls], [...agent("carol").calls]];
    expect([bob.length, carol.length, alice.calls.size], trace).toEqual([1, 1, 0]);
    expect(bob[0]?.remoteDescription).toContain("s=carol");
    expect(carol[0]?.remoteDescription).toContain("s=bob");
    void bob[0]?.hangUp();
    await lab.settle(80_000);
    expect(agent("carol").calls.size, trace).toBe(0);
    expect(lab.container.counts).toMatchObject({ applicationSessions: 0, dialogs: 0 });
  });
});
