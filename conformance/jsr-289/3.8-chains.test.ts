import { describe, expect, it } from "vitest";
import { backToBack, ChainLab, proxy, userAgent, type ChainApplication } from "./chain-lab.js";
import { nothingHeld } from "./container-lab.js";

/** Chains of three, by name; the last one of some is the called end itself. */
const chains: Record<string, () => ChainApplication[]> = {
  "proxy, proxy, proxy": () => [proxy("one"), proxy("two"), proxy("three")],
  "proxy, B2BUA, proxy": () => [proxy("one"), backToBack("two"), proxy("three")],
  "B2BUA, B2BUA, B2BUA": () => [backToBack("one"), backToBack("two"), backToBack("three")],
};

const through = (method: string): string[] => ["one", "two", "three"].map((name) => `${name} ${method}`);

describe.each(Object.entries(chains))("JSR 289 §15.8 a call through %s", (_name, createChain) => {
  it("is answered, acknowledged and ended by the caller, application by application", async () => {
    await using bench = await ChainLab.start(createChain());
    const call = await bench.call();
    expect(call.answer.status).toBe(200);
    await call.send("BYE");
    expect(bench.status).toBe(200);
    expect(bench.path).toEqual([...through("INVITE"), ...through("ACK"), ...through("BYE")]);
    expect(bench.callee.messages("ACK")).toHaveLength(1);
    expect(await bench.counts()).toEqual(nothingHeld);
  });

  it("is ended by the callee, in reverse order", async () => {
    await using bench = await ChainLab.start(createChain());
    const call = await bench.call();
    bench.caller.on("BYE", (incoming) => void incoming.reply(200));
    const before = bench.path.length;
    await call.sendBack("BYE");
    expect(bench.path.slice(before)).toEqual(through("BYE").toReversed());
    expect(bench.callee.last((message) => !message.isRequest).status).toBe(200);
    expect(await bench.counts()).toEqual(nothingHeld);
  });

  it("fails as the callee says", async () => {
    await using bench = await ChainLab.start(createChain());
    bench.callee.on("INVITE", (incoming) => void incoming.reply(486));
    await bench.invite();
    expect(bench.status).toBe(486);
    expect(bench.path).toEqual(through("INVITE"));
    expect(await bench.counts()).toEqual(nothingHeld);
  });

  it("is cancelled", async () => {
    await using bench = await ChainLab.start(createChain());
    bench.callee.on("INVITE", (incoming) => void incoming.reply(180));
    bench.callee.on("CANCEL", (incoming) => {
      incoming.reply(200);
      bench.callee.received.find(({ message }) => message.method === "INVITE")?.reply(487);
    });
    const invite = await bench.invite();
    expect(bench.status).toBe(180);
    bench.caller.sendRequest({ ...cancelOf(invite), method: "CANCEL" });
    await bench.settle();
    expect(bench.callee.messages("CANCEL")).toHaveLength(1);
    expect(bench.caller.messages("487")).toHaveLength(1);
    expect(bench.path).toEqual([...through("INVITE"), ...through("CANCEL")]);
    expect(await bench.counts()).toEqual(nothingHeld);
  });
});

function cancelOf(invite: { requestUri: string; callId: string; topVia: string; fromTag: string | undefined }) {
  return { uri: invite.requestUri, callId: invite.callId, via: invite.topVia, fromTag: invite.fromTag };
}

describe("JSR 289 §15.8 a chain whose last application is the called end", () => {
  it.each([200, 486])("answers by itself: %i", async (status) => {
    const [screening, forwarding, ivr] = [proxy("one"), backToBack("two"), userAgent("three", status)];
    await using bench = await ChainLab.start([screening, forwarding, ivr]);
    const call = await bench.call();
    expect(call.answer.status).toBe(status);
    expect(bench.callee.received).toEqual([]);
    if (status === 200) await call.send("BYE");
    expect(bench.path.slice(0, 3)).toEqual(through("INVITE"));
    expect(await bench.counts()).toEqual(nothingHeld);
  });
});

describe("JSR 289 §15.8 an application that does not record-route", () => {
  it("drops out once the call stands", async () => {
    await using bench = await ChainLab.start([proxy("one"), proxy("two", false), proxy("three")]);
    const call = await bench.call();
    await call.send("BYE");
    expect(bench.path.slice(3)).toEqual(["one ACK", "three ACK", "one BYE", "three BYE"]);
    expect(await bench.counts()).toEqual(nothingHeld);
  });
});
