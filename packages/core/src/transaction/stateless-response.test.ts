import {
  cancelText,
  inviteText,
  ManualClock,
  MemoryNetwork,
  RecordingElement,
  ScriptedUserAgent,
} from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { readRequest } from "../../test/transaction/machine-bench.js";
import type { SipRequest } from "../message/sip-request.js";
import { statelessResponse } from "./stateless-response.js";

const here = { address: "192.0.2.10", port: 5060 };

describe("RFC 3261 §8.2.7 stateless answers", () => {
  let clock: ManualClock;
  let element: RecordingElement;
  let peer: ScriptedUserAgent;

  beforeEach(async () => {
    clock = new ManualClock();
    const network = new MemoryNetwork({ clock });
    element = await RecordingElement.open(network, { clock, listen: [{ protocol: "udp", ...here }] });
    peer = ScriptedUserAgent.inMemory(network, {
      protocol: "udp",
      address: "192.0.2.2",
      port: 5060,
      clock,
      peer: here,
    });
    element.transactions.attach({
      admits: (request, connection) => {
        const response = statelessResponse(request, 503, { secret: "s" }).add("Retry-After", "10").build();
        element.transactions.replyStatelessly(request, connection, response);
        return false;
      },
      onRequest: (transaction) => element.onRequest(transaction),
      onCancel: (cancel, cancelled) => element.onCancel(cancel, cancelled),
      onAck: (ack, connection, transaction) => element.onAck(ack, connection, transaction),
    });
  });

  it("go to each copy of the request with the same To tag, and leave no transaction", () => {
    const invite = inviteText({ sentBy: "192.0.2.2:5060" });
    for (let copy = 0; copy < 3; copy++) peer.send(invite);
    clock.advance(0);
    const tags = peer.messages("503").map((message) => message.toTag);
    expect([tags.length, new Set(tags).size]).toEqual([3, 1]);
    expect(tags[0]).toMatch(/^[0-9a-f]{16}$/);
    expect([element.requests, element.transactions.count]).toEqual([[], { client: 0, server: 0 }]);
  });

  it("differ in their tags from request to request and from element to element", () => {
    const tagOf = (request: SipRequest, secret: string): string | undefined =>
      statelessResponse(request, 503, { secret }).build().toTag;
    const [one, other] = ["one", "two"].map((callId) => readRequest(inviteText({ callId })));
    if (one === undefined || other === undefined) throw new TypeError("two requests are needed");
    expect(tagOf(one, "s")).toBe(tagOf(readRequest(inviteText({ callId: "one" })), "s"));
    expect(tagOf(one, "s")).not.toBe(tagOf(other, "s"));
    expect(tagOf(one, "s")).not.toBe(tagOf(one, "t"));
    expect(element.transactions.statelessTag(one)).not.toBe(tagOf(one, ""));
  });

  it("keep the To tag of a request inside a dialog", () => {
    const request = readRequest(inviteText({ toTag: "known" }));
    expect(statelessResponse(request, 481).build().toTag).toBe("known");
  });

  it("are never sent to ACK and CANCEL", () => {
    peer.send(cancelText(inviteText({ sentBy: "192.0.2.2:5060" })));
    clock.advance(0);
    const { cancel } = element.cancels[0] ?? {};
    if (cancel === undefined) throw new TypeError("no CANCEL came");
    const response = statelessResponse(cancel.request, 481).build();
    element.transactions.replyStatelessly(cancel.request, cancel.connection, response);
    clock.advance(0);
    expect(peer.received).toEqual([]);
  });
});
