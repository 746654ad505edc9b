import { describe, expect, it } from "vitest";
import { ackText, byeText, cancelText, inviteText, optionsText } from "./requests.js";
import { requestText } from "./request-text.js";
import { responseText } from "./response-text.js";
import { WireMessage } from "./wire-message.js";

describe("WireMessage", () => {
  it("reads compact, folded and joined fields", () => {
    const text = [
      "OPTIONS sip:bob@example.com SIP/2.0",
      "v: SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/TCP b;branch=z9hG4bK2",
      "Via: SIP/2.0/UDP c",
      'f: "Alice, of <here>" <sip:alice@example.org>',
      "  ;tag=1",
      "m: <sip:alice@a,b>;q=0.5",
      "",
      "",
    ].join("\r\n");
    const message = new WireMessage(text);
    expect(message.values("Via").map((via) => via.split(" ")[1])).toEqual([
      "a;branch=z9hG4bK1",
      "b;branch=z9hG4bK2",
      "c",
    ]);
    expect([message.branch, message.fromTag, message.contactUri]).toEqual(["z9hG4bK1", "1", "sip:alice@a,b"]);
  });

  it("tells method and status of requests and responses", () => {
    const invite = new WireMessage(inviteText());
    const ringing = new WireMessage(responseText(invite, 180));
    expect([invite.summary, ringing.summary]).toEqual(["INVITE", "180 INVITE"]);
    expect([invite.reasonPhrase, ringing.reasonPhrase]).toEqual(["", "Ringing"]);
    expect([ringing.status, ringing.cseqMethod, ringing.sequenceNumber]).toEqual([180, "INVITE", 1]);
  });
});

describe("requestText", () => {
  it("writes what every request needs, with line ends and the length of the body", () => {
    const message = new WireMessage(inviteText({ body: "v=0\r\nü\r\n" }));
    expect(message.fields.map(([name]) => name)).toEqual(
      "Via From To Call-ID CSeq Max-Forwards Contact Content-Type Content-Length".split(" "),
    );
    expect(message.header("Content-Length")).toBe("9");
    expect(optionsText().endsWith("Content-Length: 0\r\n\r\n")).toBe(true);
  });

  it("takes fields away, replaces and repeats them", () => {
    const headers = { "max-forwards": undefined, "Call-ID": "x", Route: ["<sip:p1;lr>", "<sip:p2;lr>"] };
    const message = new WireMessage(requestText({ method: "MESSAGE", headers }));
    expect(message.header("Max-Forwards")).toBeUndefined();
    expect([message.callId, message.headers("Route")]).toEqual(["x", ["<sip:p1;lr>", "<sip:p2;lr>"]]);
  });

  it("puts tags behind addresses or in place of theirs", () => {
    const message = new WireMessage(byeText({ fromTag: "new", to: "<sip:b@b>;tag=old", toTag: "fresh" }));
    expect([message.fromTag, message.toTag]).toEqual(["new", "fresh"]);
    expect(new WireMessage(inviteText({ from: "<sip:old@b>" })).fromTag).toBeUndefined();
  });
});

describe("requests that belong to an INVITE", () => {
  const invite = inviteText({ via: ["SIP/2.0/UDP a;branch=z9hG4bK1", "SIP/2.0/UDP b"], route: ["<sip:p;lr>"] });

  it("makes a CANCEL with the top Via, To and number of the INVITE", () => {
    const cancel = new WireMessage(cancelText(invite));
    expect([cancel.headers("Via"), cancel.toTag]).toEqual([["SIP/2.0/UDP a;branch=z9hG4bK1"], undefined]);
    expect([cancel.header("CSeq"), cancel.headers("Route")]).toEqual(["1 CANCEL", ["<sip:p;lr>"]]);
  });

  it("makes the ACK of a failure, and that of a 2xx by a branch of its own", () => {
    const busy = responseText(invite, 486, { toTag: "b" });
    expect(new WireMessage(ackText(invite, busy)).branch).toBe("z9hG4bK1");
    const ack = new WireMessage(ackText(invite, busy, { branch: "z9hG4bK2", uri: "sip:bob@b" }));
    expect([ack.branch, ack.requestUri, ack.toTag]).toEqual(["z9hG4bK2", "sip:bob@b", "b"]);
  });
});

describe("responseText", () => {
  const invite = inviteText({ via: ["SIP/2.0/UDP a", "SIP/2.0/UDP b"], headers: { "Record-Route": "<sip:p;lr>" } });

  it("copies what RFC 3261 §8.2.6 asks for and adds a tag, but none to a 100", () => {
    const [trying, ringing] = [100, 180].map((status) => new WireMessage(responseText(invite, status)));
    expect(ringing?.headers("Via")).toEqual(["SIP/2.0/UDP a", "SIP/2.0/UDP b"]);
    expect([trying?.toTag, ringing?.toTag]).toEqual([undefined, "bob-tag"]);
    expect(ringing?.header("Record-Route")).toBe("<sip:p;lr>");
  });
});
