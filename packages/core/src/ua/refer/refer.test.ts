import { inviteText, ManualClock, requestText, responseText, type RequestTextOptions } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { readRequest } from "../../../test/ua/ua-bench.js";
import { Dialog } from "../../dialog/dialog.js";
import { parseMessage } from "../../message/parse-message.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import { defaultTimerValues } from "../../transaction/timer-values.js";
import { ReferNotifier, type ReferNotifierParts } from "./refer-notifier.js";
import { readRefer } from "./refer-order.js";
import { ReferSubscription } from "./refer-subscription.js";
import { parseSipfrag, writeSipfrag } from "./sipfrag.js";

function refer(headers: Record<string, string | string[]>, options: Partial<RequestTextOptions> = {}): SipRequest {
  return readRequest(requestText({ method: "REFER", sequenceNumber: 93, headers, ...options }));
}

function createDialog(): Dialog {
  const response = parseMessage(Buffer.from(responseText(inviteText(), 200, { contact: "<sip:bob@192.0.2.2>" })));
  return Dialog.ofClient(readRequest(inviteText()), response as SipResponse);
}

describe("RFC 3515 §2.4.2 a REFER", () => {
  it("says what is to be sent, and to whom", () => {
    const order = readRefer(
      refer({ "Refer-To": '"Carol" <sip:carol@c.example;method=MESSAGE?Subject=hi%20there&body=x>' }),
    );
    expect(order).toMatchObject({ kind: "order", method: "MESSAGE", body: "x", sequenceNumber: 93 });
    if (order.kind !== "order") return;
    expect(String(order.target)).toBe("sip:carol@c.example");
    expect(order.headers).toEqual([{ name: "Subject", value: "hi there" }]);
  });

  it("may stand in compact form and without angle brackets; then the parameters are not of the URI", () => {
    const order = readRefer(refer({ r: "sip:carol@c.example;method=BYE" }));
    expect(order).toMatchObject({ method: "INVITE" });
  });

  it("hands on Replaces, unescaped once, with its tags as they are (RFC 3891 §6.1)", () => {
    const order = readRefer(
      refer({ "Refer-To": "<sip:c@c.example?Replaces=id%40host%3Bto-tag%3Dc2%3Bfrom-tag%3Da2>" }),
    );
    expect(order).toMatchObject({ headers: [{ name: "Replaces", value: "id@host;to-tag=c2;from-tag=a2" }] });
  });

  it("leaves out header fields that would forge who we are (RFC 3261 §19.1.5)", () => {
    const order = readRefer(refer({ "Refer-To": "<sip:c@c.example?From=%3Csip:x%40x%3E&Via=x&Subject=ok>" }));
    expect(order).toMatchObject({ headers: [{ name: "Subject", value: "ok" }] });
  });

  it("hands on Referred-By as it is written (RFC 3892 §2.2)", () => {
    const value = '<sip:alice@a.example>;cid="x@y";unknown=1';
    expect(readRefer(refer({ "Refer-To": "<sip:c@c>", b: value }))).toMatchObject({ referredBy: value });
  });

  it("may refer to what is no SIP URI", () => {
    expect(readRefer(refer({ "Refer-To": "<tel:+4930123>" }))).toMatchObject({ method: "INVITE", headers: [] });
  });

  it.each([
    ["no Refer-To", {}],
    ["two of them", { "Refer-To": ["<sip:a@a>", "<sip:b@b>"] }],
    ["two in one field", { "Refer-To": "<sip:a@a>, <sip:b@b>" }],
    ["one that cannot be read", { "Refer-To": "<sip:>" }],
    ["two Referred-By", { "Refer-To": "<sip:a@a>", "Referred-By": ["<sip:a@a>", "<sip:b@b>"] }],
  ])("is refused with %s", (_what, headers) => {
    expect(readRefer(refer(headers))).toMatchObject({ kind: "refused", refusal: { statusCode: 400 } });
  });

  it.each([
    [{}, true],
    [{ "Refer-Sub": "true" }, true],
    [{ "Refer-Sub": "False ;x=1" }, false],
    [{ Require: "nosub" }, false],
  ])("with %j wants a subscription: %s (RFC 4488, RFC 7614)", (headers, wantsSubscription) => {
    expect(readRefer(refer({ "Refer-To": "<sip:a@a>", ...headers }))).toMatchObject({ wantsSubscription });
  });
});

