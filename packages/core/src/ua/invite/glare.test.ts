import { audioOffer, createSeededRandom, inviteText, requestText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { readRequest } from "../../../test/ua/ua-bench.js";
import { OfferAnswer } from "../offer-answer/offer-answer.js";
import { glareDelay, rejectRequest } from "./glare.js";
import { SessionTransactions } from "./session-transactions.js";

const invite = readRequest(inviteText({ toTag: "bob-tag", sequenceNumber: 2 }));
const update = readRequest(requestText({ method: "UPDATE", toTag: "bob-tag", body: audioOffer, sequenceNumber: 3 }));
const open = { isFinal: false, awaitsAck: false };

describe("RFC 3261 §14.1 the wait after a 491", () => {
  it.each([
    [true, 2100, 4000],
    [false, 0, 2000],
  ])("for the owner of the Call-ID (%s) lies in %i–%i ms, in steps of 10 ms", (isOwner, least, most) => {
    const random = createSeededRandom(3);
    const delays = Array.from({ length: 5000 }, () => glareDelay(isOwner, random));
    expect([Math.min(...delays), Math.max(...delays)]).toEqual([least, most]);
    expect(delays.every((delay) => delay % 10 === 0)).toBe(true);
  });
});

describe("RFC 3261 §14.2, RFC 3311 §5.2 requests that overlap", () => {
  it("answers a second INVITE by 500 until the first has its final response", () => {
    const session = new SessionTransactions();
    session.noteReceivedInvite(open);
    expect(session.rejectionOf(invite)).toMatchObject({ statusCode: 500, retriesLater: true });
    session.noteReceivedInvite({ isFinal: true, awaitsAck: true });
    expect(session.rejectionOf(invite)).toBeUndefined();
  });

  it("answers an INVITE by 491 while its own is open", () => {
    const session = new SessionTransactions();
    session.noteSentInvite({ isFinal: false });
    expect(session.rejectionOf(invite)).toMatchObject({ statusCode: 491, retriesLater: false });
    session.noteSentInvite({ isFinal: true });
    expect(session.rejectionOf(invite)).toBeUndefined();
  });

  it("answers a second UPDATE by 500 until the first has its final response", () => {
    const session = new SessionTransactions();
    session.noteReceivedUpdate({ lastStatusCode: 0 });
    expect(session.rejectionOf(update)?.statusCode).toBe(500);
    session.noteReceivedUpdate({ lastStatusCode: 200 });
    expect(session.rejectionOf(update)).toBeUndefined();
  });

  it("lets UPDATE pass while an INVITE is open, and asks offer and answer about its offer", () => {
    const offerAnswer = new OfferAnswer();
    const session = new SessionTransactions(offerAnswer);
    session.noteReceivedInvite(open);
    expect(session.rejectionOf(update)).toBeUndefined();
    offerAnswer.send(update);
    expect(session.rejectionOf(update)?.statusCode).toBe(491);
  });

  it("sends an INVITE only when none is open and none waits for its ACK", () => {
    const session = new SessionTransactions();
    expect(session.mayInvite).toBe(true);
    session.noteSentInvite({ isFinal: false });
    expect(session.mayInvite).toBe(false);
    session.noteSentInvite({ isFinal: true });
    session.noteReceivedInvite(open);
    expect(session.mayInvite).toBe(false);
    session.noteReceivedInvite({ isFinal: true, awaitsAck: true });
    expect(session.mayInvite).toBe(false);
    session.noteReceivedInvite({ isFinal: true, awaitsAck: false });
    expect(session.mayInvite).toBe(true);
  });

  it("names a Retry-After of 0–10 s in a 500 alone", () => {
    const random = createSeededRandom(5);
    const later = { statusCode: 500, reason: "Later", retriesLater: true };
    const seconds = Array.from({ length: 500 }, () =>
      Number(rejectRequest(invite, later, { random }).getText("Retry-After")),
    );
    expect([Math.min(...seconds), Math.max(...seconds)]).toEqual([0, 10]);
    expect(rejectRequest(invite, { ...later, retriesLater: false }, { random }).has("Retry-After")).toBe(false);
  });
});
