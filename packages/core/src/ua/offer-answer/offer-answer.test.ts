import { inviteText, requestText, responseText, type ResponseTextOptions } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { parseMessage } from "../../message/parse-message.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import { OfferAnswer } from "./offer-answer.js";
import type { OfferAnswerSnapshot, OfferAnswerState } from "./offer-answer-snapshot.js";
import type { SessionRole } from "./session-role.js";

const sdp = (name: string): string => `v=0\r\no=${name} 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n`;

function read(text: string): SipRequest | SipResponse {
  const message = parseMessage(Buffer.from(text));
  if (message.kind === "failure") throw new TypeError(message.reason);
  return message;
}

const invite = (body = "", sequenceNumber = 1): SipRequest => read(inviteText({ body, sequenceNumber })) as SipRequest;

function request(method: string, body = "", sequenceNumber = 2, headers: Record<string, string> = {}): SipRequest {
  return read(requestText({ method, body, sequenceNumber, headers })) as SipRequest;
}

function answer(to: SipRequest, status: number, body = "", options: ResponseTextOptions = {}): SipResponse {
  const source = requestText({ method: to.method, sequenceNumber: to.cseq.sequenceNumber });
  return read(responseText(source, status, { body, ...options })) as SipResponse;
}

const reliable = (to: SipRequest, responseNumber: number, body = ""): SipResponse =>
  answer(to, 183, body, { headers: { Require: "100rel", RSeq: String(responseNumber) } });

const prack = (responseNumber: number, body = "", inviteNumber = 1): SipRequest =>
  request("PRACK", body, 2, { RAck: `${responseNumber} ${inviteNumber} INVITE` });

type Step = readonly [
  end: "send" | "receive",
  message: SipRequest | SipResponse,
  role: SessionRole,
  state: OfferAnswerState,
];

function walk(steps: readonly Step[], session = new OfferAnswer()): OfferAnswer {
  for (const [end, message, role, state] of steps) {
    const what = `${end} ${message.startLine}`;
    expect([what, session[end](message), session.state]).toEqual([what, role, state]);
  }
  return session;
}

/** The same exchange seen from the other end. */
function mirror(steps: readonly Step[]): Step[] {
  return steps.map(([end, message, role, state]) => {
    const flipped = state === "local-offer" ? "remote-offer" : state === "remote-offer" ? "local-offer" : state;
    return [end === "send" ? "receive" : "send", message, role, flipped];
  });
}

const offered = invite(sdp("a"));
const silent = invite();
const update = request("UPDATE", sdp("u"), 5);

