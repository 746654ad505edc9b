import {
  inviteText,
  requestText,
  responseText,
  type RequestOverrides,
  type ResponseTextOptions,
} from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { readRequest, readResponse } from "../../test/transaction/machine-bench.js";
import type { RequestBuilder } from "../message/request-builder.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import { Dialog } from "./dialog.js";
import { dialogIdOfRequest, dialogIdOfResponse } from "./dialog-id.js";
import type { DialogSnapshot } from "./dialog-snapshot.js";

const p1 = "<sip:p1.a.com;lr>";
const p2 = "<sip:p2.b.com;lr>";

/** The INVITE as the caller sends it: reference flow 29.1. */
const sent = inviteText({ uri: "sip:bob@b.com", contact: "<sip:a@192.0.2.1>", sequenceNumber: 7, fromTag: "a" });
/** The same as it reaches the callee through two proxies that stay in the path. */
const arrived = inviteText({
  uri: "sip:bob@192.0.2.2",
  contact: "<sip:a@192.0.2.1>",
  sequenceNumber: 7,
  fromTag: "a",
  headers: { "Record-Route": [`${p2}, ${p1}`] },
});

function responseOf(status: number, options: ResponseTextOptions = {}): SipResponse {
  const toTag = "b";
  return readResponse(responseText(arrived, status, { toTag, contact: "<sip:bob@192.0.2.2>", ...options }));
}

function caller(status: number, options?: ResponseTextOptions): Dialog {
  return Dialog.ofClient(readRequest(sent), responseOf(status, options));
}

function callee(status: number, overrides: RequestOverrides = {}): Dialog {
  const request = readRequest(overrides.uri === undefined ? arrived : inviteText({ fromTag: "a", ...overrides }));
  return Dialog.ofServer(request, responseOf(status));
}

function fieldsOf(builder: RequestBuilder, name: string): string[] {
  return builder.build().getTexts(name);
}

/** A request of the peer inside the dialog of the caller. */
function fromCallee(overrides: RequestOverrides & { method?: string } = {}): SipRequest {
  const tags = { from: "<sip:bob@example.com>;tag=b", to: "<sip:alice@example.org>;tag=a" };
  return readRequest(requestText({ method: "BYE", ...tags, sequenceNumber: 1, ...overrides }));
}