describe("RFC 3420, RFC 3515 §2.4.5 message/sipfrag", () => {
  it("is a status line with its line end", () => {
    expect(writeSipfrag({ statusCode: 486, reasonPhrase: "Busy Here" })).toBe("SIP/2.0 486 Busy Here\r\n");
  });

  it.each([
    ["SIP/2.0 200 OK\r\n", 200, "OK"],
    ["SIP/2.0 200 OK", 200, "OK"],
    ["sip/2.0 603 Nein, danke \r\nWarning: x\r\n\r\n", 603, "Nein, danke"],
    ["\r\nSIP/2.0 100\r\n", 100, "Trying"],
  ])("reads %j", (text, statusCode, reasonPhrase) => {
    expect(parseSipfrag(text)).toEqual({ statusCode, reasonPhrase });
  });

  it.each(["", "INVITE sip:a SIP/2.0\r\n", "SIP/2.0 20 OK", "SIP/2.0 799 X"])("finds no status in %j", (text) => {
    expect(parseSipfrag(text)).toBeUndefined();
  });
});

describe("RFC 3515 §2.4.4 the one who was referred", () => {
  let clock: ManualClock;
  let told: string[];
  beforeEach(() => {
    clock = new ManualClock();
    told = [];
  });

  function create(more: Partial<ReferNotifierParts> = {}): ReferNotifier {
    const user = {
      onNotify: (notify: { getText(name: string): string | undefined; body: Uint8Array }): void => {
        const status = Buffer.from(notify.body).toString().slice(8, 11);
        told.push(`${notify.getText("Event")} ${notify.getText("Subscription-State")} ${status}`);
      },
      onReferEnded: () => void told.push("ended"),
    };
    return new ReferNotifier({ clock, dialog: createDialog(), user, ...more });
  }

  it("tells 100 at once, provisionals, and the final status as the last", () => {
    const notifier = create();
    notifier.accept();
    clock.advance(10_000);
    notifier.report(180);
    notifier.report(200);
    notifier.report(200);
    expect(told).toEqual([
      "refer active;expires=180 100",
      "refer active;expires=170 180",
      "refer terminated;reason=noresource 200",
      "ended",
    ]);
  });

  it("writes sipfrag into a NOTIFY of the dialog", () => {
    const sent: SipRequest[] = [];
    create({ user: { onNotify: (notify) => void sent.push(notify.build()) } }).accept();
    expect([sent[0]?.getText("Content-Type"), sent[0]?.cseq.sequenceNumber, sent[0]?.toTag]).toEqual([
      "message/sipfrag;version=2.0",
      2,
      "bob-tag",
    ]);
    expect(Buffer.from(sent[0]?.body ?? []).toString()).toBe("SIP/2.0 100 Trying\r\n");
  });

  it("names the REFER by its number where it is not the first of the dialog", () => {
    create({ eventId: "93" }).accept();
    expect(told).toEqual(["refer;id=93 active;expires=180 100"]);
  });

  it("ends when its time is over", () => {
    create({ seconds: 60 }).accept();
    clock.advance(60_000);
    expect(told.slice(1)).toEqual(["refer terminated;reason=timeout 100", "ended"]);
  });

  it("is refreshed, by no more than it lasts, and ended by 0", () => {
    const notifier = create({ seconds: 60 });
    notifier.accept();
    clock.advance(50_000);
    expect(notifier.refresh(3600)).toBe(60);
    clock.advance(50_000);
    expect(notifier.refresh(0)).toBe(0);
    expect(told.slice(1)).toEqual(["refer active;expires=60 100", "refer terminated;reason=timeout 100", "ended"]);
    expect(notifier.refresh(60)).toBe(0);
  });

  it.each([
    [481, true],
    [408, true],
    [500, false],
    [200, false],
  ])("of a NOTIFY answered by %i ends: %s", (status, ends) => {
    const notifier = create();
    notifier.accept();
    notifier.receiveNotifyStatus(status);
    expect(notifier.isActive).toBe(!ends);
  });

  it("is quiet in a dialog that has ended", () => {
    const dialog = createDialog();
    const notifier = create({ dialog });
    notifier.accept();
    dialog.terminate();
    notifier.report(200);
    expect(told).toEqual(["refer active;expires=180 100", "ended"]);
  });

  it("is taken up from plain data", () => {
    const notifier = create({ eventId: "93" });
    notifier.accept();
    notifier.report(180);
    const snapshot = JSON.parse(JSON.stringify(notifier.snapshot()));
    notifier.stop();
    told = [];
    clock.advance(30_000);
    create({ snapshot }).report(183);
    clock.advance(150_000);
    expect(told).toEqual(["refer;id=93 active;expires=150 183", "refer;id=93 terminated;reason=timeout 183", "ended"]);
  });
});

