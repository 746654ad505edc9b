import type { IncomingMessage, ResponseTextOptions } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { answerTo, UaBench } from "../../../test/ua/ua-bench.js";
import type { Dialog } from "../../dialog/dialog.js";
import { RequestBuilder } from "../../message/request-builder.js";
import { InviteClient, type InviteClientParts, type InviteClientUser } from "./invite-client.js";
import type { InviteClientBranch } from "./invite-client-branch.js";

let bench: UaBench;
let told: string[];
let invites: IncomingMessage[];

const user: InviteClientUser = {
  onProvisional: (response, branch) => void told.push(`${response.statusCode} ${branch?.dialog.remoteTag ?? "-"}`),
  onSuccess: (response, branch) => void told.push(`${response.statusCode} ${branch.dialog.remoteTag}`),
  onFailure: (response, _invite, error) => void told.push(`failed ${response.statusCode} ${error?.code ?? ""}`.trim()),
  onBranchEnded: (branch) => void told.push(`ended ${branch.dialog.remoteTag}`),
};

function draft(headers: Record<string, string> = {}): RequestBuilder {
  const invite = new RequestBuilder("INVITE", "sip:peer@192.0.2.2")
    .addText("From", "<sip:engine@192.0.2.1>;tag=engine-tag")
    .addText("To", "<sip:peer@192.0.2.2>")
    .addText("Call-ID", "call-1")
    .addText("CSeq", "7 INVITE")
    .addText("Max-Forwards", "70")
    .addText("Contact", "<sip:engine@192.0.2.1>");
  for (const [name, value] of Object.entries(headers)) invite.addText(name, value);
  return invite;
}

async function call(headers?: Record<string, string>, parts: Partial<InviteClientParts> = {}): Promise<InviteClient> {
  const invite = new InviteClient({ context: bench.context, sender: bench.stack.sender, user, ...parts });
  invite.start(draft(headers));
  bench.clock.advance(0);
  return invite;
}

/** Answers the last INVITE the peer got. */
function answer(status: number, toTag?: string, options: ResponseTextOptions = {}): void {
  invites.at(-1)?.reply(status, { toTag, ...options });
  bench.clock.advance(0);
}

const reliable = (responseNumber: number): ResponseTextOptions => ({
  headers: { Require: "100rel", RSeq: String(responseNumber) },
});

function branchOf(invite: InviteClient, tag: string): InviteClientBranch {
  const branch = invite.branches.get(tag);
  if (branch === undefined) throw new RangeError(`no dialog ${tag}`);
  return branch;
}

function acknowledge(invite: InviteClient, tag: string): void {
  const branch = branchOf(invite, tag);
  branch.sendAck(branch.createAck());
  bench.clock.advance(0);
}

beforeEach(async () => {
  bench = await UaBench.open();
  told = [];
  invites = [];
  bench.peer.on("INVITE", (invite) => void invites.push(invite));
});

