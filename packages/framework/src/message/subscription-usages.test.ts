import { RequestBuilder, type SipRequest } from "@siplet/core";
import { describe, expect, it } from "vitest";
import { endsSubscription, startsSubscription, SubscriptionUsages } from "./subscription-usages.js";

function request(method: string, headers: Readonly<Record<string, string>> = {}): SipRequest {
  const builder = new RequestBuilder(method, "sip:bob@example.com").addText("CSeq", `1 ${method}`);
  for (const [name, value] of Object.entries(headers)) builder.addText(name, value);
  return builder.build();
}

describe("RFC 5057 §4, RFC 6665 §4.1.3 subscriptions of a dialog", () => {
  it.each([
    ["SUBSCRIBE", {}, true],
    ["SUBSCRIBE", { Expires: "60" }, true],
    ["SUBSCRIBE", { Expires: "0" }, false],
    ["REFER", {}, true],
    ["REFER", { "Refer-Sub": "false" }, false],
  ])("begin with %s %o: %s", (method, headers, starts) => {
    expect(startsSubscription(request(method, headers))).toBe(starts);
  });

  it.each([
    ["terminated;reason=timeout", true],
    ["Terminated", true],
    ["active;expires=60", false],
    ["", false],
  ])("end with the state %j: %s", (state, ends) => {
    expect(endsSubscription(request("NOTIFY", { "Subscription-State": state }))).toBe(ends);
  });

  it("are told apart by event and id, whatever else the Event says", () => {
    const usages = new SubscriptionUsages();
    usages.begin(request("SUBSCRIBE", { Event: "presence;id=1" }), true);
    usages.begin(request("SUBSCRIBE", { Event: "presence;id=2" }), true);
    usages.end("presence;foo=bar;id=1");
    expect(usages.all).toEqual([{ event: "presence;id=2", isNotifier: true }]);
  });

  it("take every REFER of a dialog for one: its id may be left out (RFC 3515 §2.4.6)", () => {
    const usages = new SubscriptionUsages();
    usages.begin(request("REFER"), false);
    usages.end("refer;id=93809824");
    expect(usages.size).toBe(0);
  });

  it("stay one when they are refreshed", () => {
    const usages = new SubscriptionUsages();
    for (let round = 0; round < 3; round++) usages.begin(request("SUBSCRIBE", { Event: "presence" }), false);
    expect(usages.size).toBe(1);
  });
});