describe("RFC 3515 §2.4.6 the one who sent the REFER", () => {
  let clock: ManualClock;
  let told: string[];
  beforeEach(() => {
    clock = new ManualClock();
    told = [];
  });

  function create(isFirst = true): ReferSubscription {
    const user = {
      onReferProgress: ({ statusCode }: { statusCode: number }) => void told.push(String(statusCode)),
      onReferEnded: (status: { statusCode: number } | undefined) => void told.push(`ended ${status?.statusCode}`),
    };
    return new ReferSubscription({ context: { clock, timers: defaultTimerValues }, sequenceNumber: 93, isFirst, user });
  }

  function notify(event: string, state: string | undefined, body = "SIP/2.0 180 Ringing\r\n"): SipRequest {
    const headers = { Event: event, "Subscription-State": state };
    return readRequest(requestText({ method: "NOTIFY", headers, body, contentType: "message/sipfrag;version=2.0" }));
  }

  it.each([
    ["refer", true, true],
    ["refer", false, false],
    ["refer;id=93", true, true],
    ["REFER;id=93", false, true],
    ["refer;id=94", true, false],
    ["presence", true, false],
    [";;", true, false],
  ])("is meant by the event %j, being the first REFER %s: %s", (event, isFirst, expected) => {
    expect(create(isFirst).matches(notify(event, "active"))).toBe(expected);
  });

  it("tells each status and the end", () => {
    const subscription = create();
    expect(subscription.receiveNotify(notify("refer", "active;expires=60"))).toBe(200);
    expect(subscription.receiveNotify(notify("refer", "terminated;reason=noresource", "SIP/2.0 200 OK\r\n"))).toBe(200);
    expect(told).toEqual(["180", "200", "ended 200"]);
    expect(subscription.receiveNotify(notify("refer", "active"))).toBe(200);
    expect(told).toHaveLength(3);
  });

  it("refuses a NOTIFY without Subscription-State", () => {
    expect(create().receiveNotify(notify("refer", undefined))).toBe(400);
  });

  it("takes a state whose parameters cannot be read, as linphone writes them", () => {
    const subscription = create();
    const last = notify("refer", "terminated;reason=reason=noresource", "SIP/2.0 200 Ok\r\n");
    expect(subscription.receiveNotify(last)).toBe(200);
    expect(told).toEqual(["200", "ended 200"]);
  });

  it("takes a NOTIFY whose body tells nothing", () => {
    expect(create().receiveNotify(notify("refer", "active", ""))).toBe(200);
    expect(told).toEqual([]);
  });

  it("ends when no NOTIFY comes, or none that ends it", () => {
    const silent = create();
    silent.accept();
    clock.advance(32_000);
    expect(told).toEqual(["ended undefined"]);
    create().receiveNotify(notify("refer", "active;expires=60"));
    clock.advance(91_999);
    expect(told).toHaveLength(2);
    clock.advance(1);
    expect(told.at(-1)).toBe("ended 180");
  });
});
