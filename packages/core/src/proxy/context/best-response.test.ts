import { inviteText, responseText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { parseMessage } from "../../message/parse-message.js";
import type { SipResponse } from "../../message/sip-response.js";
import { chooseBest, finishBest, type Candidate } from "./best-response.js";

function response(status: number, headers: Readonly<Record<string, string | readonly string[]>> = {}): SipResponse {
  const message = parseMessage(Buffer.from(responseText(inviteText(), status, { toTag: `t${status}`, headers })));
  if (message.kind !== "response") throw new TypeError("not a response");
  return message;
}

function candidates(...statuses: readonly number[]): Candidate<number>[] {
  return statuses.map((status, index) => ({ response: response(status), source: index }));
}

describe("RFC 3261 §16.7 step 6 chooseBest", () => {
  it.each([
    [[486, 480], 0],
    [[503, 500], 1],
    [[408, 487, 480], 2],
    [[487, 430], 0],
    [[404, 401, 407], 1],
    [[302, 401], 0],
    [[500, 603, 302], 1],
    [[699, 404], 0],
  ])("of %j takes the one at %i", (statuses, index) => {
    expect(chooseBest(candidates(...statuses))?.source).toBe(index);
  });

  it("of nothing is nothing", () => {
    expect(chooseBest([])).toBeUndefined();
  });

  it("is 487 once the client has cancelled, but for a 6xx", () => {
    expect(chooseBest(candidates(401, 302, 487), true)?.response.statusCode).toBe(487);
    expect(chooseBest(candidates(487, 600), true)?.response.statusCode).toBe(600);
  });
});

describe("RFC 3261 §16.7 steps 6 and 7 finishBest", () => {
  function finish(all: readonly Candidate<number>[], forwards503 = false): SipResponse | undefined {
    const best = chooseBest(all);
    return best && finishBest(best, all, { forwards503 });
  }

  it("leaves other responses as they are", () => {
    const all = candidates(486, 404);
    expect(finish(all)).toBe(all[0]?.response);
  });

  it("makes 500 of 503, without Retry-After, with the tag it had", () => {
    const made = finish([{ response: response(503, { "Retry-After": "10", "X-A": "b" }), source: 0 }]);
    expect([made?.statusCode, made?.reasonPhrase, made?.has("Retry-After"), made?.toTag, made?.getText("X-A")]).toEqual(
      [500, "Server Internal Error", false, "t503", "b"],
    );
    expect(finish(candidates(503), true)?.statusCode).toBe(503);
  });

  it("makes 480 of 430", () => {
    expect(finish(candidates(430))?.statusCode).toBe(480);
  });

  it("adds the challenges of all others behind its own, in the order in which they came", () => {
    const all = [
      { response: response(407, { "Proxy-Authenticate": ["Digest realm=a", "Digest realm=b"] }), source: 0 },
      {
        response: response(401, { "WWW-Authenticate": "Digest realm=c", "Proxy-Authenticate": "Digest realm=d" }),
        source: 1,
      },
      { response: response(403, { "WWW-Authenticate": "Digest realm=e" }), source: 2 },
      { response: response(407, { "Proxy-Authenticate": "Digest realm=f" }), source: 3 },
    ];
    const made = finish(all);
    expect(made?.getTexts("Proxy-Authenticate").map((text) => text.at(-1))).toEqual(["a", "b", "d", "f"]);
    expect(made?.getTexts("WWW-Authenticate")).toEqual(["Digest realm=c"]);
    expect(all[0]?.response.getTexts("Proxy-Authenticate")).toHaveLength(2);
  });
});

describe("RFC 5626 §5.3 a flow that failed", () => {
  it.each([
    [true, 430],
    [false, 480],
  ])("goes upstream as 430 when it was ours (%s)", (isOwn, status) => {
    const candidate = { response: response(430), source: 0, isOwn };
    expect(finishBest(candidate, [candidate]).statusCode).toBe(status);
  });
});
