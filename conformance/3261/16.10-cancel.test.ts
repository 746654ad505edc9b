import { cancelText, type ScriptedUserAgent, type WireMessage } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { ProxyLab } from "./proxy-lab.js";

interface Ringing {
  readonly lab: ProxyLab;
  readonly bob: ScriptedUserAgent;
  readonly invite: WireMessage;
}

/** An INVITE that bob has answered with these provisionals. */
async function ring(...statuses: readonly number[]): Promise<Ringing> {
  const lab = await ProxyLab.open();
  const bob = lab.callee("bob").answer("INVITE", ...statuses);
  const invite = lab.alice.sendRequest({ method: "INVITE" });
  lab.settle();
  return { lab, bob, invite };
}

/** Answers the INVITE that an agent got first. */
function answerInvite(agent: ScriptedUserAgent, status: number): void {
  agent.received.find(({ message }) => message.method === "INVITE")?.reply(status);
}

describe("RFC 3261 §16.10 CANCEL", () => {
  it("is answered at once by 200, with the tag of our own answers", async () => {
    const { lab, invite } = await ring(100);
    lab.alice.send(cancelText(invite));
    lab.settle();
    const answer = lab.alice.last("200 CANCEL");
    expect(answer.toTag).toBeDefined();
    expect(lab.answers).toEqual(["200 CANCEL"]);
  });

  it("reaches each branch that has answered by a provisional, with one Via and the branch of the INVITE", async () => {
    const { lab, bob, invite } = await ring(180);
    lab.alice.send(cancelText(invite));
    lab.settle();
    const [cancel, sent] = [bob.last("CANCEL"), bob.last("INVITE")];
    expect([cancel.values("Via"), cancel.requestUri]).toEqual([[sent.topVia], sent.requestUri]);
    expect([cancel.sequenceNumber, cancel.toTag, cancel.callId]).toEqual([1, undefined, sent.callId]);
  });

  it("waits for the first provisional of a branch that has none", async () => {
    const { lab, bob, invite } = await ring();
    lab.alice.send(cancelText(invite));
    lab.settle(400);
    expect(bob.messages("CANCEL")).toEqual([]);
    answerInvite(bob, 180);
    lab.settle();
    expect(bob.messages("CANCEL")).toHaveLength(1);
  });

  it("ends by the 487 of the callee", async () => {
    const { lab, bob, invite } = await ring(180);
    bob.on("CANCEL", (cancel) => {
      cancel.reply(200);
      answerInvite(bob, 487);
    });
    lab.alice.send(cancelText(invite));
    lab.settle();
    expect(lab.answers).toEqual(["180 INVITE", "200 CANCEL", "487 INVITE"]);
    expect(bob.messages("ACK")).toHaveLength(1);
  });

  it("carries the Reason that it came with (RFC 3326)", async () => {
    const { lab, bob, invite } = await ring(180);
    const reason = 'SIP ;cause=200 ;text="Call completed elsewhere"';
    lab.alice.send(
      cancelText(invite).replace("Max-Forwards", `Reason: ${reason}\r\nReason: Q.850;cause=26\r\nMax-Forwards`),
    );
    lab.settle();
    expect(bob.last("CANCEL").headers("Reason")).toEqual([reason, "Q.850;cause=26"]);
  });

  it("that comes twice is answered twice and sent on once", async () => {
    const { lab, bob, invite } = await ring(180);
    for (let sent = 0; sent < 2; sent++) lab.alice.send(cancelText(invite));
    lab.settle();
    expect([lab.answers, bob.messages("CANCEL").length]).toEqual([["180 INVITE", "200 CANCEL", "200 CANCEL"], 1]);
  });

  it("is answered by 487 when no branch answers it, but not before the INVITE has timed out", async () => {
    const { lab, invite } = await ring();
    lab.alice.send(cancelText(invite));
    lab.settle(32_000);
    expect(lab.answers).toEqual(["200 CANCEL", "487 INVITE"]);
  });

  it("is answered by 487 64·T1 after the CANCEL of a callee that is gone", async () => {
    const { lab, invite } = await ring(180);
    lab.alice.send(cancelText(invite));
    lab.settle(32_000);
    expect(lab.answers).toEqual(["180 INVITE", "200 CANCEL", "487 INVITE"]);
  });

  it("keeps targets from being tried that wait for their turn", async () => {
    const lab = await ProxyLab.open();
    const first = lab.callee("first", { q: 1 }).answer("INVITE", 180);
    const second = lab.callee("second", { q: 0.1 });
    const invite = lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    lab.alice.send(cancelText(invite));
    lab.settle();
    answerInvite(first, 487);
    lab.settle();
    expect([second.received.length, lab.answers.at(-1)]).toEqual([0, "487 INVITE"]);
  });

  it("wins over what other branches had answered before", async () => {
    const lab = await ProxyLab.open({ proxy: { mode: "parallel" } });
    lab.callee("challenging").answer("INVITE", 401);
    const ringing = lab.callee("ringing").answer("INVITE", 180);
    const invite = lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    lab.alice.send(cancelText(invite));
    lab.settle();
    answerInvite(ringing, 487);
    lab.settle();
    expect(lab.answers.at(-1)).toBe("487 INVITE");
  });

  it("before any target was found ends the INVITE by 487, and nothing is sent later", async () => {
    let find: (contacts: undefined) => void = () => {};
    const lab = await ProxyLab.open({ lookUp: () => new Promise((resolve) => (find = resolve)) });
    const invite = lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    lab.alice.send(cancelText(invite));
    lab.settle();
    find(undefined);
    await lab.clock.advanceAsync(0);
    expect(lab.answers).toEqual(["200 CANCEL", "487 INVITE"]);
  });

  it("that matches nothing is answered by 481", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob");
    lab.alice.send(cancelText(lab.alice.request({ method: "INVITE" })));
    lab.settle();
    expect([lab.answers, bob.received.length]).toEqual([["481 CANCEL"], 0]);
  });

  it("of another method is answered by 200 and changes nothing", async () => {
    const lab = await ProxyLab.open();
    const bob = lab.callee("bob");
    const message = lab.alice.sendRequest({ method: "MESSAGE" });
    lab.settle();
    lab.alice.send(cancelText(message));
    lab.settle();
    expect([lab.answers, bob.messages("CANCEL").length]).toEqual([["200 CANCEL"], 0]);
  });
});

