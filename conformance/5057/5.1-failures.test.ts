import { Dialog, DialogUsages, type DialogUsage, type SipResponse } from "@siplet/core";
import { inviteText, requestText } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { TransactionLab } from "../3261/transaction-lab.js";

let lab: TransactionLab;
let dialog: Dialog;
let usages: DialogUsages;
let ended: string[];

const usage = (name: string): DialogUsage => ({ onUsageEnded: (status) => void ended.push(`${name} ${status}`) });
const [call, subscription] = [usage("call"), usage("subscription")];

/** A call with a subscription beside it, in one dialog (RFC 5057 §3.1). */
beforeEach(async () => {
  lab = await TransactionLab.open();
  ended = [];
  const { exchange, transaction } = lab.element.send(inviteText(), lab.there);
  lab.settle();
  lab.udp.received[0]?.reply(200);
  lab.settle();
  const [response] = exchange.responses;
  if (response === undefined) throw new RangeError("no answer came");
  dialog = Dialog.ofClient(transaction.request, response);
  usages = new DialogUsages(dialog);
  usages.add(call);
  usages.add(subscription);
});

/** The refresh of the subscription is sent inside the dialog and answered so. */
function refresh(status: number): SipResponse | undefined {
  const { sequenceNumber } = dialog.createRequest("SUBSCRIBE").build().cseq;
  const { exchange } = lab.element.send(
    requestText({ method: "SUBSCRIBE", toTag: "bob-tag", sequenceNumber }),
    lab.there,
  );
  lab.settle();
  if (status === 408) lab.clock.advance(32_000);
  else lab.udp.received.at(-1)?.reply(status);
  lab.settle();
  const statusCode = exchange.log.includes("timeout") ? 408 : (exchange.responses[0]?.statusCode ?? 0);
  if (statusCode >= 300) usages.fail(subscription, statusCode);
  return exchange.responses[0];
}

describe("RFC 5057 §5.1 a refused refresh of a subscription beside a call", () => {
  it.each([404, 410, 416, 482, 483, 484, 485, 502, 604])("%i ends the call as well", (status) => {
    refresh(status);
    expect([ended, dialog.state]).toEqual([[`call ${status}`, `subscription ${status}`], "terminated"]);
  });

  it.each([405, 480, 481, 489, 501])("%i ends the subscription alone", (status) => {
    refresh(status);
    expect([ended, dialog.state, usages.size]).toEqual([[`subscription ${status}`], "confirmed", 1]);
  });

  it("a timeout ends the subscription alone", () => {
    refresh(408);
    expect([ended, dialog.state]).toEqual([["subscription 408"], "confirmed"]);
  });

  it.each([400, 403, 415, 423, 500, 503, 600, 603])("%i ends neither", (status) => {
    refresh(status);
    expect([ended, usages.size]).toEqual([[], 2]);
  });
});

describe("RFC 5057 §4 usages end one by one", () => {
  it("a BYE leaves the subscription and its dialog alone; the last NOTIFY ends both", () => {
    usages.end(call);
    expect(dialog.state).toBe("confirmed");
    expect(dialog.createRequest("SUBSCRIBE").method).toBe("SUBSCRIBE");
    usages.end(subscription);
    expect([dialog.state, ended]).toEqual(["terminated", []]);
  });
});
