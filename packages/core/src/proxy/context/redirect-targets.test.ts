import { inviteText, responseText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { HeaderField } from "../../message/header-field.js";
import { parseMessage } from "../../message/parse-message.js";
import { SipResponse } from "../../message/sip-response.js";
import { redirectTargets, type RedirectRule } from "./redirect-targets.js";

function redirect(contact: string | readonly string[], status = 302): SipResponse {
  const message = parseMessage(Buffer.from(responseText(inviteText(), status, { headers: { Contact: contact } })));
  if (message.kind !== "response") throw new TypeError("not a response");
  return message;
}

function follow(
  response: SipResponse,
  rule: Partial<RedirectRule> = {},
): { targets: string[]; rest: string[] | undefined } | undefined {
  const result = redirectTargets(response, { isSips: false, wasTried: () => false, most: 10, ...rule });
  return (
    result && {
      targets: result.targets.map(({ uri, q }) => `${String(uri)} ${q}`),
      rest: result.rest?.getTexts("Contact"),
    }
  );
}

describe("RFC 3261 §16.7 step 4 redirectTargets", () => {
  it("orders contacts by q, 1 where there is none", () => {
    expect(follow(redirect(["<sip:a@h>;q=0.2, <sip:b@h>", "<sip:c@h>;q=0.7"]))).toEqual({
      targets: ["sip:b@h 1", "sip:c@h 0.7", "sip:a@h 0.2"],
      rest: undefined,
    });
  });

  it("takes each URI once, without what cannot stand in a Request-URI", () => {
    expect(follow(redirect("<sip:a@h;method=INVITE?X=y>, <sip:%61@H>, sip:b@h"))?.targets).toEqual([
      "sip:a@h 1",
      "sip:b@h 1",
    ]);
  });

  it("leaves other schemes to the client", () => {
    expect(follow(redirect("<tel:+1234>, <sip:a@h>, <https://example.com/bob>;q=0.1"))).toEqual({
      targets: ["sip:a@h 1"],
      rest: ["<tel:+1234>, <https://example.com/bob>;q=0.1"],
    });
  });

  it("from sips goes to sips alone", () => {
    const contacts = redirect("<sip:a@h>, <sips:b@h>");
    expect(follow(contacts, { isSips: true })).toEqual({ targets: ["sips:b@h 1"], rest: ["<sip:a@h>"] });
    expect(follow(redirect("<sip:a@h>"), { isSips: true })).toBeUndefined();
  });

  it("goes nowhere twice, and tells the client nothing of where it has been", () => {
    const wasTried: RedirectRule["wasTried"] = ({ user }) => user === "a";
    expect(follow(redirect("<sip:a@h>, <sip:b@h>"), { wasTried })).toEqual({ targets: ["sip:b@h 1"], rest: undefined });
    expect(follow(redirect("<sip:a@h>"), { wasTried })).toBeUndefined();
  });

  it("takes no more than it may", () => {
    expect(follow(redirect("<sip:a@h>, <sip:b@h>"), { most: 1 })).toEqual({
      targets: ["sip:a@h 1"],
      rest: ["<sip:b@h>"],
    });
    expect(follow(redirect("<sip:a@h>"), { most: 0 })).toBeUndefined();
  });

  it.each([200, 305, 380, 404, 486])("does not follow a %i", (status) => {
    expect(follow(redirect("<sip:a@h>", status))).toBeUndefined();
  });

  it.each([300, 301, 302, 399])("follows a %i", (status) => {
    expect(follow(redirect("<sip:a@h>", status))?.targets).toEqual(["sip:a@h 1"]);
  });

  it("leads nowhere with contacts that cannot be read, or none", () => {
    const [via] = redirect("<sip:a@h>").fields;
    const bad = new HeaderField("contact", "Contact: <sip:bad host>", 9);
    if (via === undefined) throw new RangeError("a response has a Via");
    expect(follow(new SipResponse(302, "Moved", [via, bad]))).toBeUndefined();
    expect(follow(new SipResponse(302, "Moved", [via]))).toBeUndefined();
    expect(follow(redirect("*"))).toBeUndefined();
  });
});