describe("RFC 3261 §12.1 making a dialog", () => {
  it("gives both ends the same id from either side (reference flow 29.1)", () => {
    const [a, b] = [caller(180), callee(180)];
    expect([a.callId, a.localTag, a.remoteTag]).toEqual([b.callId, b.remoteTag, b.localTag]);
    expect(a.id).toBe(dialogIdOfResponse(responseOf(180)));
    expect(a.id).toBe(dialogIdOfRequest(fromCallee()));
    expect(a.id).not.toBe(b.id);
  });

  it("takes the route set as it stands at the callee, reversed at the caller (checklist 31)", () => {
    expect(callee(180).routeSet).toEqual([p2, p1]);
    expect(caller(180).routeSet).toEqual([p1, p2]);
  });

  it("keeps all parameters of the routes, also behind the angle brackets, and cuts at the right commas", () => {
    const recordRoute = ['"Proxy, one" <sip:a,b@p1;lr>;y="1,2", <sip:p2;lr>', "<sip:p3;lr>"];
    const request = readRequest(inviteText({ headers: { "Record-Route": recordRoute } }));
    const dialog = Dialog.ofServer(request, readResponse(responseText(inviteText(), 200)));
    expect(dialog.routeSet).toEqual(['"Proxy, one" <sip:a,b@p1;lr>;y="1,2"', "<sip:p2;lr>", "<sip:p3;lr>"]);
  });

  it("takes the Contact of the other end for remote target, without its header parameters", () => {
    expect(callee(180).remoteTarget).toBe("sip:a@192.0.2.1");
    expect(caller(180, { contact: '"Bob" <sip:bob@192.0.2.2;x=1>;q=0.5' }).remoteTarget).toBe("sip:bob@192.0.2.2;x=1");
  });

  it("takes the Request-URI for a target when a provisional tells no Contact", () => {
    expect(caller(180, { contact: undefined }).remoteTarget).toBe("sip:bob@b.com");
  });

  it("begins to count with the request: at the caller its own number, at the callee the peer's", () => {
    const [a, b] = [caller(180), callee(180)];
    expect([a.localSequenceNumber, a.remoteSequenceNumber]).toEqual([7, undefined]);
    expect([b.localSequenceNumber, b.remoteSequenceNumber]).toEqual([undefined, 7]);
  });

  it.each([
    [180, "early"],
    [200, "confirmed"],
  ] as const)("is %s → %s", (status, state) => {
    expect([caller(status).state, callee(status).state]).toEqual([state, state]);
  });

  it("is secure only for a sips request that came over TLS", () => {
    const sips = readRequest(inviteText({ uri: "sips:bob@b.com" }));
    expect(Dialog.ofServer(sips, responseOf(200)).isSecure).toBe(true);
    expect(Dialog.ofServer(sips, responseOf(200), false).isSecure).toBe(false);
    expect(Dialog.ofClient(sips, responseOf(200)).isSecure).toBe(true);
    expect(caller(200).isSecure).toBe(false);
  });

  it("is made for each To tag of a forked request (RFC 3261 §13.2.2.4)", () => {
    const forks = ["b1", "b2"].map((toTag) => caller(180, { toTag }));
    expect(new Set(forks.map(({ id }) => id)).size).toBe(2);
  });

  describe("with a peer of RFC 2543 that has no tag", () => {
    it("counts the tag as null and writes none", () => {
      const untagged = readRequest(inviteText({ from: "<sip:alice@example.org>" }));
      const dialog = Dialog.ofServer(untagged, responseOf(200));
      expect(dialog.remoteTag).toBe("");
      expect(fieldsOf(dialog.createRequest("BYE"), "To")).toEqual(["<sip:alice@example.org>"]);
      const bye = readRequest(requestText({ method: "BYE", from: "<sip:alice@example.org>", toTag: "b" }));
      expect(dialogIdOfRequest(bye)).toBe(dialog.id);
    });
  });

  describe("of a subscriber (RFC 6665 §4.4.1)", () => {
    const subscribe = readRequest(requestText({ method: "SUBSCRIBE", sequenceNumber: 11, fromTag: "w" }));
    const notify = readRequest(
      requestText({
        method: "NOTIFY",
        from: "<sip:presentity@example.com>;tag=n",
        to: "<sip:alice@example.org>;tag=w",
        sequenceNumber: 41,
        contact: "<sip:server@192.0.2.9>",
        headers: { "Record-Route": [p1, p2] },
      }),
    );

    it("is made by the NOTIFY: its Record-Route as it stands, both numbers known", () => {
      const dialog = Dialog.ofNotify(subscribe, notify);
      expect([dialog.state, dialog.isCaller, dialog.id]).toEqual(["confirmed", true, dialogIdOfRequest(notify)]);
      expect([dialog.routeSet, dialog.remoteTarget]).toEqual([[p1, p2], "sip:server@192.0.2.9"]);
      expect([dialog.localSequenceNumber, dialog.remoteSequenceNumber]).toEqual([11, 41]);
      expect(fieldsOf(dialog.createRequest("SUBSCRIBE"), "CSeq")).toEqual(["12 SUBSCRIBE"]);
    });
  });
});