describe("RFC 6337 §2.2 offer and answer", () => {
  const patterns: Readonly<Record<string, readonly Step[]>> = {
    "1: offer in INVITE, answer in 2xx": [
      ["send", offered, "offer", "local-offer"],
      ["receive", answer(offered, 180), "none", "local-offer"],
      ["receive", answer(offered, 200, sdp("b")), "answer", "stable"],
      ["send", request("ACK", "", 1), "none", "stable"],
    ],
    "2: offer in 2xx, answer in ACK": [
      ["send", silent, "none", "initial"],
      ["receive", answer(silent, 200, sdp("b")), "offer", "remote-offer"],
      ["send", request("ACK", sdp("a"), 1), "answer", "stable"],
    ],
    "3: offer in INVITE, answer in a reliable provisional": [
      ["send", offered, "offer", "local-offer"],
      ["receive", reliable(offered, 7, sdp("b")), "answer", "stable"],
      ["send", prack(7), "none", "stable"],
      ["receive", answer(offered, 200), "none", "stable"],
    ],
    "4: offer in a reliable provisional, answer in PRACK": [
      ["send", silent, "none", "initial"],
      ["receive", reliable(silent, 7, sdp("b")), "offer", "remote-offer"],
      ["send", prack(7, sdp("a")), "answer", "stable"],
    ],
    "5: offer in PRACK, answer in its 2xx": [
      ["send", offered, "offer", "local-offer"],
      ["receive", reliable(offered, 7, sdp("b")), "answer", "stable"],
      ["send", prack(7, sdp("a2")), "offer", "local-offer"],
      ["receive", answer(prack(7), 200, sdp("b2")), "answer", "stable"],
    ],
    "6: offer in UPDATE, answer in its 2xx": [
      ["send", offered, "offer", "local-offer"],
      ["receive", reliable(offered, 7, sdp("b")), "answer", "stable"],
      ["send", update, "offer", "local-offer"],
      ["receive", answer(update, 200, sdp("b2")), "answer", "stable"],
    ],
  };

  describe.each(Object.entries(patterns))("pattern %s", (_name, steps) => {
    it("holds for the one who asks", () => void walk(steps));
    it("holds for the one who answers", () => void walk(mirror(steps)));
  });

  it("keeps the descriptions agreed on, ours and the peer's", () => {
    const session = walk(patterns["4: offer in a reliable provisional, answer in PRACK"] ?? []);
    expect([session.local, session.remote]).toEqual([sdp("a"), sdp("b")]);
  });

  describe("with a preview", () => {
    it("takes SDP in an unreliable provisional for what it is", () => {
      const session = walk([
        ["send", offered, "offer", "local-offer"],
        ["receive", answer(offered, 183, sdp("b")), "preview", "local-offer"],
        ["receive", answer(offered, 200, sdp("b")), "answer", "stable"],
      ]);
      expect(session.remote).toBe(sdp("b"));
    });

    it("takes the preview for the answer when a 2xx has none", () => {
      const session = walk([
        ["send", offered, "offer", "local-offer"],
        ["receive", answer(offered, 183, sdp("b")), "preview", "local-offer"],
        ["receive", answer(offered, 200), "answer", "stable"],
      ]);
      expect(session.remote).toBe(sdp("b"));
    });

    it("asks for the answer in our own 2xx all the same", () => {
      walk([
        ["receive", offered, "offer", "remote-offer"],
        ["send", answer(offered, 183, sdp("b")), "preview", "remote-offer"],
        ["send", answer(offered, 200), "missing", "initial"],
      ]);
    });

    it("passes SDP over in an unreliable provisional to an INVITE without offer", () => {
      walk([
        ["send", silent, "none", "initial"],
        ["receive", answer(silent, 183, sdp("b")), "unexpected", "initial"],
      ]);
    });
  });

  describe("where no description may stand", () => {
    it("passes SDP in a 2xx over after the answer came in a reliable provisional", () => {
      const session = walk([
        ["send", offered, "offer", "local-offer"],
        ["receive", reliable(offered, 7, sdp("b")), "answer", "stable"],
        ["receive", reliable(offered, 8, sdp("c")), "unexpected", "stable"],
        ["receive", answer(offered, 200, sdp("c")), "unexpected", "stable"],
      ]);
      expect(session.remote).toBe(sdp("b"));
    });

    it("passes SDP in an ACK over when the INVITE had the offer", () => {
      walk([
        ["receive", offered, "offer", "remote-offer"],
        ["send", answer(offered, 200, sdp("b")), "answer", "stable"],
        ["receive", request("ACK", sdp("x"), 1), "unexpected", "stable"],
      ]);
    });

    it("has nothing to do with other methods", () => {
      walk([
        ["receive", request("INFO", sdp("x")), "none", "initial"],
        ["receive", request("OPTIONS", sdp("x")), "none", "initial"],
        ["send", answer(request("OPTIONS"), 200, sdp("x")), "none", "initial"],
      ]);
    });

    it("does not take an answer from another transaction or for another provisional", () => {
      walk([
        ["send", silent, "none", "initial"],
        ["receive", reliable(silent, 7, sdp("b")), "offer", "remote-offer"],
        ["send", prack(8, sdp("a")), "unexpected", "remote-offer"],
        ["send", prack(7, sdp("a"), 9), "unexpected", "remote-offer"],
      ]);
    });
  });

  describe("where a description is missing", () => {
    it("tells that a 2xx brings no answer", () => {
      walk([
        ["send", offered, "offer", "local-offer"],
        ["receive", answer(offered, 200), "missing", "initial"],
      ]);
    });

    it("tells that a 2xx brings no offer", () => {
      const session = walk([
        ["send", silent, "none", "initial"],
        ["receive", answer(silent, 200), "missing", "initial"],
      ]);
      expect(session.canOffer).toBe(true);
    });

    it("tells that ACK or PRACK bring no answer", () => {
      walk([
        ["receive", silent, "none", "initial"],
        ["send", answer(silent, 200, sdp("b")), "offer", "local-offer"],
        ["receive", request("ACK", "", 1), "missing", "initial"],
      ]);
      walk([
        ["receive", silent, "none", "initial"],
        ["send", reliable(silent, 7, sdp("b")), "offer", "local-offer"],
        ["receive", prack(7), "missing", "initial"],
      ]);
    });

    it("lets the answer wait when a reliable provisional has none", () => {
      walk([
        ["send", offered, "offer", "local-offer"],
        ["receive", reliable(offered, 7), "none", "local-offer"],
        ["receive", answer(offered, 200, sdp("b")), "answer", "stable"],
      ]);
    });
  });
});

