import { RequestBuilder } from "@siplet/core";
import { describe, expect, it } from "vitest";
import { ContainerKeepAlivePreference } from "./keep-alive-preference.js";

const open = { requireOpen: (): void => {} };

function received(headers: Readonly<Record<string, string>>): ContainerKeepAlivePreference {
  const builder = new RequestBuilder("INVITE", "sip:bob@example.com").addText("CSeq", "1 INVITE");
  for (const [name, value] of Object.entries(headers)) builder.addText(name, value);
  return ContainerKeepAlivePreference.ofReceived(open, builder.build());
}

describe("JSR 359 SessionKeepAlive.Preference", () => {
  it("says of a received message what it carries", () => {
    const preference = received({ "Session-Expires": "1800;refresher=uas", "Min-SE": "120" });
    const { enabled, expiration, minimumExpiration, refresher } = preference;
    expect([enabled, expiration, minimumExpiration, refresher]).toEqual([true, 1800, 120, "UAS"]);
  });

  it.each<Readonly<Record<string, string>>>([{}, { "Session-Expires": "rude" }])("is not enabled by %o", (headers) => {
    const { enabled, expiration, minimumExpiration, refresher } = received(headers);
    expect([enabled, expiration, minimumExpiration, refresher]).toEqual([false, undefined, undefined, undefined]);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses %s as a number of seconds", (seconds) => {
    const preference = new ContainerKeepAlivePreference(open);
    const refusal = expect.objectContaining({ code: "argument.invalid" }) as Error;
    expect(() => (preference.expiration = seconds)).toThrow(refusal);
    expect(() => (preference.minimumExpiration = seconds)).toThrow(refusal);
  });

  it("is enabled from the start where a timer runs", () => {
    expect(new ContainerKeepAlivePreference(open, true).enabled).toBe(true);
  });
});