describe("RFC 3261 §12.2.1.1 requests inside a dialog", () => {
  it("takes To, From, Call-ID, the next number, and a fresh Max-Forwards", () => {
    const bye = callee(200).createRequest("BYE");
    expect(fieldsOf(bye, "From")).toEqual(["<sip:bob@example.com>;tag=b"]);
    expect(fieldsOf(bye, "To")).toEqual(["<sip:alice@example.org>;tag=a"]);
    expect([...fieldsOf(bye, "CSeq"), ...fieldsOf(bye, "Max-Forwards")]).toEqual(["1 BYE", "70"]);
    expect(fieldsOf(bye, "Call-ID")).toEqual(["call-1@example.org"]);
  });

  it("counts without gaps, also over what was refused (trap: CSeq shared between the directions)", () => {
    const dialog = caller(200);
    dialog.receiveRequest(fromCallee({ sequenceNumber: 500 }));
    const numbers = ["INFO", "UPDATE", "BYE"].map((method) => dialog.createRequest(method).build().cseq.sequenceNumber);
    expect(numbers).toEqual([8, 9, 10]);
  });

  it("goes on behind a number used by other means: a retry with credentials", () => {
    const dialog = caller(200);
    dialog.recordLocalSequenceNumber(9);
    dialog.recordLocalSequenceNumber(3);
    expect(fieldsOf(dialog.createRequest("BYE"), "CSeq")).toEqual(["10 BYE"]);
  });

  it("has no Route when the route set is empty", () => {
    const plain = inviteText({ fromTag: "a", route: ["<sip:outbound.example.org;lr>"] });
    const dialog = Dialog.ofClient(
      readRequest(plain),
      readResponse(responseText(plain, 200, { contact: "<sip:b@b>" })),
    );
    const bye = dialog.createRequest("BYE");
    expect([bye.requestUriText, fieldsOf(bye, "Route")]).toEqual(["sip:b@b", []]);
  });

  it("goes to the target through loose routers (reference flow 29.1)", () => {
    const [fromCaller, fromTheCallee] = [caller(200).createRequest("BYE"), callee(200).createRequest("BYE")];
    expect([fromCaller.requestUriText, fieldsOf(fromCaller, "Route")]).toEqual(["sip:bob@192.0.2.2", [p1, p2]]);
    expect([fromTheCallee.requestUriText, fieldsOf(fromTheCallee, "Route")]).toEqual(["sip:a@192.0.2.1", [p2, p1]]);
  });

  it("goes through a strict router with the target last (checklist 31, example of §12.2.1.1)", () => {
    const routes = ["<sip:p1>", "<sip:p2>", "<sip:p3;lr>", "<sip:p4>"];
    const request = readRequest(inviteText({ contact: "<sip:user@ua>", headers: { "Record-Route": routes } }));
    const options = Dialog.ofServer(request, responseOf(200)).createRequest("OPTIONS");
    expect(options.requestUriText).toBe("sip:p1");
    expect(fieldsOf(options, "Route")).toEqual(["<sip:p2>", "<sip:p3;lr>", "<sip:p4>", "<sip:user@ua>"]);
  });

  it("takes from a strict router's URI what a Request-URI may not have", () => {
    const recordRoute = '"A <b" <sip:p1:5070;method=INVITE;transport=tcp?Subject=x>';
    const request = readRequest(inviteText({ headers: { "Record-Route": recordRoute } }));
    const bye = Dialog.ofServer(request, responseOf(200)).createRequest("BYE");
    expect(bye.requestUriText).toBe("sip:p1:5070;transport=tcp");
  });

  it("keeps names beyond ASCII", () => {
    const from = '"Zoë" <sip:zoe@example.org>;tag=z';
    const dialog = Dialog.ofServer(readRequest(inviteText({ from })), responseOf(200));
    expect(fieldsOf(dialog.createRequest("BYE"), "To")).toEqual([from]);
  });

  it.each(["ACK", "CANCEL"])("refuses to number a %s", (method) => {
    expect(() => caller(200).createRequest(method)).toThrow(/repeats the number of its request/);
  });

  it("refuses when the dialog is over", () => {
    const dialog = caller(200);
    dialog.terminate();
    expect(() => dialog.createRequest("BYE")).toThrow(/terminated; no BYE/);
  });

  it("leaves no gap when a request cannot be built", () => {
    const request = readRequest(inviteText({ headers: { Contact: undefined } }));
    const dialog = Dialog.ofServer(request, responseOf(200));
    expect(() => dialog.createRequest("BYE")).toThrow(/never told a Contact/);
    expect(dialog.localSequenceNumber).toBeUndefined();
  });
});

