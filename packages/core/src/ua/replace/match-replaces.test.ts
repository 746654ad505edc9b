import { inviteText, requestText, type RequestTextOptions } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { readRequest } from "../../../test/ua/ua-bench.js";
import type { SipRequest } from "../../message/sip-request.js";
import { matchJoin } from "./match-join.js";
import { matchReplaces } from "./match-replaces.js";
import type { ReplaceableDialog, ReplaceableDialogs } from "./replaceable-dialog.js";

interface Known extends ReplaceableDialog {
  readonly name: string;
}

const dialog = (name: string, changes: Partial<Known> = {}): Known => ({
  name,
  state: "confirmed",
  isInvite: true,
  isCaller: false,
  ...changes,
});

const known: Readonly<Record<string, readonly Known[]>> = {
  "call local remote": [dialog("confirmed")],
  "ringing-out local remote": [dialog("early, as caller", { state: "early", isCaller: true })],
  "ringing-in local remote": [dialog("early, as callee", { state: "early" })],
  "over local remote": [dialog("ended", { state: "terminated" })],
  "presence local remote": [dialog("subscription", { isInvite: false })],
  "twice local remote": [dialog("one"), dialog("other")],
  "old local ": [dialog("without tag")],
};

const dialogs: ReplaceableDialogs<Known> = {
  find: (callId, localTag, remoteTag) => known[`${callId} ${localTag} ${remoteTag}`] ?? [],
};

function invite(headers: Record<string, string | string[]>, options: Partial<RequestTextOptions> = {}): SipRequest {
  return readRequest(requestText({ method: "INVITE", headers, ...options }));
}

const named = (callId: string, more = ""): string => `${callId};to-tag=local;from-tag=remote${more}`;

describe("RFC 3891 §3 Replaces", () => {
  it("is absent", () => {
    expect(matchReplaces(readRequest(inviteText()), dialogs)).toEqual({ kind: "none" });
  });

  it.each([
    ["a confirmed dialog: it ends by BYE", named("call"), "BYE"],
    ["an early dialog we made: it ends by CANCEL", named("ringing-out"), "CANCEL"],
    ["an early dialog we made, early-only", named("ringing-out", ";early-only"), "CANCEL"],
    ["a dialog without tag by the tag 0", "old;to-tag=local;from-tag=0", "BYE"],
  ])("finds %s", (_what, value, endsBy) => {
    expect(matchReplaces(invite({ Replaces: value }), dialogs)).toMatchObject({ kind: "replaces", endsBy });
  });

  it.each([
    ["no dialog matches", named("nothing"), 481],
    ["the tags are those of the other end", "call;to-tag=remote;from-tag=local", 481],
    ["more than one matches", named("twice"), 481],
    ["no INVITE made it", named("presence"), 481],
    ["it has ended", named("over"), 603],
    ["it is confirmed and must be early", named("call", ";early-only"), 486],
    ["it is early and the peer made it", named("ringing-in"), 481],
    ["a tag is missing", "call;to-tag=local", 400],
  ])("refuses where %s", (_what, value, statusCode) => {
    const verdict = matchReplaces(invite({ Replaces: value }), dialogs);
    expect(verdict).toMatchObject({ kind: "refused", refusal: { statusCode } });
  });

  it("refuses a second one, one beside Join, and one in another method", () => {
    const two = invite({ Replaces: [named("call"), named("call")] });
    const both = invite({ Replaces: named("call"), Join: named("call") });
    const other = invite({ Replaces: named("call") }, { method: "REFER" });
    for (const request of [two, both, other]) {
      expect(matchReplaces(request, dialogs)).toMatchObject({ refusal: { statusCode: 400 } });
    }
  });

  it("refuses whom we do not trust", () => {
    const strict = { ...dialogs, isAuthorized: () => false };
    expect(matchReplaces(invite({ Replaces: named("call") }), strict)).toMatchObject({ refusal: { statusCode: 403 } });
  });
});

describe("RFC 3911 §4 Join", () => {
  it.each(["call", "ringing-out", "ringing-in"])("finds the dialog %s, early ones too", (callId) => {
    expect(matchJoin(invite({ Join: named(callId) }), dialogs)).toMatchObject({ kind: "joins" });
  });

  it.each([
    ["nothing", 481],
    ["twice", 481],
    ["presence", 481],
    ["over", 603],
  ])("refuses %s by %i", (callId, statusCode) => {
    expect(matchJoin(invite({ Join: named(callId) }), dialogs)).toMatchObject({ refusal: { statusCode } });
  });

  it("is passed over where the Request-URI is a conference", () => {
    const conference = { ...dialogs, isConference: () => true };
    expect(matchJoin(invite({ Join: named("nothing") }), conference)).toEqual({ kind: "none" });
    expect(matchJoin(invite({ Join: named("call") }), conference)).toMatchObject({ kind: "joins" });
  });

  it("is absent", () => {
    expect(matchJoin(readRequest(inviteText()), dialogs)).toEqual({ kind: "none" });
  });

  it("refuses a second one, one beside Replaces, a broken one, and one in another method", () => {
    const requests = [
      invite({ Join: [named("call"), named("call")] }),
      invite({ Replaces: named("call"), Join: named("call") }),
      invite({ Join: "call" }),
      invite({ Join: named("call") }, { method: "REFER" }),
    ];
    for (const request of requests) expect(matchJoin(request, dialogs)).toMatchObject({ refusal: { statusCode: 400 } });
  });

  it("refuses whom we do not trust", () => {
    const strict = { ...dialogs, isAuthorized: () => false };
    expect(matchJoin(invite({ Join: named("call") }), strict)).toMatchObject({ refusal: { statusCode: 403 } });
  });
});
