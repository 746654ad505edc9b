import { createSeededRandom } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { isEngineError } from "../../errors/engine-error.js";
import { createAnswer, refuseOffer } from "./create-answer.js";
import { answerDirection, directionOf, holdDirection, isHeld, withDirections } from "./media-direction.js";
import { continueSession } from "./session-origin.js";
import { parseSessionDescription, type MediaDirection } from "./session-description.js";

const describeSession = (lines: readonly string[], origin = "o=alice 2890844526 2890844526 IN IP4 192.0.2.1"): string =>
  ["v=0", origin, "s=-", "c=IN IP4 192.0.2.1", "t=0 0", ...lines, ""].join("\r\n");

const own = describeSession(
  [
    "m=audio 40000 RTP/AVP 0 8 96 97",
    "a=rtpmap:96 opus/48000/2",
    "a=fmtp:96 useinbandfec=1",
    "a=rtpmap:97 telephone-event/8000",
    "a=fmtp:97 0-16",
    "a=ptime:20",
    "m=video 40002 RTP/AVP 31",
  ],
  "o=bob 5 7 IN IP4 192.0.2.2",
).replace("c=IN IP4 192.0.2.1", "c=IN IP4 192.0.2.2");

const lines = (text: string, start: string): string[] => text.split("\r\n").filter((line) => line.startsWith(start));
const answer = (...media: string[]): string => createAnswer(describeSession(media), own).description;
const all: readonly MediaDirection[] = ["sendrecv", "sendonly", "recvonly", "inactive"];

describe("RFC 3264 §6 the answer to an offer", () => {
  it("takes the formats both know, in the order and under the numbers of the offer", () => {
    const text = answer(
      "m=audio 49170 RTP/AVP 120 8 18 101",
      "a=rtpmap:120 OPUS/48000/2",
      "a=rtpmap:101 telephone-event/8000",
      "a=fmtp:101 0-15",
    );
    expect(lines(text, "m=")).toEqual(["m=audio 40000 RTP/AVP 120 8 101"]);
    expect(lines(text, "a=")).toEqual([
      "a=rtpmap:120 OPUS/48000/2",
      "a=rtpmap:101 telephone-event/8000",
      "a=fmtp:120 useinbandfec=1",
      "a=fmtp:101 0-16",
      "a=ptime:20",
      "a=sendrecv",
    ]);
    expect([lines(text, "o="), lines(text, "c=")]).toEqual([["o=bob 5 7 IN IP4 192.0.2.2"], ["c=IN IP4 192.0.2.2"]]);
  });

  it("has as many media lines as the offer, in its order, refused ones with port 0 and formats", () => {
    const text = answer(
      "m=video 5000 RTP/AVP 31",
      "m=application 9 UDP/BFCP *",
      "m=audio 5002 RTP/AVP 0",
      "m=audio 5004 RTP/AVP 0",
      "m=audio 0 RTP/AVP 0",
    );
    expect(lines(text, "m=")).toEqual([
      "m=video 40002 RTP/AVP 31",
      "m=application 0 UDP/BFCP *",
      "m=audio 40000 RTP/AVP 0",
      "m=audio 0 RTP/AVP 0",
      "m=audio 0 RTP/AVP 0",
    ]);
  });

  it("keeps the number of a line whose form is unusual", () => {
    const offer = describeSession(["m=audio 49170/2 RTP/AVP 0", "m=x-new 7 whatever/1.0 a b"]);
    const { description, acceptedLines } = createAnswer(offer, own);
    expect(lines(description, "m=")).toEqual(["m=audio 40000 RTP/AVP 0", "m=x-new 0 whatever/1.0 a b"]);
    expect(acceptedLines).toBe(1);
  });

  it.each([
    ["nothing in common", "m=audio 5000 RTP/AVP 18"],
    ["tones alone in common", "m=audio 5000 RTP/AVP 18 101\r\na=rtpmap:101 telephone-event/8000"],
    ["another profile", "m=audio 5000 RTP/SAVP 0"],
    ["the same name at another rate", "m=audio 5000 RTP/AVP 96\r\na=rtpmap:96 opus/16000"],
  ])("refuses a line with %s", (_what, line) => {
    expect(createAnswer(describeSession([line]), own)).toMatchObject({ acceptedLines: 0 });
  });

  it("takes formats by name where they are no RTP", () => {
    const msrp = "m=message 2855 TCP/MSRP *";
    const { description } = createAnswer(describeSession([msrp]), describeSession(["m=message 9 TCP/MSRP *"]));
    expect(lines(description, "m=")).toEqual(["m=message 9 TCP/MSRP *"]);
  });

  it("repeats t= and mid of the offer", () => {
    const offer = describeSession(["m=audio 5000 RTP/AVP 0", "a=mid:a1", "m=video 5002 RTP/AVP 99", "a=mid:v1"]);
    const text = createAnswer(offer.replace("t=0 0", "t=1 2"), own).description;
    expect([lines(text, "t="), lines(text, "a=mid")]).toEqual([["t=1 2"], ["a=mid:a1", "a=mid:v1"]]);
  });

  it("answers an offer without media lines", () => {
    expect(lines(answer(), "m=")).toEqual([]);
  });

  it("takes nothing where it may not refuse", () => {
    const text = refuseOffer(describeSession(["m=audio 5000 RTP/AVP 0 8", "m=video 5002 RTP/AVP 31"]));
    expect(lines(text, "m=")).toEqual(["m=audio 0 RTP/AVP 0 8", "m=video 0 RTP/AVP 31"]);
    expect(parseSessionDescription(text).origin?.address).toBe("0.0.0.0");
  });

  it.each(["", "hello", "v=0", "v=1\r\no=a 1 1 IN IP4 1.2.3.4"])("tells that %j is no session description", (text) => {
    expect(() => createAnswer(text, own)).toThrow(
      expect.objectContaining({ code: "offer-answer.malformed", statusCode: 488 }),
    );
  });
});

