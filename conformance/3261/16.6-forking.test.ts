import type { ScriptedUserAgent } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { ProxyLab, type ProxyLabOptions } from "./proxy-lab.js";

const parallel: ProxyLabOptions = { proxy: { mode: "parallel" } };

/** Answers the INVITE that an agent got first. */
function answerInvite(agent: ScriptedUserAgent, status: number, toTag: string): void {
  agent.received.find(({ message }) => message.method === "INVITE")?.reply(status, { toTag });
}

/** Two callees that ring. */
async function ringTwo(
  options = parallel,
): Promise<{ lab: ProxyLab; one: ScriptedUserAgent; other: ScriptedUserAgent }> {
  const lab = await ProxyLab.open(options);
  const [one, other] = [lab.callee("one"), lab.callee("other")];
  for (const agent of [one, other]) {
    agent.on("INVITE", (call) => void (call.copy === 1 && call.reply(180, { toTag: agent.name })));
  }
  lab.alice.sendRequest({ method: "INVITE" });
  lab.settle();
  return { lab, one, other };
}

describe("RFC 3261 §16.6 forking in parallel (checklist 46)", () => {
  it("sends to all at once, each with a branch of its own", async () => {
    const { lab, one, other } = await ringTwo();
    expect(one.last("INVITE").branch).not.toBe(other.last("INVITE").branch);
    expect(lab.alice.messages("180 INVITE").map(({ toTag }) => toTag)).toEqual(["one", "other"]);
  });

  it("sends the first 2xx up and cancels the others because the call was completed elsewhere", async () => {
    const { lab, one, other } = await ringTwo();
    answerInvite(one, 200, "one");
    lab.settle();
    expect(lab.alice.messages("200 INVITE").map(({ toTag }) => toTag)).toEqual(["one"]);
    expect(other.last("CANCEL").header("Reason")).toBe('SIP;cause=200;text="Call completed elsewhere"');
    expect(one.messages("CANCEL")).toEqual([]);
  });

  it("sends up a second 2xx that crosses the CANCEL", async () => {
    const { lab, one, other } = await ringTwo();
    for (const agent of [one, other]) answerInvite(agent, 200, agent.name);
    lab.settle();
    expect(lab.alice.messages("200 INVITE").map(({ toTag }) => toTag)).toEqual(["one", "other"]);
  });

  it("sends up every repeat of a 2xx, and one of another dialog of the same branch", async () => {
    const { lab, one } = await ringTwo();
    for (const tag of ["one", "one", "fork", "one"]) answerInvite(one, 200, tag);
    lab.settle();
    expect(lab.alice.messages("200 INVITE").map(({ toTag }) => toTag)).toEqual(["one", "one", "fork", "one"]);
  });

  it("lets the 2xx pass that comes within 64·T1, none afterwards (RFC 6026 §8.9)", async () => {
    const { lab, one } = await ringTwo();
    answerInvite(one, 200, "one");
    lab.settle(31_000);
    answerInvite(one, 200, "one");
    lab.settle();
    expect(lab.alice.messages("200 INVITE")).toHaveLength(2);
    lab.settle(2_000);
    answerInvite(one, 200, "one");
    lab.settle();
    expect(lab.alice.messages("200 INVITE")).toHaveLength(2);
  });

  it("sends nothing of the others up once there is a final response", async () => {
    const { lab, one, other } = await ringTwo();
    answerInvite(one, 200, "one");
    lab.settle();
    answerInvite(other, 183, "other");
    answerInvite(other, 487, "other");
    lab.settle();
    expect(lab.answers).toEqual(["180 INVITE", "180 INVITE", "200 INVITE"]);
    expect(other.messages("ACK")).toHaveLength(1);
  });

  it("leaves the others alone when it is told so", async () => {
    const { lab, one, other } = await ringTwo({ proxy: { mode: "parallel", noCancel: true } });
    answerInvite(one, 200, "one");
    lab.settle();
    answerInvite(other, 200, "other");
    lab.settle();
    expect([other.messages("CANCEL").length, lab.alice.messages("200 INVITE").length]).toEqual([0, 2]);
  });

  it("goes on with the others when one branch leads nowhere", async () => {
    const lab = await ProxyLab.open(parallel);
    lab.register("sip:nobody@192.0.2.77;transport=tcp");
    const bob = lab.callee("bob").answer("INVITE", 200);
    lab.register("sip:nobody@192.0.2.78;transport=sctp");
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    expect([lab.answers, bob.messages("INVITE").length]).toEqual([["200 INVITE"], 1]);
  });
});

describe("RFC 3261 §16.6 forking one after the other", () => {
  it("tries the next target when the one before has ended", async () => {
    const lab = await ProxyLab.open({ proxy: { mode: "sequential" } });
    const [one, other] = [lab.callee("one", { q: 1 }), lab.callee("other", { q: 0.5 })];
    one.on("INVITE", (call) => call.after(1000, () => call.reply(486)));
    other.answer("INVITE", 200);
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle(900);
    expect(other.received).toEqual([]);
    lab.settle(100);
    expect(lab.answers).toEqual(["200 INVITE"]);
  });

  it("cancels a target that takes too long and goes on when it has ended", async () => {
    const lab = await ProxyLab.open({ proxy: { branchTimeout: 10_000 } });
    const [one, other] = [lab.callee("one", { q: 1 }).answer("INVITE", 180), lab.callee("other", { q: 0.5 })];
    one.on("CANCEL", (cancel) => {
      cancel.reply(200);
      answerInvite(one, 487, "one");
    });
    other.answer("INVITE", 480);
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle(10_000);
    expect([one.messages("CANCEL").length, lab.answers]).toEqual([1, ["180 INVITE", "480 INVITE"]]);
  });

  it("goes on at once where nothing has been heard", async () => {
    const lab = await ProxyLab.open({ proxy: { branchTimeout: 10_000 } });
    lab.callee("one", { q: 1 });
    const other = lab.callee("other", { q: 0.5 }).answer("INVITE", 200);
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle(10_000);
    expect([other.messages("INVITE").length, lab.answers]).toEqual([1, ["200 INVITE"]]);
  });

  it("still sends up the 2xx of one that was given up", async () => {
    const lab = await ProxyLab.open({ proxy: { branchTimeout: 10_000 } });
    const one = lab.callee("one", { q: 1 });
    const other = lab.callee("other", { q: 0.5 }).answer("INVITE", 180);
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle(10_000);
    answerInvite(one, 200, "one");
    lab.settle();
    expect([lab.answers, other.messages("CANCEL").length]).toEqual([["180 INVITE", "200 INVITE"], 1]);
  });
});

describe("RFC 3261 §16.6 forking by groups of equal q", () => {
  it("tries the most wanted together, then the next", async () => {
    const lab = await ProxyLab.open();
    const agents = ([1, 0.5, 1, 0.5] as const).map((q, index) => lab.callee(`bob${index}`, { q }));
    for (const agent of agents.slice(0, 3)) {
      agent.on("INVITE", (call) => {
        call.reply(100);
        call.after(1000, () => call.reply(480));
      });
    }
    lab.alice.sendRequest({ method: "INVITE" });
    lab.settle();
    expect(agents.map((agent) => agent.messages("INVITE").length)).toEqual([1, 0, 1, 0]);
    agents[3]?.answer("INVITE", 200);
    lab.settle(1000);
    expect(agents.map((agent) => agent.messages("INVITE").length)).toEqual([1, 1, 1, 1]);
    expect(lab.answers).toEqual(["200 INVITE"]);
  });
});