describe("RFC 3261 §13.2.2.4 the ACK of a 2xx", () => {
  const credentials = { Authorization: 'Digest username="a"', "Proxy-Authorization": 'Digest username="b"' };

  it("has the number and credentials of the INVITE, the route of the dialog, and leaves the count alone", () => {
    const dialog = caller(200);
    dialog.createRequest("PRACK");
    const invite = readRequest(inviteText({ sequenceNumber: 7, headers: { ...credentials, Require: "100rel" } }));
    const ack = dialog.createAck(invite);
    expect(ack.requestUriText).toBe("sip:bob@192.0.2.2");
    expect([fieldsOf(ack, "CSeq"), fieldsOf(ack, "Route")]).toEqual([["7 ACK"], [p1, p2]]);
    expect(fieldsOf(ack, "Authorization")).toEqual(['Digest username="a"']);
    expect(fieldsOf(ack, "Proxy-Authorization")).toEqual(['Digest username="b"']);
    expect([ack.has("Require"), dialog.localSequenceNumber]).toEqual([false, 8]);
  });

  it("can be made although the dialog is over: a 2xx that comes again wants it", () => {
    const dialog = caller(200);
    dialog.terminate();
    expect(dialog.createAck(readRequest(sent)).method).toBe("ACK");
  });
});

describe("RFC 3261 §12.2.2 requests of the peer", () => {
  it("takes the first number, whatever it is, then any that is higher (checklist 32)", () => {
    const dialog = caller(200);
    for (const sequenceNumber of [1000, 1001, 4000]) {
      expect(dialog.receiveRequest(fromCallee({ sequenceNumber }))).toBeUndefined();
    }
    expect(dialog.remoteSequenceNumber).toBe(4000);
  });

  it.each([999, 1000])("answers %i after 1000 by 500, and changes nothing (checklist 32)", (sequenceNumber) => {
    const dialog = caller(200);
    dialog.receiveRequest(fromCallee({ sequenceNumber: 1000 }));
    expect(dialog.receiveRequest(fromCallee({ sequenceNumber }))).toMatchObject({ statusCode: 500 });
    expect(dialog.remoteSequenceNumber).toBe(1000);
  });

  it.each(["ACK", "CANCEL"])("lets a %s pass with the number of its INVITE", (method) => {
    const dialog = caller(200);
    dialog.receiveRequest(fromCallee({ sequenceNumber: 5 }));
    expect(dialog.receiveRequest(fromCallee({ method, sequenceNumber: 5 }))).toBeUndefined();
    expect(dialog.remoteSequenceNumber).toBe(5);
  });
});

describe("RFC 3261 §12.2, RFC 6141 §4 target refresh", () => {
  const moved = "<sip:bob@192.0.2.77>";

  it.each(["INVITE", "UPDATE", "SUBSCRIBE", "NOTIFY", "REFER"])(
    "moves by a %s of the peer, route set untouched",
    (method) => {
      const dialog = caller(200);
      const headers = { "Record-Route": "<sip:other;lr>" };
      dialog.refreshTarget(fromCallee({ method, contact: moved, headers }));
      const bye = dialog.createRequest("BYE");
      expect([bye.requestUriText, fieldsOf(bye, "Route")]).toEqual(["sip:bob@192.0.2.77", [p1, p2]]);
    },
  );

  it.each(["BYE", "INFO", "PRACK", "MESSAGE", "OPTIONS"])("does not move by a %s", (method) => {
    const dialog = caller(200);
    dialog.refreshTarget(fromCallee({ method, contact: moved }));
    expect(dialog.remoteTarget).toBe("sip:bob@192.0.2.2");
  });

  it("moves by the 2xx to our re-INVITE, the route set stays (checklist 34)", () => {
    const dialog = caller(200);
    dialog.refreshTarget(responseOf(200, { contact: moved, recordRoute: ["<sip:other;lr>"] }));
    expect([dialog.remoteTarget, dialog.routeSet]).toEqual(["sip:bob@192.0.2.77", [p1, p2]]);
  });

  it.each([302, 488, 500])("stays when the re-INVITE fails by %i (checklist 33)", (status) => {
    const dialog = caller(200);
    dialog.refreshTarget(responseOf(status, { contact: moved }));
    expect([dialog.remoteTarget, dialog.state]).toEqual(["sip:bob@192.0.2.2", "confirmed"]);
  });

  it("stays when the message tells no Contact", () => {
    const dialog = caller(200);
    dialog.refreshTarget(responseOf(200, { contact: undefined }));
    expect(dialog.remoteTarget).toBe("sip:bob@192.0.2.2");
  });
});

