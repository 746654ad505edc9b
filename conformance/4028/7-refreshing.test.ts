import { describe, expect, it } from "vitest";
import { AgentLab, callScripted, numbered, onRequest, receiveScripted, sdp, type ScriptedCall } from "../agent-lab.js";

const offer = { sdp: sdp("alice") };
const timer = (seconds: number, refresher: string): Record<string, string> => ({
  "Session-Expires": `${seconds};refresher=${refresher}`,
  Require: "timer",
});

/** A call of ours that stands, its 2xx with these header fields. */
async function calling(headers: Record<string, string>, allow = "INVITE, UPDATE"): Promise<ScriptedCall> {
  const scripted = await callScripted();
  onRequest(
    scripted.bob,
    (request) => void request.reply(200, { headers: request.message.method === "UPDATE" ? headers : {} }),
  );
  scripted.invites[0]?.reply(200, { body: sdp("bob"), headers: { ...headers, Allow: allow } });
  scripted.lab.pass();
  return scripted;
}

describe("RFC 4028 §7 as the one who asks; checklist 60", () => {
  it("says that it knows timers and asks for an interval", async () => {
    const { bob } = await callScripted();
    const invite = bob.last("INVITE");
    expect([invite.values("Supported").includes("timer"), invite.header("Session-Expires")]).toEqual([true, "1800"]);
  });

  it("does without where timers are off", async () => {
    const { bob } = await callScripted(offer, { agent: { sessionTimer: false } });
    const invite = bob.last("INVITE");
    expect([invite.values("Supported").includes("timer"), invite.header("Session-Expires")]).toEqual([
      false,
      undefined,
    ]);
  });

  it("raises its interval after a 422: same Call-ID, next number, Min-SE (flow 29.8)", async () => {
    const { bob, invites, lab, told } = await callScripted();
    invites[0]?.reply(422, { headers: { "Min-SE": "3600" } });
    lab.pass();
    const [first, second] = bob.messages("INVITE");
    expect([second?.header("Session-Expires"), second?.header("Min-SE"), second?.sequenceNumber]).toEqual([
      "3600",
      "3600",
      2,
    ]);
    expect([second?.callId, second?.fromTag, second?.body]).toEqual([first?.callId, first?.fromTag, first?.body]);
    invites[1]?.reply(200, { body: sdp("bob"), headers: timer(3600, "uac") });
    lab.pass(1_800_000);
    expect([told, bob.last("INVITE").header("Session-Expires")]).toEqual([
      ["answered", "confirmed"],
      "3600;refresher=uac",
    ]);
  });

  it("does not go round in circles", async () => {
    const { invites, lab, told } = await callScripted();
    for (let turn = 0; turn < 10; turn++) {
      invites[turn]?.reply(422, { headers: { "Min-SE": String(2000 + turn) } });
      lab.pass();
    }
    expect(told).toEqual(["ended remote rejected 422"]);
  });

  it("refreshes at half the interval by UPDATE, and goes on from its 2xx", async () => {
    const { bob, lab, told } = await calling(timer(600, "uac"));
    lab.pass(299_999);
    expect(bob.messages("UPDATE")).toEqual([]);
    lab.pass(1);
    const refresh = bob.last("UPDATE");
    expect([numbered(refresh), refresh.header("Session-Expires"), refresh.body]).toEqual([
      "2 UPDATE",
      "600;refresher=uac",
      "",
    ]);
    lab.pass(1_500_000);
    expect([bob.messages("UPDATE").length, told]).toEqual([6, ["answered", "confirmed"]]);
  });

  it("refreshes by re-INVITE where the peer takes no UPDATE; the description and its version stay", async () => {
    const { bob, lab, invites } = await calling(timer(600, "uac"), "INVITE, BYE");
    lab.pass(300_000);
    expect(bob.last("INVITE").body).toBe(sdp("alice"));
    invites[1]?.reply(200, { body: sdp("bob"), headers: timer(600, "uac") });
    lab.pass(300_000);
    expect(bob.messages("INVITE")).toHaveLength(3);
  });

  it("has no timer where the 2xx names none", async () => {
    const { bob, lab, told } = await calling({});
    lab.pass(10_000_000);
    expect([bob.messages("UPDATE").length, told]).toEqual([0, ["answered", "confirmed"]]);
  });

  it("has none any more after a refresh whose 2xx names none", async () => {
    const { bob, lab, told } = await calling(timer(600, "uac"));
    onRequest(bob, (request) => request.reply(200));
    lab.pass(5_000_000);
    expect([bob.messages("UPDATE").length, told]).toEqual([1, ["answered", "confirmed"]]);
  });

  it.each([481, 408])("hangs up when its refresh is answered by %i", async (status) => {
    const { bob, lab, told } = await calling(timer(600, "uac"));
    onRequest(bob, (request) => request.reply(request.message.method === "UPDATE" ? status : 200));
    lab.pass(300_000);
    expect([bob.messages("BYE").length, told.at(-1)]).toEqual([1, `ended network failed ${status}`]);
  });

  it("tries again when its refresh fails otherwise, and hangs up at the end", async () => {
    const { bob, lab, told } = await calling(timer(600, "uac"));
    onRequest(bob, (request) => request.reply(request.message.method === "UPDATE" ? 500 : 200));
    await lab.settle(567_999);
    expect([bob.messages("UPDATE").length > 1, bob.messages("BYE").length]).toEqual([true, 0]);
    await lab.settle(1);
    expect([bob.messages("BYE").length, told.at(-1)]).toEqual([1, "ended network expired"]);
  });

  it.each([
    [1800, 1768],
    [90, 60],
  ])("waits for the peer's refresh: without it, of %i s, BYE after %i s", async (seconds, bye) => {
    const { bob, lab, told } = await calling(timer(seconds, "uas"));
    lab.pass(bye * 1000 - 1);
    expect([bob.messages("BYE").length, bob.messages("UPDATE").length]).toEqual([0, 0]);
    lab.pass(1);
    expect([bob.messages("BYE").length, told.at(-1)]).toEqual([1, "ended network expired"]);
  });
});