describe("RFC 3261 §13.2 INVITE client usage", () => {
  it("makes an early dialog for each To tag, and none for 100 or a provisional without tag", async () => {
    const invite = await call();
    answer(100);
    answer(183, undefined, { headers: { To: "<sip:peer@192.0.2.2>" } });
    answer(180, "one");
    answer(180, "two");
    answer(183, "one");
    expect(told).toEqual(["183 -", "180 one", "180 two", "183 one"]);
    expect([...invite.branches.keys()]).toEqual(["one", "two"]);
    expect(branchOf(invite, "one").dialog.state).toBe("early");
  });

  it("confirms the dialog of each 2xx and tells each once", async () => {
    const invite = await call();
    answer(180, "one");
    answer(200, "one");
    answer(200, "two");
    answer(200, "one");
    expect(told).toEqual(["180 one", "200 one", "200 two"]);
    expect([...invite.branches.values()].map(({ state }) => state)).toEqual(["confirmed", "confirmed"]);
  });

  it("sends the ACK with the INVITE's number on the route of the 2xx, and again for each repeat", async () => {
    const invite = await call({
      "Proxy-Authorization": 'Digest username="a", realm="b", nonce="c", uri="d", response="e"',
    });
    answer(180, "one", { recordRoute: ["<sip:old@192.0.2.9;lr>"] });
    answer(200, "one", { recordRoute: ["<sip:192.0.2.2;lr>"], contact: "<sip:phone@192.0.2.77>" });
    acknowledge(invite, "one");
    const ack = bench.peer.last("ACK");
    expect([ack.header("CSeq"), ack.requestUri, ack.header("Route")]).toEqual([
      "7 ACK",
      "sip:phone@192.0.2.77",
      "<sip:192.0.2.2;lr>",
    ]);
    expect(ack.header("Proxy-Authorization")).toContain("Digest");
    expect(ack.branch).not.toBe(invites[0]?.message.branch);
    answer(200, "one");
    answer(200, "one");
    expect(bench.peer.messages("ACK").map((each) => each.header("CSeq"))).toEqual(["7 ACK", "7 ACK", "7 ACK"]);
    expect(told).toEqual(["180 one", "200 one"]);
  });

  it("acknowledges each fork by its own ACK", async () => {
    const invite = await call();
    answer(200, "one");
    acknowledge(invite, "one");
    answer(200, "two");
    answer(200, "two");
    expect(bench.peer.messages("ACK").map(({ toTag }) => toTag)).toEqual(["one"]);
    acknowledge(invite, "two");
    answer(200, "one");
    expect(bench.peer.messages("ACK").map(({ toTag }) => toTag)).toEqual(["one", "two", "one"]);
  });

  it("refuses an ACK before the 2xx and a second one", async () => {
    const invite = await call();
    answer(180, "one");
    const branch = branchOf(invite, "one");
    expect(() => branch.createAck()).toThrow(expect.objectContaining({ code: "ua.state" }));
    answer(200, "one");
    expect(branch.awaitsAck).toBe(true);
    acknowledge(invite, "one");
    expect(() => branch.sendAck(branch.createAck())).toThrow(expect.objectContaining({ code: "ua.state" }));
  });

  it("ends the early dialogs left 64·T1 after the first 2xx, and hears no more", async () => {
    await call();
    answer(180, "one");
    answer(180, "two");
    answer(200, "one");
    bench.clock.advance(31_999);
    answer(200, "late");
    expect(told.at(-1)).toBe("200 late");
    bench.clock.advance(1);
    expect(told.at(-1)).toBe("ended two");
    answer(200, "two");
    expect(told.at(-1)).toBe("ended two");
  });

  it("ends all early dialogs on failure", async () => {
    const invite = await call();
    answer(180, "one");
    answer(486, "two");
    expect(told).toEqual(["180 one", "failed 486"]);
    expect([branchOf(invite, "one").state, branchOf(invite, "one").dialog.state]).toEqual(["ended", "terminated"]);
    expect(invite.isFinal).toBe(true);
  });

  it("takes a timeout for 408 and a broken transport for 503 (§8.1.3.1)", async () => {
    await call();
    bench.clock.advance(32_000);
    expect(told).toEqual(["failed 408 ua.timeout"]);
    bench.network.fail("INVITE");
    await call();
    expect(told.at(-1)).toBe("failed 503 transport.failed");
  });

  it("cancels when its Expires has run out", async () => {
    const invite = await call({ Expires: "30" });
    answer(180, "one");
    bench.clock.advance(29_999);
    expect(bench.peer.messages("CANCEL")).toEqual([]);
    bench.clock.advance(1);
    expect([bench.peer.messages("CANCEL").length, invite.isCancelled]).toEqual([1, true]);
  });

  it("does not cancel by Expires what was answered", async () => {
    await call({ Expires: "30" });
    answer(200, "one");
    bench.clock.advance(31_000);
    expect(bench.peer.messages("CANCEL")).toEqual([]);
  });
});

describe("RFC 3261 §9.1 CANCEL of an INVITE", () => {
  it("waits for a provisional and ends with the 487", async () => {
    const invite = await call();
    invite.cancel();
    bench.clock.advance(100);
    expect(bench.peer.messages("CANCEL")).toEqual([]);
    answer(100);
    expect(bench.peer.messages("CANCEL")).toHaveLength(1);
    answer(487);
    expect(told).toEqual(["failed 487"]);
  });

  it("tells of a 2xx that crossed it, to be acknowledged and ended", async () => {
    const invite = await call();
    answer(180, "one");
    invite.cancel();
    answer(200, "one");
    expect(told).toEqual(["180 one", "200 one"]);
    expect(invite.isCancelled).toBe(true);
  });

  it("is not sent after the final response", async () => {
    const invite = await call();
    answer(200, "one");
    invite.cancel();
    bench.clock.advance(1000);
    expect([bench.peer.messages("CANCEL").length, invite.isCancelled]).toEqual([0, false]);
  });
});