describe("RFC 3261 §13.2.2.4 early to confirmed", () => {
  it("computes route set and target anew from the 2xx, the numbers go on (checklist 35)", () => {
    const dialog = caller(180);
    expect(fieldsOf(dialog.createRequest("PRACK"), "CSeq")).toEqual(["8 PRACK"]);
    dialog.confirm(responseOf(200, { recordRoute: ["<sip:p9;lr>"], contact: "<sip:bob@192.0.2.3>" }));
    expect([dialog.state, dialog.routeSet, dialog.remoteTarget]).toEqual([
      "confirmed",
      ["<sip:p9;lr>"],
      "sip:bob@192.0.2.3",
    ]);
    expect(fieldsOf(dialog.createRequest("BYE"), "CSeq")).toEqual(["9 BYE"]);
  });

  it("empties the route set when the 2xx has no Record-Route", () => {
    const dialog = caller(180);
    dialog.confirm(responseOf(200, { recordRoute: [] }));
    expect(dialog.routeSet).toEqual([]);
  });

  it("keeps the target when the 2xx has no Contact", () => {
    const dialog = caller(180);
    dialog.confirm(responseOf(200, { contact: undefined }));
    expect(dialog.remoteTarget).toBe("sip:bob@192.0.2.2");
  });

  it("does not touch the route set of a dialog that is confirmed: a repeat, a re-INVITE", () => {
    const dialog = caller(200);
    dialog.confirm(responseOf(200, { recordRoute: ["<sip:p9;lr>"] }));
    expect(dialog.routeSet).toEqual([p1, p2]);
  });

  it("leaves the callee's route set alone", () => {
    const dialog = callee(180);
    dialog.confirm(responseOf(200, { recordRoute: ["<sip:p9;lr>"] }));
    expect([dialog.state, dialog.routeSet]).toEqual(["confirmed", [p2, p1]]);
  });

  it("does not bring a dialog back that is over", () => {
    const dialog = caller(180);
    dialog.terminate();
    dialog.confirm(responseOf(200));
    expect(dialog.state).toBe("terminated");
  });
});

describe("a dialog written down", () => {
  const written = (dialog: Dialog): DialogSnapshot => JSON.parse(JSON.stringify(dialog.snapshot())) as DialogSnapshot;

  it.each([
    ["caller, early", (): Dialog => caller(180)],
    ["caller, confirmed", (): Dialog => caller(200)],
    ["callee, early", (): Dialog => callee(180)],
    ["callee, confirmed", (): Dialog => callee(200)],
  ])("goes on as if nothing had happened: %s", (_name, make) => {
    const original = make();
    original.createRequest("INFO");
    const restored = Dialog.restore(written(original));
    expect(restored.snapshot()).toEqual(original.snapshot());
    const [one, other] = [original, restored].map((dialog) => dialog.createRequest("BYE").build());
    expect(other?.fields.map(({ line }) => line)).toEqual(one?.fields.map(({ line }) => line));
    expect(restored.receiveRequest(fromCallee({ sequenceNumber: 7 }))).toEqual(
      original.receiveRequest(fromCallee({ sequenceNumber: 7 })),
    );
  });

  it("is data of its own: later changes do not reach it", () => {
    const dialog = caller(180);
    const snapshot = dialog.snapshot();
    dialog.createRequest("PRACK");
    dialog.confirm(responseOf(200, { recordRoute: [] }));
    expect([snapshot.localSequenceNumber, snapshot.state, snapshot.routeSet]).toEqual([7, "early", [p1, p2]]);
  });

  it("tells a version it cannot read", () => {
    const snapshot = { ...caller(200).snapshot(), version: 2 } as unknown as DialogSnapshot; // from a later engine
    expect(() => Dialog.restore(snapshot)).toThrow(/version 2; this engine reads version 1/);
  });
});
