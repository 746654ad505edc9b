import { SipSessionsUtil } from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ScriptedLab } from "./scripted-application.js";

let bench: ScriptedLab;

beforeEach(async () => {
  bench = await ScriptedLab.start();
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

/** An established call, and the header value that names its dialog. */
async function established() {
  const call = await bench.lab.call(bench.peer);
  const { toTag = "", callId } = call.answer;
  const { session } = bench.script.request("INVITE");
  return { call, session, reference: `${callId};to-tag=${toTag};from-tag=alice-tag` };
}

async function status(options: Parameters<typeof bench.lab.send>[1]): Promise<number> {
  await bench.lab.send(bench.peer, options);
  return bench.peer.last((message) => !message.isRequest).status;
}

describe.each(["Join", "Replaces"] as const)("JSR 289 §15.11.3 %s", (name) => {
  it("puts the new session into the application session of the one it names, and links them", async () => {
    const { session, reference } = await established();
    await bench.lab.send(bench.peer, { method: "INVITE", headers: { [name]: reference } });
    const invite = bench.script.request("INVITE");
    expect(invite.isInitial).toBe(true);
    expect(invite.session).not.toBe(session);
    expect(invite.applicationSession).toBe(session.applicationSession);
    const util = bench.lab.container.bean("scripted", SipSessionsUtil);
    expect(util.getCorrespondingSipSession(invite.session, name)).toBe(session);
    expect(util.getCorrespondingSipSession(session, name.toUpperCase())).toBe(invite.session);
    expect(util.getCorrespondingSipSession(session, name === "Join" ? "Replaces" : "Join")).toBeUndefined();
  });

  it("passes an INVITE that names no dialog of ours as any other", async () => {
    const { session } = await established();
    const reference = "nobody@nowhere;to-tag=1;from-tag=2";
    expect(await status({ method: "INVITE", headers: { [name]: reference } })).toBe(200);
    expect(bench.script.request("INVITE").applicationSession).not.toBe(session.applicationSession);
  });

  it("refuses what is malformed, stands twice or in another method", async () => {
    const { reference } = await established();
    expect(await status({ method: "INVITE", headers: { [name]: "just-a-call-id" } })).toBe(400);
    expect(await status({ method: "INVITE", headers: { [name]: [reference, reference] } })).toBe(400);
    expect(await status({ method: "OPTIONS", headers: { [name]: reference } })).toBe(400);
  });

  it("refuses Join and Replaces together", async () => {
    const { reference } = await established();
    expect(await status({ method: "INVITE", headers: { Join: reference, Replaces: reference } })).toBe(400);
  });
});

describe("JSR 289 §15 where a request belongs, in a container with one application", () => {
  it("has neutral region and no subscriber, for initial requests and their sessions", async () => {
    await bench.lab.call(bench.peer);
    const invite = bench.script.request("INVITE");
    expect(invite.getRegion().type).toBe("NEUTRAL");
    expect(invite.getSubscriberUri()).toBeUndefined();
    expect(invite.getRoutingDirective()).toBe("NEW");
    expect(invite.session.getRegion().type).toBe("NEUTRAL");
    const ack = bench.script.request("ACK");
    const refusal = expect.objectContaining({ code: "state.not-initial" }) as Error;
    expect(() => ack.getRegion()).toThrow(refusal);
    expect(() => ack.getSubscriberUri()).toThrow(refusal);
    expect(() => ack.getRoutingDirective()).toThrow(refusal);
    expect(() => bench.create("INVITE").session.getRegion()).toThrow(refusal);
  });

  it("takes a routing directive for a new, unsent request alone", async () => {
    await bench.lab.call(bench.peer);
    const original = bench.script.request("INVITE");
    const request = bench.create("INVITE");
    request.setRoutingDirective("CONTINUE", original);
    expect(request.getRoutingDirective()).toBe("CONTINUE");
    const refusal = expect.objectContaining({ code: "state.not-initial" }) as Error;
    expect(() => request.setRoutingDirective("REVERSE", bench.script.request("ACK"))).toThrow(refusal);
    expect(() => original.setRoutingDirective("NEW")).toThrow(refusal);
    await request.send();
    expect(() => request.setRoutingDirective("NEW")).toThrow(refusal);
  });

  it("tells whether the Request-URI leads to this container", async () => {
    await bench.lab.send(bench.peer, { method: "MESSAGE", uri: "sip:app@192.0.2.10" });
    expect(bench.script.request("MESSAGE").isRequestUriInternal).toBe(true);
    await bench.lab.send(bench.peer, { method: "MESSAGE", uri: "sip:bob@example.com" });
    expect(bench.script.request("MESSAGE").isRequestUriInternal).toBe(false);
    expect(bench.create("MESSAGE").isRequestUriInternal).toBe(false);
  });
});

describe("JSR 289 §14.2 outbound interfaces", () => {
  it("sends by the listener the session names, and tells it in Via and Contact", async () => {
    const { network } = bench.lab;
    const second = network.transport({ protocol: "udp", address: "192.0.2.11", port: 5070 });
    const first = network.transport({ protocol: "udp", address: "192.0.2.12", port: 5070 });
    await using other = await ScriptedLab.start({ listen: [first, second] }, bench.lab);
    const request = other.create("INVITE");
    request.session.setOutboundInterface({ address: "192.0.2.11", port: 5070 });
    await request.send();
    await other.settle();
    expect(other.peer.last("INVITE").topVia).toContain("192.0.2.11:5070");
    expect(other.peer.last("INVITE").contactUri).toMatch(/^sip:192\.0\.2\.11:5070;sk=/);
  });

  it("is refused for what is no outbound interface", () => {
    const { session } = bench.create("MESSAGE");
    expect(() => session.setOutboundInterface("203.0.113.9")).toThrow(
      expect.objectContaining({ code: "argument.invalid" }),
    );
    expect(() => session.setOutboundInterface(undefined as unknown as string)).toThrow(
      expect.objectContaining({ code: "argument.missing" }),
    );
  });
});
