import {
  answerCancel,
  Locator,
  RequestSender,
  type EngineError,
  type SentRequest,
  type SentRequestUser,
} from "@siplet/core";
import {
  ackText,
  answer,
  cancelText,
  draftOf,
  inviteText,
  optionsText,
  RecordedExchange,
  ScriptedResolver,
  type ScriptedUserAgent,
} from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { TransactionLab } from "./transaction-lab.js";

let lab: TransactionLab;
let peer: ScriptedUserAgent;

beforeEach(async () => {
  lab = await TransactionLab.open();
  peer = lab.udp;
});

class Caller extends RecordedExchange implements SentRequestUser {
  onNotSent(error: EngineError): void {
    this.log.push(error.code);
  }
}

describe("RFC 3261 §9.1 CANCEL by the client", () => {
  let caller: Caller;

  beforeEach(() => {
    caller = new Caller();
  });

  function invite(text = inviteText({ uri: "sip:bob@192.0.2.2" })): SentRequest {
    const { element, clock } = lab;
    const { transport, transactions } = element;
    const locator = new Locator({ clock, resolver: new ScriptedResolver({ clock }), protocols: ["udp", "tcp"] });
    const sent = new RequestSender({ transport, transactions, locator }).send(draftOf(text), caller);
    lab.settle();
    return sent;
  }

  it("38: holds the CANCEL until a 1xx has come", () => {
    peer.on("INVITE", (request) => {
      request.after(1700, () => request.copy === 1 && request.reply(180));
    });
    const sent = invite();
    sent.cancel();
    lab.clock.advance(1699);
    expect(peer.messages("CANCEL")).toEqual([]);
    lab.clock.advance(1);
    lab.settle();
    expect([peer.times("CANCEL"), peer.times("INVITE")]).toEqual([[1700], [0, 500, 1500]]);
  });

  it("39: sends no CANCEL after a final response", () => {
    peer.answer("INVITE", 180, 486);
    invite().cancel();
    lab.clock.advance(10_000);
    expect(peer.messages("CANCEL")).toEqual([]);
  });

  it("39: sends none when the final response overtakes the first 1xx", () => {
    peer.answer("INVITE", 200);
    lab.network.hold("INVITE", 100);
    const sent = invite();
    sent.cancel();
    lab.clock.advance(1000);
    expect([peer.messages("CANCEL"), caller.log[0]]).toEqual([[], "200"]);
  });

  it("goes the way of the INVITE by its branch; the INVITE ends by 487 and its ACK (flow 29.3)", () => {
    peer
      .on("INVITE", (request) => void request.reply(180))
      .on("CANCEL", (cancel) => {
        cancel.reply(200);
        peer.received[0]?.reply(487);
      });
    invite().cancel();
    lab.settle();
    expect(caller.log).toEqual(["180", "487"]);
    expect(new Set(peer.messages().map(({ branch }) => branch)).size).toBe(1);
    expect(peer.messages().map(({ summary }) => summary)).toEqual(["INVITE", "CANCEL", "ACK"]);
    expect([peer.last("CANCEL").toTag, peer.last("CANCEL").sequenceNumber]).toEqual([undefined, 1]);
  });

  it("leaves a 200 that crosses it to the user, who has to ACK and BYE", () => {
    peer.answer("INVITE", 180).answer("CANCEL", 200);
    const sent = invite();
    sent.cancel();
    peer.received[0]?.reply(200);
    lab.settle();
    expect(caller.log).toEqual(["180", "200"]);
    expect(peer.messages("ACK")).toEqual([]);
  });

  it("repeats the CANCEL by its own transaction when it is lost", () => {
    lab.network.drop("CANCEL", { nth: [1, 2] });
    peer.answer("INVITE", 180).answer("CANCEL", 200);
    invite().cancel();
    lab.clock.advance(2000);
    expect([lab.sentAt("CANCEL"), peer.times("CANCEL")]).toEqual([[0, 500, 1500], [1500]]);
  });

  it("drops the INVITE 64·T1 after the CANCEL when nothing final comes", () => {
    peer.answer("INVITE", 180).answer("CANCEL", 200);
    invite().cancel();
    lab.clock.advance(31_999);
    expect(caller.log).toEqual(["180"]);
    lab.clock.advance(1);
    expect(caller.log).toEqual(["180", "gone", "timeout"]);
    expect([lab.element.transactions.count.client, lab.clock.pendingCount]).toEqual([0, 0]);
  });

  it("cancels over the very connection of the INVITE", () => {
    lab.tcp.answer("INVITE", 180);
    invite(inviteText({ uri: "sip:bob@192.0.2.2;transport=tcp" })).cancel();
    lab.settle();
    const [inviteFrom, cancelFrom] = lab.tcp.received.map(({ from }) => from.port);
    expect(cancelFrom).toBe(inviteFrom);
  });
});

describe("RFC 3261 §9.2 CANCEL at the server", () => {
  const sentBy = "192.0.2.2:5060";
  const invite = inviteText({ sentBy });

  /** What a user agent does with a CANCEL. */
  function handleCancels(): void {
    for (const { cancel, cancelled } of lab.element.cancels.splice(0)) {
      if (answerCancel(cancel, cancelled, "element-tag") && cancelled !== undefined) answer(cancelled, 487);
    }
  }

  function receive(...texts: readonly string[]): void {
    for (const text of texts) peer.send(text);
    lab.settle();
    handleCancels();
    lab.settle();
  }

  it("answers 200 and ends the INVITE by 487, with one To tag", () => {
    receive(invite);
    answer(lab.element.lastRequest, 180);
    receive(cancelText(invite));
    const [ok, terminated] = [peer.last("200 CANCEL"), peer.last("487 INVITE")];
    expect([ok.toTag, terminated.toTag]).toEqual(["element-tag", "element-tag"]);
    receive(ackText(invite, terminated));
    expect(lab.element.lastRequest.state).toBe("confirmed");
  });

  it("39: answers 200 without effect after a final response", () => {
    receive(invite);
    answer(lab.element.lastRequest, 200);
    receive(cancelText(invite));
    expect([peer.messages("200 CANCEL").length, peer.messages("487")]).toEqual([1, []]);
  });

  it("answers 481 when nothing is there to cancel", () => {
    receive(cancelText(invite));
    expect(peer.messages().map(({ summary }) => summary)).toEqual(["481 CANCEL"]);
  });

  it("answers 200 to the CANCEL of another method, without effect", () => {
    const options = optionsText({ sentBy });
    receive(options, cancelText(options));
    expect(peer.messages().map(({ summary }) => summary)).toEqual(["200 CANCEL"]);
    expect(lab.element.lastRequest.state).toBe("trying");
  });

  it("answers repeats of the CANCEL by the same 200 and ends the INVITE once", () => {
    receive(invite, cancelText(invite));
    receive(cancelText(invite), cancelText(invite));
    expect([peer.messages("200 CANCEL").length, peer.messages("487").length]).toEqual([3, 1]);
  });

  it("finds the INVITE although the CANCEL overtook it on the way, in its repeat", () => {
    lab.network.hold("INVITE", 50, { nth: 1 });
    peer.send(invite);
    receive(cancelText(invite));
    expect(peer.last("481").cseqMethod).toBe("CANCEL");
    lab.clock.advance(50);
    expect(lab.element.requests).toHaveLength(1);
  });
});
