import type { SipServletResponse } from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nothingHeld } from "./container-lab.js";
import { keep, ScriptedLab } from "./scripted-application.js";

let bench: ScriptedLab;

beforeEach(async () => {
  bench = await ScriptedLab.start();
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const self = "sip:app@192.0.2.10";

/** The application calls the container it lives in: one dialog, both ends of it here. */
async function callSelf(answer = 200) {
  const { script, factory } = bench;
  script.on.INVITE = (request) => request.createResponse(answer).send();
  script.onResponse = (response: SipServletResponse) => {
    return response.method === "INVITE" && response.status === 200 ? response.createAck().send() : undefined;
  };
  const applicationSession = factory.createApplicationSession();
  const invite = factory.createRequest(applicationSession, "INVITE", self, self);
  await invite.send();
  await bench.settle();
  return { caller: invite.session, callee: script.request("INVITE").session };
}

/** Everything is over after the last timer of a transaction. */
async function expectNothingLeft(): Promise<void> {
  await bench.settle(64_000);
  expect(bench.lab.container.counts).toEqual(nothingHeld);
}

describe("JSR 289 §15.6 a request to the container itself", () => {
  it("needs no socket, and is a message like any other", async () => {
    const { caller, callee } = await callSelf();
    expect(bench.lab.network.trace.entries).toEqual([]);
    expect(caller).not.toBe(callee);
    expect(caller.callId).toBe(callee.callId);
    expect([caller.state, callee.state]).toEqual(["CONFIRMED", "CONFIRMED"]);
    const { requests } = bench.script;
    expect(requests.map(({ method, isInternallyRouted }) => [method, isInternallyRouted])).toEqual([
      ["INVITE", true],
      ["ACK", true],
    ]);
    expect(bench.script.response(200).isInternallyRouted).toBe(true);
    expect(requests[0]?.getHeaders("Via")).toHaveLength(1);
  });

  it("[K] names the container as the hop before, and nobody as the one outside", async () => {
    await callSelf();
    const invite = bench.script.request("INVITE");
    expect([invite.remoteAddr, invite.remotePort, invite.transport]).toEqual(["192.0.2.10", 5060, "UDP"]);
    expect([invite.initialRemoteAddr, invite.initialRemotePort, invite.initialTransport]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each(["caller", "callee"] as const)("ends by the BYE of its %s", async (side) => {
    const ends = await callSelf();
    const other = side === "caller" ? ends.callee : ends.caller;
    await ends[side].createRequest("BYE").send();
    await bench.settle();
    expect(bench.script.request("BYE").session).toBe(other);
    expect(bench.script.response(200).session).toBe(ends[side]);
    await expectNothingLeft();
  });

  it("is cancelled", async () => {
    bench.script.on.INVITE = (request) => request.createResponse(180).send();
    const invite = bench.factory.createRequest(bench.factory.createApplicationSession(), "INVITE", self, self);
    keep(invite.session);
    await invite.send();
    await bench.settle();
    await invite.createCancel().send();
    await bench.settle();
    expect(bench.script.summary).toBe("INVITE CANCEL 180 487");
    invite.session.invalidate();
    invite.applicationSession.invalidate();
    await expectNothingLeft();
  });

  it("fails as one from outside", async () => {
    await callSelf(486);
    expect(bench.script.summary).toBe("INVITE 486");
    await expectNothingLeft();
  });

  it("is refused as one from outside: a dialog that is not there", async () => {
    const { caller, callee } = await callSelf();
    callee.invalidate();
    await caller.createRequest("INFO").send();
    await bench.settle();
    expect(bench.script.response(481).session).toBe(caller);
    expect(bench.lab.network.trace.entries).toEqual([]);
  });
});

describe("the address of a session", () => {
  it("stands in Contact, the same each time, another one for each session", async () => {
    const keyOf = (contact: string | undefined): string | undefined => /;sk=([\da-f]+)/.exec(contact ?? "")?.[1];
    await bench.send("INVITE");
    const first = keyOf(bench.peer.last("INVITE").contactUri);
    await bench.send("INVITE");
    const second = keyOf(bench.peer.last("INVITE").contactUri);
    expect(first).toMatch(/^[\da-f]{40}$/);
    expect(second).toMatch(/^[\da-f]{40}$/);
    expect(second).not.toBe(first);
  });

  it("is not needed where the dialog tells the session: peers may drop URI parameters", async () => {
    const call = await bench.lab.call(bench.peer);
    const { toTag } = call.answer;
    const bye = { method: "BYE", uri: self, callId: call.callId, sequenceNumber: 2, toTag };
    bench.peer.sendRequest(bye);
    await bench.settle();
    expect(bench.script.request("BYE").session).toBe(bench.script.request("INVITE").session);
  });

  it("leads to no other dialog than that of Call-ID and tags", async () => {
    const first = await bench.lab.call(bench.peer);
    const second = await bench.lab.call(bench.peer);
    const { toTag } = first.answer;
    const uri = second.answer.contactUri ?? "";
    bench.peer.sendRequest({ method: "INFO", uri, callId: first.callId, sequenceNumber: 2, toTag });
    await bench.settle();
    expect(bench.script.requests.filter(({ method }) => method === "INFO")).toEqual([]);
    expect(bench.peer.last((message) => message.summary.endsWith("INFO") && !message.isRequest).status).toBe(481);
  });
});