describe("RFC 3262 §4 reliable provisional responses of the caller", () => {
  it("tells each once and in order, and passes over those ahead of their turn", async () => {
    const invite = await call();
    answer(183, "one", reliable(10));
    answer(183, "one", reliable(10));
    answer(180, "one", reliable(12));
    answer(183, "one", reliable(9));
    answer(180, "one", reliable(11));
    answer(180, "one", reliable(12));
    expect(told).toEqual(["183 one", "180 one", "180 one"]);
    expect(invite.branches.size).toBe(1);
  });

  it("counts each early dialog for itself", async () => {
    await call();
    answer(183, "one", reliable(10));
    answer(183, "two", reliable(500));
    answer(180, "one", reliable(11));
    expect(told).toEqual(["183 one", "183 two", "180 one"]);
  });

  it("makes a PRACK with its own number and the RAck of the response, on the early route", async () => {
    const invite = await call();
    const route = ["<sip:p1@192.0.2.2;lr>", "<sip:p2@192.0.2.3;lr>"];
    answer(183, "one", { ...reliable(9021), recordRoute: route });
    const response = { ...reliable(9022), contact: "<sip:moved@192.0.2.88>" };
    answer(180, "one", response);
    const branch = branchOf(invite, "one");
    const source = answerTo(invite.request ?? draft().build(), 183)
      .set("RSeq", 9021)
      .addText("Require", "100rel")
      .build();
    const prack = branch.createPrack(source).build();
    expect([prack.cseq.sequenceNumber, prack.getText("RAck"), prack.requestUriText]).toEqual([
      8,
      "9021 7 INVITE",
      "sip:moved@192.0.2.88",
    ]);
    expect(prack.getTexts("Route")).toEqual(["<sip:p2@192.0.2.3;lr>", "<sip:p1@192.0.2.2;lr>"]);
    expect(() => branch.createPrack(answerTo(prack, 180).build())).toThrow(
      expect.objectContaining({ code: "ua.state" }),
    );
  });

  it("leaves the remote target alone on an unreliable provisional (RFC 6141 §4.4)", async () => {
    const invite = await call();
    answer(180, "one", { contact: "<sip:first@192.0.2.2>" });
    answer(180, "one", { contact: "<sip:second@192.0.2.2>" });
    expect(branchOf(invite, "one").dialog.remoteTarget).toBe("sip:first@192.0.2.2");
  });
});

describe("RFC 6228 199 Early Dialog Terminated", () => {
  it("ends its early dialog and no other", async () => {
    const invite = await call();
    answer(180, "one");
    answer(180, "two");
    answer(199, "one");
    answer(180, "one");
    expect(told).toEqual(["180 one", "180 two", "199 one", "ended one"]);
    expect([branchOf(invite, "one").state, branchOf(invite, "two").state]).toEqual(["ended", "early"]);
  });

  it("makes no dialog", async () => {
    const invite = await call();
    answer(199, "ghost");
    expect([told, invite.branches.size]).toEqual([[], 0]);
  });

  it("does not keep a 2xx of that tag from making the dialog anew", async () => {
    const invite = await call();
    answer(180, "one");
    answer(199, "one");
    answer(200, "one");
    expect(told.at(-1)).toBe("200 one");
    expect(branchOf(invite, "one").dialog.state).toBe("confirmed");
  });
});

describe("RFC 3261 §14.1 re-INVITE", () => {
  async function reinvite(): Promise<{ readonly invite: InviteClient; readonly dialog: Dialog }> {
    const first = await call();
    answer(200, "one");
    acknowledge(first, "one");
    const { dialog } = branchOf(first, "one");
    const invite = new InviteClient({ context: bench.context, sender: bench.stack.sender, user, dialog });
    invite.start(dialog.createRequest("INVITE").addText("Contact", "<sip:engine@192.0.2.1>"));
    bench.clock.advance(0);
    told = [];
    return { invite, dialog };
  }

  it("stays in its dialog and moves the remote target with the 2xx alone", async () => {
    const { invite, dialog } = await reinvite();
    answer(180, "one", { contact: "<sip:ringing@192.0.2.2>" });
    expect(dialog.remoteTarget).toBe("sip:peer@192.0.2.2:5060");
    answer(200, "one", { contact: "<sip:answered@192.0.2.2>", recordRoute: ["<sip:new@192.0.2.9;lr>"] });
    expect([dialog.remoteTarget, dialog.routeSet]).toEqual(["sip:answered@192.0.2.2", []]);
    acknowledge(invite, "one");
    expect(bench.peer.last("ACK").header("CSeq")).toBe("8 ACK");
  });

  it("leaves dialog and target as they were when it fails", async () => {
    const { dialog } = await reinvite();
    answer(183, "one", reliable(3));
    answer(488, "one", { contact: "<sip:refused@192.0.2.2>" });
    expect([dialog.state, dialog.remoteTarget]).toEqual(["confirmed", "sip:peer@192.0.2.2:5060"]);
    expect(told).toEqual(["183 one", "failed 488"]);
  });
});