describe("RFC 3264 §4, RFC 6337 §3 one offer at a time", () => {
  function established(): OfferAnswer {
    const session = new OfferAnswer();
    session.send(offered);
    session.receive(answer(offered, 200, sdp("b")));
    return session;
  }

  it("answers an offer with 491 while its own is open", () => {
    const session = established();
    session.send(update);
    for (const method of ["INVITE", "UPDATE"]) {
      expect(session.rejectionOf(request(method, sdp("x"), 9))).toMatchObject({ statusCode: 491, retriesLater: false });
    }
    expect(session.rejectionOf(invite("", 9))?.statusCode).toBe(491);
  });

  it("answers an offer with 500 and Retry-After while the peer's is open", () => {
    const session = established();
    session.receive(update);
    expect(session.rejectionOf(request("UPDATE", sdp("x"), 9))).toMatchObject({ statusCode: 500, retriesLater: true });
  });

  it("takes an UPDATE without description and other methods at any time", () => {
    const session = established();
    session.send(update);
    expect(session.rejectionOf(request("UPDATE", "", 9))).toBeUndefined();
    expect(session.rejectionOf(request("INFO", sdp("x"), 9))).toBeUndefined();
  });

  it("may not offer before the first offer is answered, nor while one is due from the peer", () => {
    const session = new OfferAnswer();
    expect(session.canOffer).toBe(true);
    session.send(silent);
    expect(session.canOffer).toBe(false);
    const callee = new OfferAnswer();
    callee.receive(silent);
    expect([callee.canOffer, callee.owesOffer]).toEqual([false, true]);
    callee.send(answer(silent, 486));
    expect([callee.canOffer, callee.owesOffer]).toEqual([true, false]);
  });

  it.each([488, 500, 408])("leaves the session as it was when %i refuses the offer", (status) => {
    const session = established();
    const again = invite(sdp("a2"), 3);
    session.send(again);
    session.receive(answer(again, status));
    expect([session.state, session.local, session.remote]).toEqual(["stable", sdp("a"), sdp("b")]);
  });

  it("keeps what was agreed within a re-INVITE that fails later (RFC 6141 §3.1)", () => {
    const session = established();
    const again = invite(sdp("a2"), 3);
    session.send(again);
    session.receive(reliable(again, 7, sdp("b2")));
    session.receive(answer(again, 488));
    expect([session.state, session.local]).toEqual(["stable", sdp("a2")]);
  });

  it("forgets an offer in a provisional of an INVITE that fails, but not one in an UPDATE of its own", () => {
    const callee = new OfferAnswer();
    callee.receive(silent);
    callee.send(reliable(silent, 7, sdp("b")));
    callee.send(answer(silent, 487));
    expect(callee.state).toBe("initial");
    const session = established();
    session.send(update);
    session.receive(answer(invite("", 5), 488));
    expect(session.state).toBe("local-offer");
  });

  it("forgets an offer whose request was never answered", () => {
    const session = established();
    session.send(update);
    session.withdraw("UPDATE", 4);
    expect(session.state).toBe("local-offer");
    session.withdraw("UPDATE", 5);
    expect(session.state).toBe("stable");
  });
});

describe("offer and answer of forked calls", () => {
  it("has one offer and an answer in each early dialog", () => {
    const session = new OfferAnswer();
    session.send(offered);
    const [one, other] = [session.fork(), session.fork()];
    one.receive(answer(offered, 200, sdp("b")));
    other.receive(reliable(offered, 7, sdp("c")));
    expect([session.state, one.remote, other.remote]).toEqual(["local-offer", sdp("b"), sdp("c")]);
  });

  it("goes on from plain data", () => {
    const session = new OfferAnswer();
    session.send(offered);
    const copy = new OfferAnswer(JSON.parse(JSON.stringify(session.snapshot())) as OfferAnswerSnapshot);
    expect(copy.receive(answer(offered, 200, sdp("b")))).toBe("answer");
    expect([copy.local, copy.remote]).toEqual([sdp("a"), sdp("b")]);
  });

  it("refuses a snapshot of another version", () => {
    const snapshot = { ...new OfferAnswer().snapshot(), version: 2 } as never;
    expect(() => new OfferAnswer(snapshot)).toThrow(expect.objectContaining({ code: "offer-answer.snapshot" }));
  });
});

describe("the session description of a message", () => {
  it("is found in a multipart body", () => {
    const body = `--b\r\nContent-Type: application/sdp\r\n\r\n${sdp("m")}\r\n--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b--`;
    const message = read(inviteText({ body, contentType: "multipart/mixed;boundary=b" }));
    const session = new OfferAnswer();
    expect(session.receive(message)).toBe("offer");
    expect(session.open?.description).toBe(sdp("m"));
  });

  it.each(["render", "early-session"])("is not what is there for %s", (disposition) => {
    const message = read(inviteText({ body: sdp("x"), headers: { "Content-Disposition": disposition } }));
    expect(new OfferAnswer().receive(message)).toBe("none");
  });
});
