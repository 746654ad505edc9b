import { describe, expect, it } from "vitest";
import { ProxyLab } from "../3261/proxy-lab.js";
import type { ScriptedUserAgent } from "@siplet/testkit";

async function send(
  disposition: string,
): Promise<{ readonly lab: ProxyLab; readonly one: ScriptedUserAgent; readonly other: ScriptedUserAgent }> {
  const lab = await ProxyLab.open();
  const [one, other] = [lab.callee("one", { q: 0.9 }), lab.callee("other", { q: 0.9 })];
  lab.alice.sendRequest({ method: "INVITE", headers: { "Request-Disposition": disposition } });
  lab.settle();
  return { lab, one, other };
}

function counts(...agents: readonly ScriptedUserAgent[]): number[] {
  return agents.map((agent) => agent.messages("INVITE").length);
}

describe("RFC 3841 §9.1 Request-Disposition", () => {
  it("parallel and fork try all at once", async () => {
    const { one, other } = await send("proxy, fork, parallel");
    expect(counts(one, other)).toEqual([1, 1]);
  });

  it("sequential tries one after the other", async () => {
    const { lab, one, other } = await send("sequential");
    expect(counts(one, other)).toEqual([1, 0]);
    one.received[0]?.reply(480);
    lab.settle();
    expect(counts(one, other)).toEqual([1, 1]);
  });

  it("no-fork tries the most wanted alone", async () => {
    const { lab, one, other } = await send("NO-FORK");
    one.received[0]?.reply(480);
    lab.settle();
    expect([counts(one, other), lab.answers]).toEqual([[1, 0], ["480 INVITE"]]);
  });

  it("redirect gets the contacts, with their q, without their features", async () => {
    const { lab, one, other } = await send("redirect");
    expect([counts(one, other), lab.answers]).toEqual([[0, 0], ["302 INVITE"]]);
    expect(lab.alice.last("302").values("Contact")).toEqual([`<${one.uri}>;q=0.9`, `<${other.uri}>;q=0.9`]);
  });

  it("no-recurse leaves redirects to the client", async () => {
    const { lab, one, other } = await send("no-recurse, no-fork");
    one.received[0]?.reply(302, { contact: `<${other.uri}>` });
    lab.settle();
    expect([counts(other), lab.answers]).toEqual([[0], ["302 INVITE"]]);
  });

  it("no-cancel leaves the others alone", async () => {
    const { lab, one, other } = await send("no-cancel");
    other.received[0]?.reply(180);
    one.received[0]?.reply(200);
    lab.settle();
    expect(other.messages("CANCEL")).toEqual([]);
  });

  it.each(["", "constructor, toString", "maybe, , unknown", "__proto__"])(
    "means nothing as %j",
    async (disposition) => {
      const { one, other } = await send(disposition);
      expect(counts(one, other)).toEqual([1, 1]);
    },
  );
});