describe("RFC 3261 §16.10 races of CANCEL", () => {
  it("with a 200 that is on its way: the 200 goes up, the CANCEL has no effect", async () => {
    const { lab, bob, invite } = await ring(180);
    lab.network.setConditions({ delay: 50 });
    bob.on("CANCEL", (cancel) => cancel.reply(481));
    answerInvite(bob, 200);
    lab.alice.send(cancelText(invite));
    lab.settle(1000);
    expect(lab.answers).toEqual(["180 INVITE", "200 INVITE", "200 CANCEL"]);
    expect(bob.messages("CANCEL")).toEqual([]); // the 200 was here first
  });

  it("with a 200 that crosses the CANCEL downstream: both arrive", async () => {
    const { lab, bob, invite } = await ring(180);
    lab.network.setConditions({ delay: 50 });
    lab.alice.send(cancelText(invite));
    lab.settle(60); // the CANCEL is between proxy and bob
    answerInvite(bob, 200);
    bob.on("CANCEL", (cancel) => cancel.reply(200));
    lab.settle(1000);
    expect(lab.answers).toEqual(["180 INVITE", "200 CANCEL", "200 INVITE"]);
    lab.alice.sendRequest({ method: "ACK", uri: bob.uri, toTag: "bob-tag" });
    lab.settle(1000);
    expect(bob.messages("ACK")).toHaveLength(1);
  });

  it("with a final failure: the failure stands", async () => {
    const { lab, bob, invite } = await ring(180);
    answerInvite(bob, 486);
    lab.settle();
    lab.alice.send(cancelText(invite));
    lab.settle();
    expect(lab.answers).toEqual(["180 INVITE", "486 INVITE", "200 CANCEL"]);
  });
});
