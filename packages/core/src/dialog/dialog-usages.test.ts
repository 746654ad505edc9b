import { inviteText, responseText } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { readRequest, readResponse } from "../../test/transaction/machine-bench.js";
import { Dialog } from "./dialog.js";
import { DialogUsages, failureScope, type DialogUsage } from "./dialog-usages.js";

/** A usage that writes down how it ended. */
class RecordedUsage implements DialogUsage {
  readonly ended: number[] = [];

  onUsageEnded(statusCode: number): void {
    this.ended.push(statusCode);
  }
}

describe("RFC 5057 §5.1 what a failure ends", () => {
  it.each([404, 410, 416, 482, 483, 484, 485, 502, 604])("%i ends the dialog", (status) => {
    expect(failureScope(status)).toBe("dialog");
  });

  it.each([405, 408, 480, 481, 489, 501])("%i ends its usage", (status) => {
    expect(failureScope(status)).toBe("usage");
  });

  it.each([
    301, 302, 400, 401, 402, 403, 406, 407, 412, 413, 414, 415, 420, 421, 422, 423, 429, 486, 487, 488, 491, 493, 494,
    499, 500, 503, 504, 505, 513, 580, 600, 603, 606,
  ])("%i ends nothing but the transaction", (status) => {
    expect(failureScope(status)).toBe("transaction");
  });
});

describe("RFC 5057 §3 usages that share a dialog", () => {
  let dialog: Dialog;
  let usages: DialogUsages;
  let call: RecordedUsage;
  let subscription: RecordedUsage;

  beforeEach(() => {
    const invite = inviteText();
    dialog = Dialog.ofClient(readRequest(invite), readResponse(responseText(invite, 200, { contact: "<sip:b@b>" })));
    usages = new DialogUsages(dialog);
    [call, subscription] = [new RecordedUsage(), new RecordedUsage()];
    usages.add(call);
    usages.add(subscription);
  });

  it("end one by one; the dialog ends with the last (trap: a BYE ends the subscription)", () => {
    usages.end(call);
    expect([dialog.state, usages.has(subscription)]).toEqual(["confirmed", true]);
    usages.end(subscription);
    expect(dialog.state).toBe("terminated");
  });

  it("end all at once when routing is broken, each told", () => {
    expect(usages.fail(subscription, 404)).toBe("dialog");
    expect([call.ended, subscription.ended, dialog.state]).toEqual([[404], [404], "terminated"]);
  });

  it("end alone by 481", () => {
    expect(usages.fail(subscription, 481)).toBe("usage");
    expect([call.ended, subscription.ended, dialog.state]).toEqual([[], [481], "confirmed"]);
    usages.fail(call, 408);
    expect([call.ended, dialog.state]).toEqual([[408], "terminated"]);
  });

  it("live on when only the transaction failed", () => {
    expect(usages.fail(call, 488)).toBe("transaction");
    expect([call.ended, usages.size, dialog.state]).toEqual([[], 2, "confirmed"]);
  });

  it("are told once, and those that ended before not at all", () => {
    usages.end(subscription);
    usages.fail(subscription, 481);
    usages.fail(call, 604);
    expect([subscription.ended, call.ended]).toEqual([[], [604]]);
  });
});