describe("RFC 3264 §6.1 directions", () => {
  it.each([
    ["sendrecv", ["sendrecv", "sendonly", "recvonly", "inactive"]],
    ["sendonly", ["recvonly", "inactive", "recvonly", "inactive"]],
    ["recvonly", ["sendonly", "sendonly", "inactive", "inactive"]],
    ["inactive", ["inactive", "inactive", "inactive", "inactive"]],
  ] as const)("of an answer to %s", (offered, expected) => {
    expect(all.map((wanted) => answerDirection(offered, wanted))).toEqual(expected);
  });

  it.each(["a=sendonly", "c=IN IP4 0.0.0.0"])("answers a hold by %s with recvonly", (line) => {
    const text = answer("m=audio 5000 RTP/AVP 0", line);
    expect(lines(text, "a=recvonly")).toHaveLength(1);
  });

  it("reads the direction of the session where the line has none", () => {
    const session = parseSessionDescription(
      describeSession(["a=inactive", "m=audio 5000 RTP/AVP 0", "m=video 1 RTP/AVP 31", "a=sendonly"]),
    );
    expect(session.media.map((media) => directionOf(session, media))).toEqual(["inactive", "sendonly"]);
  });

  it("puts the session's direction into an answer's lines", () => {
    const text = createAnswer(
      describeSession(["m=audio 5000 RTP/AVP 0"]),
      own.replace("m=audio", "a=sendonly\r\nm=audio"),
    ).description;
    expect(lines(text, "a=send")).toEqual(["a=sendonly"]);
  });
});

describe("RFC 3264 §8.4 hold", () => {
  it.each([
    [["a=sendonly"], true],
    [["a=inactive"], true],
    [["c=IN IP4 0.0.0.0"], true],
    [[], false],
    [["a=recvonly"], false],
  ])("is what %j says: %s", (attributes, held) => {
    const text = describeSession(["m=audio 5000 RTP/AVP 0", ...attributes, "m=video 0 RTP/AVP 31"]);
    expect(isHeld(parseSessionDescription(text))).toBe(held);
  });

  it("is said line by line, and nothing else changes", () => {
    const text = describeSession([
      "m=audio 5000 RTP/AVP 0",
      "a=sendrecv ",
      "a=x-own:1",
      "m=video 5002 RTP/AVP 31",
      "a=recvonly",
      "m=text 0 RTP/AVP 98",
    ]);
    expect(withDirections(text, holdDirection)).toBe(
      describeSession([
        "m=audio 5000 RTP/AVP 0",
        "a=x-own:1",
        "a=sendonly",
        "m=video 5002 RTP/AVP 31",
        "a=inactive",
        "m=text 0 RTP/AVP 98",
        "a=sendrecv",
      ]),
    );
  });

  it("leaves the direction of the session for its lines", () => {
    const text = describeSession(["a=recvonly", "m=audio 5000 RTP/AVP 0"]);
    expect(withDirections(text, () => "sendrecv")).toBe(describeSession(["m=audio 5000 RTP/AVP 0", "a=sendrecv"]));
  });
});

describe("RFC 3264 §8 the version of a description", () => {
  const first = describeSession(["m=audio 5000 RTP/AVP 0"]);

  it("goes up by one with a change, user and id stay", () => {
    const next = describeSession(["m=audio 5000 RTP/AVP 8"], "o=somebody 1 1 IN IP4 192.0.2.1");
    expect(lines(continueSession(first, next), "o=")).toEqual(["o=alice 2890844526 2890844527 IN IP4 192.0.2.1"]);
  });

  it("stays without one", () => {
    const again = describeSession(["m=audio 5000 RTP/AVP 0"], "o=somebody 1 1 IN IP4 192.0.2.1");
    expect(continueSession(first, again)).toBe(first);
  });

  it("may be larger than a number can tell", () => {
    const last = first.replace("2890844526 IN", "18446744073709551614 IN");
    expect(lines(continueSession(last, `${first}a=x\r\n`), "o=")).toEqual([
      "o=alice 2890844526 18446744073709551615 IN IP4 192.0.2.1",
    ]);
  });
});

describe("rude descriptions", () => {
  it("fail with our own error or not at all", () => {
    const random = createSeededRandom(11);
    for (let run = 0; run < 3000; run++) {
      const octets = Buffer.from(own);
      for (let change = 0; change <= random.integer(6); change++) {
        octets[random.integer(octets.length)] = random.integer(256);
      }
      const text = octets.subarray(random.integer(20)).toString("latin1");
      try {
        createAnswer(text, own);
        refuseOffer(text);
        withDirections(text, holdDirection);
      } catch (error) {
        expect(isEngineError(error)).toBe(true);
      }
    }
  });

  it("cost no more time than they are long", () => {
    const started = process.hrtime.bigint();
    parseSessionDescription(`${own}a=${"rtpmap:0 ".repeat(200_000)}\r\na=${" ".repeat(400_000)}x\r\n`);
    withDirections(`${own}${"a=sendonly ".repeat(80_000)}`, holdDirection);
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(5000);
  });
});
