import { Dialog, type RequestBuilder, type SipRequest, type SipResponse } from "@siplet/core";
import {
  type responseText,
  answer,
  inviteText,
  requestText,
  type RecordedExchange,
  type RequestOverrides,
  type ScriptedUserAgent,
  type WireMessage,
} from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { TransactionLab } from "./transaction-lab.js";

const recordRoute = ["<sip:p2.b.com;lr>, <sip:p1.a.com;lr>"];
let lab: TransactionLab;
let peer: ScriptedUserAgent;

beforeEach(async () => {
  lab = await TransactionLab.open();
  peer = lab.udp;
});

/** Our element calls; what the peer answers makes the dialog. */
class Call {
  readonly exchange: RecordedExchange;
  readonly invite: SipRequest;

  constructor(overrides: RequestOverrides = {}) {
    const { exchange, transaction } = lab.element.send(inviteText({ sequenceNumber: 7, ...overrides }), lab.there);
    this.exchange = exchange;
    this.invite = transaction.request;
    lab.settle();
  }

  /** The last response. */
  get response(): SipResponse {
    const response = this.exchange.responses.at(-1);
    if (response === undefined) throw new RangeError("no response came");
    return response;
  }

  /** The dialog that the last response makes. */
  dialog(): Dialog {
    return Dialog.ofClient(this.invite, this.response);
  }

  /** Lets the peer answer the INVITE. */
  reply(status: number, options: Parameters<typeof responseText>[2] = {}): void {
    const [incoming] = peer.received;
    incoming?.reply(status, options);
    lab.settle();
  }
}

/** Sends a request of a dialog and tells what reached the peer. */
function deliver(request: RequestBuilder): WireMessage {
  lab.element.transactions.sendStateless(request, lab.element.transport.connect("udp", lab.there));
  lab.settle();
  return peer.last(request.method);
}

/** The peer sends a request to our element. */
function receive(text: string): SipRequest {
  peer.send(text);
  lab.settle();
  return lab.element.lastRequest.request;
}

describe("RFC 3261 §12.1, §12.2.1.1 route sets", () => {
  it("31: the caller's is the Record-Route reversed (flow 29.1)", () => {
    const call = new Call();
    call.reply(200, { recordRoute, contact: "<sip:bob@192.0.2.2>" });
    const dialog = call.dialog();
    const ack = deliver(dialog.createAck(call.invite));
    expect([ack.requestUri, ack.values("Route")]).toEqual([
      "sip:bob@192.0.2.2",
      ["<sip:p1.a.com;lr>", "<sip:p2.b.com;lr>"],
    ]);
    expect([ack.sequenceNumber, ack.toTag, ack.fromTag]).toEqual([7, "bob-tag", "alice-tag"]);
    expect(ack.branch).not.toBe(peer.messages("INVITE")[0]?.branch);
    expect(deliver(dialog.createRequest("BYE")).sequenceNumber).toBe(8);
  });

  it("31: the callee's is the Record-Route as it stands", () => {
    const contact = "<sip:a@192.0.2.1>";
    const request = receive(peer.request({ method: "INVITE", contact, headers: { "Record-Route": recordRoute } }));
    const dialog = Dialog.ofServer(request, answer(lab.element.lastRequest, 200));
    lab.settle();
    expect(peer.last("200").headers("Record-Route")).toEqual(recordRoute);
    const bye = deliver(dialog.createRequest("BYE"));
    expect([bye.requestUri, bye.values("Route")]).toEqual([
      "sip:a@192.0.2.1",
      ["<sip:p2.b.com;lr>", "<sip:p1.a.com;lr>"],
    ]);
    expect([bye.fromTag, bye.toTag]).toEqual(["element-tag", "alice-tag"]);
  });

  it("31: a strict router gets the request addressed to itself, the target last (§12.2.1.1)", () => {
    const routes = ["<sip:p1>,<sip:p2>,<sip:p3;lr>,<sip:p4>"];
    const text = inviteText({
      sentBy: "192.0.2.2:5060",
      contact: "<sip:user@ua>",
      headers: { "Record-Route": routes },
    });
    const dialog = Dialog.ofServer(receive(text), answer(lab.element.lastRequest, 200));
    const info = deliver(dialog.createRequest("INFO"));
    expect([info.requestUri, info.values("Route")]).toEqual([
      "sip:p1",
      ["<sip:p2>", "<sip:p3;lr>", "<sip:p4>", "<sip:user@ua>"],
    ]);
  });

  it("an empty one overrides the route the request was sent by (trap)", () => {
    const call = new Call({ route: ["<sip:outbound.example.org;lr>"] });
    call.reply(200);
    expect(deliver(call.dialog().createRequest("BYE")).headers("Route")).toEqual([]);
  });

  it("35: that of the 2xx wins over the early one", () => {
    const call = new Call();
    call.reply(180, { recordRoute });
    const dialog = call.dialog();
    expect(deliver(dialog.createRequest("PRACK")).values("Route")).toHaveLength(2);
    call.reply(200, { recordRoute: ["<sip:p9;lr>"] });
    dialog.confirm(call.response);
    const bye = deliver(dialog.createRequest("BYE"));
    expect([bye.values("Route"), bye.sequenceNumber]).toEqual([["<sip:p9;lr>"], 9]);
  });

  it("stays when a re-INVITE brings another Record-Route (trap)", () => {
    const call = new Call();
    call.reply(200, { recordRoute });
    const dialog = call.dialog();
    const headers = { "Record-Route": "<sip:other;lr>" };
    dialog.refreshTarget(receive(reinvite({ headers, contact: "<sip:bob@192.0.2.2>" })));
    expect(deliver(dialog.createRequest("BYE")).values("Route")).toHaveLength(2);
  });
});