describe("RFC 4028 §9 as the one who answers; checklist 60", () => {
  const answer = { sdp: sdp("alice") };

  it.each([
    ["no timers", {}, "1800;refresher=uas", undefined],
    ["timers, nobody named", { Supported: "timer", "Session-Expires": "1200" }, "1200;refresher=uac", "timer"],
    ["timers, itself named", { Supported: "timer", x: "1200;refresher=uac" }, "1200;refresher=uac", "timer"],
    [
      "timers, us named",
      { Supported: "timer", "Session-Expires": "1200;refresher=uas" },
      "1200;refresher=uas",
      "timer",
    ],
    ["no timers, a proxy asks", { "Session-Expires": "1200" }, "1200;refresher=uas", undefined],
    ["a larger interval", { Supported: "timer", "Session-Expires": "7200" }, "1800;refresher=uac", "timer"],
    [
      "a larger Min-SE",
      { Supported: "timer", "Session-Expires": "7200", "Min-SE": "3600" },
      "3600;refresher=uac",
      "timer",
    ],
  ])("table 2: the caller has %s", async (_what, headers, expected, requires) => {
    const { call, bob, lab } = await receiveScripted({ body: sdp("bob"), headers });
    void call.answer(answer);
    lab.pass();
    const success = bob.last("200 INVITE");
    expect([success.header("Session-Expires"), success.header("Require")]).toEqual([expected, requires]);
  });

  it("refuses an interval that is too short by 422, before anything rings", async () => {
    const lab = new AgentLab();
    const alice = await lab.agent("alice", { sessionTimer: { minimum: 600 } });
    const bob = lab.scripted("bob", alice);
    const rung: unknown[] = [];
    alice.ua.on("call", (call) => rung.push(call));
    const headers = { Supported: "timer", "Session-Expires": "300" };
    bob.sendRequest({ method: "INVITE", uri: alice.uri, body: sdp("bob"), headers });
    lab.pass();
    expect([bob.last("422 INVITE").header("Min-SE"), rung]).toEqual(["600", []]);
  });

  it("refreshes, when it is the refresher, as the one who asks (roles of each transaction, flow 29.8)", async () => {
    const { call, bob, lab, acknowledge } = await receiveScripted({
      body: sdp("bob"),
      headers: { Supported: "timer", "Session-Expires": "600;refresher=uas", Allow: "UPDATE" },
    });
    void call.answer(answer);
    lab.pass();
    acknowledge();
    lab.pass(300_000);
    expect(bob.last("UPDATE").header("Session-Expires")).toBe("600;refresher=uac");
  });

  it("answers a refresh, and the time begins anew", async () => {
    const headers = { Supported: "timer", "Session-Expires": "600;refresher=uac" };
    const { call, bob, lab, acknowledge, send, told } = await receiveScripted({ body: sdp("bob"), headers });
    void call.answer(answer);
    lab.pass();
    acknowledge();
    lab.pass(300_000);
    send({ method: "UPDATE", headers });
    expect(bob.last("200 UPDATE").header("Session-Expires")).toBe("600;refresher=uac");
    lab.pass(567_999);
    expect(told).toEqual(["answered", "confirmed"]);
    lab.pass(1);
    expect(told.at(-1)).toBe("ended network expired");
  });

  it("refuses a refresh that is too short by 422; the call goes on", async () => {
    const headers = { Supported: "timer", "Session-Expires": "600;refresher=uac" };
    const { call, bob, lab, acknowledge, send } = await receiveScripted({ body: sdp("bob"), headers });
    void call.answer(answer);
    lab.pass();
    acknowledge();
    send({ method: "UPDATE", headers: { Supported: "timer", "Session-Expires": "60" } });
    expect([bob.last("422 UPDATE").header("Min-SE"), call.state]).toEqual(["90", "confirmed"]);
  });
});

describe("RFC 4028 between two user agents", () => {
  it.each(["local", "remote"] as const)("keeps a call up for hours, the refresher being %s", async (refresher) => {
    const lab = new AgentLab({ conditions: { delay: 20 } });
    const alice = await lab.agent("alice", { sessionTimer: { interval: 300, refresher } });
    const bob = await lab.agent("bob");
    bob.ua.on("call", (call) => void call.answer({ sdp: sdp("bob") }));
    const call = alice.ua.invite(bob.uri, offer);
    await lab.settle(4 * 3_600_000);
    expect([call.state, call.localDescription]).toEqual(["confirmed", sdp("alice")]);
  });

  it("ends it at both ends when the network is gone", async () => {
    const lab = new AgentLab({ conditions: { delay: 20 } });
    const [alice, bob] = [await lab.agent("alice"), await lab.agent("bob")];
    bob.ua.on("call", (call) => void call.answer({ sdp: sdp("bob") }));
    const call = alice.ua.invite(bob.uri, offer);
    lab.pass(1000);
    lab.network.setConditions({ loss: 1 });
    await lab.settle(2_000_000);
    expect([call.state, bob.ua.calls.size, alice.ua.calls.size]).toEqual(["ended", 0, 0]);
  });
});
