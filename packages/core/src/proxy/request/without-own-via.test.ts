import { responseText, inviteText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { parseMessage } from "../../message/parse-message.js";
import type { SipResponse } from "../../message/sip-response.js";
import { withoutOwnVia } from "./without-own-via.js";

function read(via: readonly string[], reason = "OK"): SipResponse {
  const text = responseText(inviteText(), 200, { reason, headers: { Via: via } });
  const message = parseMessage(Buffer.from(text));
  if (message.kind !== "response") throw new TypeError("not a response");
  return message;
}

describe("RFC 3261 §16.7 step 3 withoutOwnVia", () => {
  const [one, two] = ["SIP/2.0/UDP one;branch=z9hG4bK1", "SIP/2.0/UDP two;branch=z9hG4bK2"];

  it.each([
    [[one, two], [two]],
    [[`${one},${two}`], [two]],
    [
      [`${one} , ${two}`, one],
      [two, one],
    ],
    [[`${one};x="a, b"`, two], [two]],
  ])("of %j leaves %j", (vias, left) => {
    expect(withoutOwnVia(read(vias))?.getTexts("Via")).toEqual(left);
  });

  it("leaves nothing of a response that was for us", () => {
    expect(withoutOwnVia(read([one]))).toBeUndefined();
  });

  it("keeps status, reason, body and all other fields", () => {
    const response = read([one, two], "Très bien, \u20ac");
    const bare = withoutOwnVia(response);
    expect([bare?.statusCode, bare?.startLine, bare?.body]).toEqual([200, response.startLine, response.body]);
    expect(bare?.fields.slice(1)).toEqual(response.fields.slice(2));
  });
});