/** A re-INVITE of the peer inside the dialog it answered. */
function reinvite(overrides: RequestOverrides = {}): string {
  const tags = { from: "<sip:bob@example.com>;tag=bob-tag", to: "<sip:alice@example.org>;tag=alice-tag" };
  return inviteText({ ...tags, sentBy: "192.0.2.2:5060", branch: "z9hG4bK-re", sequenceNumber: 20, ...overrides });
}

describe("RFC 3261 §12.2.2 requests in a dialog", () => {
  let dialog: Dialog;

  beforeEach(() => {
    const call = new Call();
    call.reply(200, { contact: "<sip:bob@192.0.2.2>" });
    dialog = call.dialog();
  });

  it("32: a lower CSeq is answered by 500, a jump is fine", () => {
    for (const [sequenceNumber, rejected] of [
      [20, undefined],
      [4711, undefined],
      [4710, 500],
      [4711, 500],
    ] as const) {
      const tags = { from: "<sip:bob@example.com>;tag=bob-tag", to: "<sip:alice@example.org>;tag=alice-tag" };
      const branch = `z9hG4bK-${sequenceNumber}-${rejected ?? 0}`;
      const info = requestText({ method: "INFO", ...tags, sequenceNumber, branch });
      expect(dialog.receiveRequest(receive(info))?.statusCode).toBe(rejected);
    }
  });

  it("33: a re-INVITE that we refuse by 488 leaves session and target alone", () => {
    const request = receive(reinvite({ contact: "<sip:bob@192.0.2.77>" }));
    expect(dialog.receiveRequest(request)).toBeUndefined();
    answer(lab.element.lastRequest, 488);
    expect([deliver(dialog.createRequest("BYE")).requestUri, dialog.state]).toEqual(["sip:bob@192.0.2.2", "confirmed"]);
  });

  it("34: a re-INVITE with another Contact, answered by 200, moves the next request there", () => {
    dialog.refreshTarget(receive(reinvite({ contact: "<sip:bob@192.0.2.77>" })));
    expect(deliver(dialog.createRequest("BYE")).requestUri).toBe("sip:bob@192.0.2.77");
  });

  it("34: and so does the Contact in the 2xx to our own re-INVITE", () => {
    const request = dialog.createRequest("INVITE").addText("Contact", "<sip:alice@192.0.2.10>").build();
    const before = peer.messages("INVITE").length;
    const { exchange } = lab.element.send(textOf(request), lab.there);
    lab.settle();
    peer.received.at(-1)?.reply(200, { contact: "<sip:bob@192.0.2.78>" });
    lab.settle();
    const [response] = exchange.responses;
    if (response !== undefined) dialog.refreshTarget(response);
    expect([peer.messages("INVITE").length, deliver(dialog.createRequest("BYE")).requestUri]).toEqual([
      before + 1,
      "sip:bob@192.0.2.78",
    ]);
  });
});

/** A request as text, a Via in front for the reader. */
function textOf(request: SipRequest): string {
  const lines = [request.startLine, "Via: SIP/2.0/UDP x;branch=z9hG4bKx", ...request.fields.map(({ line }) => line)];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

describe("RFC 3261 §13.2.2.4 forks", () => {
  it("make a dialog for each To tag, early and confirmed, each with its own route and target", () => {
    const call = new Call();
    call.reply(180, { toTag: "desk", contact: "<sip:bob@desk>", recordRoute: ["<sip:p1;lr>"] });
    const desk = call.dialog();
    call.reply(183, { toTag: "cell", contact: "<sip:bob@cell>", recordRoute: ["<sip:p2;lr>"] });
    const cell = call.dialog();
    call.reply(200, { toTag: "cell", contact: "<sip:bob@cell>", recordRoute: ["<sip:p2;lr>"] });
    cell.confirm(call.response);
    call.reply(200, { toTag: "voicemail", contact: "<sip:bob@vm>" });
    const voicemail = call.dialog();
    expect([desk.state, cell.state, voicemail.state]).toEqual(["early", "confirmed", "confirmed"]);
    expect(new Set([desk.id, cell.id, voicemail.id]).size).toBe(3);
    const bye = deliver(voicemail.createRequest("BYE"));
    expect([bye.toTag, bye.requestUri, bye.headers("Route")]).toEqual(["voicemail", "sip:bob@vm", []]);
    const ack = deliver(cell.createAck(call.invite));
    expect([ack.toTag, ack.headers("Route"), ack.sequenceNumber]).toEqual(["cell", ["<sip:p2;lr>"], 7]);
  });
});
