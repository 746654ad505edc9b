import "reflect-metadata";
import { BridgeHooks, SipSessionsUtil, type Bridge, type BridgeTransfer } from "@siplet/framework";
import type { ScriptedUserAgent } from "@siplet/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BridgeLab, bridgingApplication, calleeUri, describeSession, type BridgeScript } from "./bridge-lab.js";
import { ContainerLab } from "./container-lab.js";

let bench: BridgeLab;
let target: ScriptedUserAgent;

class Watch extends BridgeHooks {
  static lines: string[] = [];
  static onRefer: (transfer: BridgeTransfer) => unknown = () => undefined;
  override onTransfer(_bridge: Bridge, transfer: BridgeTransfer): void {
    Watch.lines.push(`${transfer.by} to ${transfer.target}${transfer.isAttended ? " attended" : ""}`);
    return Watch.onRefer(transfer) as void;
  }
  override onRelinked(_bridge: Bridge, replaced: string, status: number): void {
    Watch.lines.push(`${replaced} ${status}`);
  }
}

beforeEach(async () => {
  Watch.lines = [];
  Watch.onRefer = () => undefined;
  bench = await BridgeLab.start({ transfers: "execute", hooks: Watch });
  target = bench.lab.agent("target", "192.0.2.30");
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const empty = { applicationSessions: 0, dialogs: 0 };
const sdp = (owner: string, version = 1) => ({ body: describeSession(owner, version), contentType: "application/sdp" });
const referTo = (uri: string) => ({ "Refer-To": `<${uri}>`, "Referred-By": "<sip:bob@example.com>" });
const fragments = (agent: ScriptedUserAgent) => agent.messages("NOTIFY").map(({ body }) => body.trim());

describe("a bridge that carries out a REFER", () => {
  beforeEach(async () => {
    await bench.establish();
    bench.caller.on("INVITE", (incoming) => void incoming.reply(200, sdp("alice", 2))).answer("BYE", 200);
    bench.callee.answer("NOTIFY", 200).answer("BYE", 200);
  });

  it("links the other leg with the target, and tells the one who asked how it goes", async () => {
    await bench.request(bench.calleeEnd, "REFER", { headers: referTo(target.uri) });
    expect(bench.callee.messages("202 REFER")).toHaveLength(1);
    expect(fragments(bench.callee)).toEqual(["SIP/2.0 100 Trying"]);
    const invite = target.last("INVITE");
    expect(invite.header("From")).toContain("alice@example.org");
    expect(invite.header("Referred-By")).toBe("<sip:bob@example.com>");
    expect(invite.body).toBe("");
    const [incoming] = target.received;
    incoming?.reply(180);
    await bench.settle();
    incoming?.reply(200, sdp("target"));
    await bench.settle();
    expect(bench.caller.last("INVITE").body).toContain("s=target");
    expect(target.last("ACK").body).toContain("s=alice");
    expect(fragments(bench.callee)).toEqual(["SIP/2.0 100 Trying", "SIP/2.0 180 Ringing", "SIP/2.0 200 OK"]);
    expect(bench.callee.last("NOTIFY").header("Subscription-State")).toBe("terminated;reason=noresource");
    expect(bench.callee.messages("BYE")).toHaveLength(1);
    expect(Watch.lines).toEqual([`callee to ${target.uri}`, "callee 200"]);
    await bench.request(bench.callerEnd, "INFO");
    expect(target.messages("INFO")).toHaveLength(1);
    target.answer("BYE", 200);
    await bench.request(bench.callerEnd, "BYE");
    expect(target.messages("BYE")).toHaveLength(1);
    await bench.settle(33_000);
    expect(bench.counts).toMatchObject(empty);
  });

  it("keeps the origin that a leg knows when its peer changes (RFC 3264 §8)", async () => {
    target.on("INVITE", (incoming) => void incoming.reply(200, sdp("target")));
    await bench.request(bench.calleeEnd, "REFER", { headers: referTo(target.uri) });
    const origin = /o=[^\r]*/.exec(bench.caller.last("INVITE").body)?.[0];
    expect(origin).toBe("o=bob 10 2 IN IP4 192.0.2.77");
  });

  it("leaves the call as it is when the target refuses", async () => {
    target.answer("INVITE", 180, 486);
    await bench.request(bench.calleeEnd, "REFER", { headers: referTo(target.uri) });
    expect(fragments(bench.callee)).toEqual(["SIP/2.0 100 Trying", "SIP/2.0 180 Ringing", "SIP/2.0 486 Busy Here"]);
    expect(bench.caller.messages("INVITE")).toEqual([]);
    expect(bench.bridge.state).toBe("established");
    bench.caller.answer("INFO", 200);
    await bench.request(bench.calleeEnd, "INFO");
    expect(bench.callee.messages("200 INFO")).toHaveLength(1);
    await bench.request(bench.callerEnd, "BYE");
    await bench.settle(33_000);
    expect(bench.counts).toMatchObject(empty);
  });

  it("ends both new legs when the one that stays cannot take the offer", async () => {
    const lab = await BridgeLab.start({ transfers: "execute" });
    const third = lab.lab.agent("third", "192.0.2.31").answer("BYE", 200);
    await lab.establish();
    lab.caller.answer("INVITE", 488);
    lab.callee.answer("NOTIFY", 200);
    third.on("INVITE", (incoming) => void incoming.reply(200, sdp("third")));
    await lab.request(lab.calleeEnd, "REFER", { headers: referTo(third.uri) });
    expect(third.messages().map(({ method }) => method)).toEqual(["INVITE", "ACK", "BYE"]);
    expect(fragments(lab.callee).at(-1)).toBe("SIP/2.0 488 Whatever");
    expect(lab.bridge.state).toBe("established");
    await lab[Symbol.asyncDispose]();
  });

  it("goes on when the one who asked hangs up at once, and ends the other when that fails", async () => {
    await bench.request(bench.calleeEnd, "REFER", { headers: referTo(target.uri) });
    await bench.request(bench.calleeEnd, "BYE");
    expect(bench.caller.messages("BYE")).toEqual([]);
    target.received[0]?.reply(486);
    await bench.settle();
    expect(bench.caller.messages("BYE")).toHaveLength(1);
    await bench.settle(33_000);
    expect(bench.counts).toMatchObject(empty);
  });

  it("gives the target up when the one that stays hangs up", async () => {
    target.answer("INVITE", 180);
    await bench.request(bench.calleeEnd, "REFER", { headers: referTo(target.uri) });
    await bench.request(bench.callerEnd, "BYE");
    expect(target.messages("CANCEL")).toHaveLength(1);
    expect(bench.callee.messages("BYE")).toHaveLength(1);
    target.received[0]?.reply(487);
    await bench.settle(33_000);
    expect(bench.counts).toMatchObject(empty);
  });

  it("tries the re-INVITE again after glare", async () => {
    let copies = 0;
    const lab = await BridgeLab.start({ transfers: "execute" });
    const third = lab.lab.agent("third", "192.0.2.31");
    await lab.establish();
    lab.caller.on("INVITE", (incoming) => void incoming.reply((copies += 1) === 1 ? 491 : 200, sdp("alice", 2)));
    lab.callee.answer("NOTIFY", 200).answer("BYE", 200);
    third.on("INVITE", (incoming) => void incoming.reply(200, sdp("third")));
    await lab.request(lab.calleeEnd, "REFER", { headers: referTo(third.uri) });
    expect(third.messages("ACK")).toEqual([]);
    await lab.settle(4100);
    expect(lab.caller.messages("INVITE")).toHaveLength(2);
    expect(third.messages("ACK").length).toBeGreaterThan(0);
    await lab[Symbol.asyncDispose]();
  });

  it.each([
    ["Refer-Sub: false", { "Refer-Sub": "false" }],
    ["nosub", { Require: "nosub" }],
  ])("sends no NOTIFY where none is wanted: %s", async (_name, headers) => {
    target.on("INVITE", (incoming) => void incoming.reply(200, sdp("target")));
    await bench.request(bench.calleeEnd, "REFER", { headers: { ...referTo(target.uri), ...headers } });
    expect(bench.callee.messages("NOTIFY")).toEqual([]);
    expect(bench.callee.last("202 REFER").header("Refer-Sub")).toBe("false");
    expect(bench.callee.messages("BYE")).toHaveLength(1);
  });

  it("refuses one that cannot be read, and one while another is going on", async () => {
    await bench.request(bench.calleeEnd, "REFER", {});
    expect(bench.callee.messages("400 REFER")).toHaveLength(1);
    await bench.request(bench.calleeEnd, "REFER", { headers: referTo(target.uri) });
    await bench.request(bench.calleeEnd, "REFER", { headers: referTo(target.uri) });
    expect(bench.callee.messages("491 REFER")).toHaveLength(1);
  });

  it("lets a hook refuse it or choose another target", async () => {
    Watch.onRefer = ({ refer }) => refer.createResponse(403).send();
    await bench.request(bench.calleeEnd, "REFER", { headers: referTo("sip:nobody@192.0.2.250") });
    expect(bench.callee.messages("403 REFER")).toHaveLength(1);
    Watch.onRefer = (transfer) => (transfer.target = target.uri);
    await bench.request(bench.calleeEnd, "REFER", { headers: referTo("sip:nobody@192.0.2.250") });
    expect(target.messages("INVITE")).toHaveLength(1);
  });

  it("takes the caller's REFER alike", async () => {
    bench.caller.answer("NOTIFY", 200);
    bench.callee.on("INVITE", (incoming) => void incoming.reply(200, sdp("bob", 2)));
    target.on("INVITE", (incoming) => void incoming.reply(200, sdp("target")));
    await bench.request(bench.callerEnd, "REFER", { headers: referTo(target.uri) });
    expect(bench.callee.last("INVITE").body).toContain("s=target");
    expect(bench.caller.messages("BYE")).toHaveLength(1);
    expect(bench.bridge.state).toBe("established");
  });
});

describe("a bridge that refuses or relays a REFER", () => {
  it("hands on the reports of a transfer after the one who asked has hung up", async () => {
    bench.script.options = { to: calleeUri };
    await bench.establish();
    bench.caller.answer("REFER", 202).answer("BYE", 200);
    bench.callee.answer("NOTIFY", 200);
    await bench.request(bench.calleeEnd, "REFER", { headers: referTo(target.uri) });
    await bench.request(bench.calleeEnd, "BYE");
    expect(bench.caller.messages().map(({ method }) => method)).toEqual(["INVITE", "REFER", "BYE"]);
    const report = { Event: "refer", "Subscription-State": "terminated;reason=noresource" };
    const body = { body: "SIP/2.0 200 OK", contentType: "message/sipfrag" };
    await bench.request(bench.callerEnd, "NOTIFY", { headers: report, ...body });
    expect(fragments(bench.callee)).toEqual(["SIP/2.0 200 OK"]);
    expect(bench.caller.messages("200 NOTIFY")).toHaveLength(1);
    expect(bench.counts).toMatchObject(empty);
  });

  it("answers 603 when told to refuse", async () => {
    bench.script.options = { to: calleeUri, transfers: "refuse" };
    await bench.establish();
    await bench.request(bench.calleeEnd, "REFER", { headers: referTo(target.uri) });
    expect(bench.callee.messages("603 REFER")).toHaveLength(1);
  });
});

describe("a bridge whose leg is replaced by an INVITE with Replaces", () => {
  const replaces = () => {
    const { callId, toTag, fromTag } = bench.calleeEnd;
    return `${callId};to-tag=${toTag};from-tag=${fromTag}`;
  };
  const take = (headers: Record<string, string>) =>
    bench.lab.send(target, { method: "INVITE", fromTag: "target-tag", headers, ...sdp("target") });

  beforeEach(async () => {
    await bench.establish();
    bench.callee.answer("BYE", 200);
  });

  it("links it with the leg that stays, and ends the other", async () => {
    bench.caller.on("INVITE", (incoming) => void incoming.reply(200, sdp("alice", 2)));
    await take({ Replaces: replaces(), Require: "replaces" });
    expect(bench.caller.last("INVITE").body).toContain("s=target");
    expect(bench.caller.last("INVITE").header("Replaces")).toBeUndefined();
    expect(target.last("200 INVITE").body).toContain("s=alice");
    expect(bench.callee.messages("BYE")).toHaveLength(1);
    const { callId, toTag, contactUri: uri } = target.last("200 INVITE");
    await bench.lab.send(target, { method: "ACK", uri, callId, toTag, fromTag: "target-tag" });
    expect(bench.caller.messages("ACK")).toHaveLength(1);
    target.answer("BYE", 200);
    await bench.request(bench.callerEnd, "BYE");
    expect(target.messages("BYE")).toHaveLength(1);
    await bench.settle(33_000);
    expect(bench.counts).toMatchObject(empty);
  });

  it("stays as it is when the other end refuses", async () => {
    bench.caller.answer("INVITE", 488);
    await take({ Replaces: replaces() });
    expect(target.messages("488 INVITE")).toHaveLength(1);
    expect(bench.callee.messages("BYE")).toEqual([]);
    bench.caller.answer("INFO", 200);
    await bench.request(bench.calleeEnd, "INFO");
    expect(bench.callee.messages("200 INFO")).toHaveLength(1);
  });

  it("refuses early-only with 486, for the call stands", async () => {
    await take({ Replaces: `${replaces()};early-only` });
    expect(target.messages("486 INVITE")).toHaveLength(1);
  });
});

describe("Bridge.relink", () => {
  it("puts somebody else in place of a leg", async () => {
    await bench.establish();
    bench.caller.on("INVITE", (incoming) => void incoming.reply(200, sdp("alice", 2)));
    bench.callee.answer("BYE", 200);
    target.on("INVITE", (incoming) => void incoming.reply(200, sdp("target")));
    await bench.bridge.relink("callee", { to: target.uri, headers: { Subject: "queue" } });
    await bench.settle();
    expect(target.last("INVITE").header("Subject")).toBe("queue");
    expect(bench.callee.messages("BYE")).toHaveLength(1);
    expect(Watch.lines).toEqual(["callee 200"]);
    expect(bench.bridge.legOf(bench.bridge.callee as never)).toBe("callee");
  });

  it("refuses while nobody has answered", async () => {
    await bench.invite();
    expect(() => bench.bridge.relink("callee", { to: target.uri })).toThrow(
      expect.objectContaining({ code: "state.dialog" }),
    );
  });
});

describe("a bridged call that moved to another container", () => {
  async function move() {
    const first = await BridgeLab.start(
      { maxDuration: 600, hooks: Watch, transfers: "execute" },
      {
        distributable: true,
        bridgeHooks: [Watch],
      },
    );
    const script: BridgeScript = { options: {}, bridges: [], seen: [], errors: [] };
    const more = { distributable: true, bridgeHooks: [Watch] };
    const { clock, network } = first.lab;
    const applications = [bridgingApplication(script, more)];
    const second = await ContainerLab.start({ applications }, { clock, network }, "192.0.2.111");
    await first.establish();
    await first.settle(40_000);
    const [id = ""] = first.lab.container.bean("bridging", SipSessionsUtil).getSipApplicationSessionIds();
    second.container.activateSession(await first.lab.container.passivateSession(id));
    expect(first.counts).toMatchObject(empty);
    const to = { address: "192.0.2.111", port: 5060 };
    return { first, second, to };
  }
  const send = (lab: BridgeLab, end: "callerEnd" | "calleeEnd", method: string, headers = {}) => {
    const { agent, ...dialog } = lab[end];
    agent.sendRequest({ method, ...dialog, sequenceNumber: 500, headers }, { address: "192.0.2.111", port: 5060 });
  };

  it.each(["callerEnd", "calleeEnd"] as const)("is ended there from the %s", async (end) => {
    const { first, second } = await move();
    const other = end === "callerEnd" ? first.callee : first.caller;
    other.answer("BYE", 200);
    send(first, end, "BYE");
    await second.settle();
    expect(other.messages("BYE")).toHaveLength(1);
    expect(second.container.counts).toMatchObject(empty);
  });

  it("relays and transfers there, with its hooks", async () => {
    const { first, second } = await move();
    const third = second.agent("third", "192.0.2.31");
    third.on("INVITE", (incoming) => void incoming.reply(200, sdp("third")));
    first.caller.on("INVITE", (incoming) => void incoming.reply(200, sdp("alice", 2)));
    first.callee.answer("NOTIFY", 200).answer("BYE", 200);
    send(first, "calleeEnd", "REFER", referTo(third.uri));
    await second.settle();
    expect(Watch.lines).toEqual([`callee to ${third.uri}`, "callee 200"]);
    expect(first.caller.last("INVITE").body).toContain("o=bob 10 2");
  });

  it("ends there when its time is up", async () => {
    const { first, second } = await move();
    first.caller.answer("BYE", 200);
    first.callee.answer("BYE", 200);
    await second.settle(559_000);
    expect(first.caller.messages("BYE")).toEqual([]);
    await second.settle(2000);
    expect(first.caller.messages("BYE")).toHaveLength(1);
    expect(second.container.counts).toMatchObject(empty);
  });

  it("needs hooks that the application names", async () => {
    const lab = await BridgeLab.start({ hooks: Watch }, { distributable: true });
    await lab.invite();
    expect(lab.script.errors).toEqual([expect.objectContaining({ code: "argument.invalid" })]);
    await lab[Symbol.asyncDispose]();
  });
});
