import { parseMessage, type SipRequest, type SipResponse } from "@siplet/core";
import { requestText, responseText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { proxiedDialogOf, withSequenceNumber, withTargets } from "./proxied-dialog.js";

function read(text: string): SipRequest | SipResponse {
  return parseMessage(Buffer.from(text)) as SipRequest | SipResponse;
}

const inviteText = requestText({
  method: "INVITE",
  sequenceNumber: 7,
  contact: "<sip:alice@a>",
  headers: { "Record-Route": ["<sip:p;lr>", "<sip:q;lr>"] },
});
const invite = read(inviteText) as SipRequest;
const success = read(responseText(inviteText, 200, { contact: "<sip:bob@b>" })) as SipResponse;
const dialog = proxiedDialogOf(invite, success);

/** A request inside the dialog, of the caller or of the callee. */
function inDialog(method: string, isCallers: boolean, sequenceNumber: number, contact?: string): string {
  const tags = isCallers
    ? { fromTag: "alice-tag", toTag: "bob-tag" }
    : { from: "<sip:bob@example.com>", fromTag: "bob-tag", to: "<sip:alice@example.org>", toTag: "alice-tag" };
  return requestText({ method, sequenceNumber, contact, ...tags });
}

describe("JSR 359 what a proxy remembers of a call", () => {
  it("is what the 2xx tells, as plain data", () => {
    expect(JSON.parse(JSON.stringify(dialog))).toEqual({
      caller: "<sip:alice@example.org>;tag=alice-tag",
      callerTag: "alice-tag",
      callee: "<sip:bob@example.com>;tag=bob-tag",
      recordRoutes: "<sip:p;lr>, <sip:q;lr>",
      callerContact: "<sip:alice@a>",
      calleeContact: "<sip:bob@b>",
      callerSequenceNumber: 7,
      calleeSequenceNumber: 0,
    });
  });

  it("follows the numbers of both ends, never backwards", () => {
    const later = withSequenceNumber(dialog, read(inDialog("INFO", true, 9)) as SipRequest);
    const both = withSequenceNumber(later, read(inDialog("INFO", false, 3)) as SipRequest);
    const late = withSequenceNumber(both, read(inDialog("INFO", true, 8)) as SipRequest);
    expect([late.callerSequenceNumber, late.calleeSequenceNumber]).toEqual([9, 3]);
  });

  it("moves the targets with an answered target refresh, of either end, and with nothing else", () => {
    const update = inDialog("UPDATE", false, 4, "<sip:bob@c>");
    const answer = read(responseText(update, 200, { contact: "<sip:alice@d>" })) as SipResponse;
    const moved = withTargets(dialog, read(update) as SipRequest, answer);
    expect([moved.callerContact, moved.calleeContact]).toEqual(["<sip:alice@d>", "<sip:bob@c>"]);
    const info = inDialog("INFO", true, 8, "<sip:x@x>");
    expect(withTargets(dialog, read(info) as SipRequest, read(responseText(info, 200)) as SipResponse)).toBe(dialog);
  });
});
