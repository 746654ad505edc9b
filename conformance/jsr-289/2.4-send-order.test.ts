import { IllegalStateError } from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keep, ScriptedLab } from "./scripted-application.js";

let bench: ScriptedLab;

beforeEach(async () => {
  bench = await ScriptedLab.start();
});
afterEach(() => bench[Symbol.asyncDispose]());

describe("JSR 289 §11 what is sent must fit the transaction", () => {
  it("one final response, and no provisional one behind it", async () => {
    bench.script.on["INVITE"] = () => undefined;
    await bench.lab.send(bench.peer, { method: "INVITE" });
    const invite = bench.script.request("INVITE");
    const [ringing, ok, busy] = [180, 200, 486].map((status) => invite.createResponse(status));
    await ok?.send();
    expect(() => busy?.send()).toThrow(IllegalStateError);
    expect(() => ringing?.send()).toThrow(IllegalStateError);
    await bench.settle();
    expect(bench.peer.messages((message) => !message.isRequest).map(({ status }) => status)).toEqual([200]);
  });

  it("several provisional responses, in the order they are sent", async () => {
    bench.script.on["INVITE"] = async (invite) => {
      for (const status of [180, 183, 180, 200]) await invite.createResponse(status).send();
    };
    await bench.lab.send(bench.peer, { method: "INVITE" });
    expect(bench.peer.messages((message) => !message.isRequest).map(({ status }) => status)).toEqual([
      180, 183, 180, 200,
    ]);
  });

  it("no PRACK twice, no CANCEL twice", async () => {
    bench.peer.on("INVITE", (invite) => void invite.reply(183, { headers: { Require: "100rel", RSeq: "5" } }));
    const invite = await bench.send("INVITE");
    const response = bench.script.response(183);
    response.createPrack();
    expect(() => response.createPrack()).toThrow(IllegalStateError);
    const cancel = invite.createCancel();
    await cancel.send();
    expect(() => cancel.send()).toThrow(IllegalStateError);
    await bench.settle();
    expect(bench.peer.messages("CANCEL")).toHaveLength(1);
  });

  it("no second INVITE of the dialog while ours is pending (RFC 3261 §14.1) [K]", async () => {
    bench.peer.answer("INVITE", 200);
    const invite = await bench.send("INVITE");
    await bench.script.response(200).createAck().send();
    bench.peer.on("INVITE", () => undefined);
    await invite.session.createRequest("INVITE").send();
    const another = invite.session.createRequest("INVITE");
    expect(() => another.send()).toThrow(IllegalStateError);
  });

  it("nothing in a TERMINATED session, also when it was created before", async () => {
    bench.script.on["INVITE"] = (invite) => {
      keep(invite.session);
      return invite.createResponse(200).send();
    };
    const call = await bench.lab.call(bench.peer);
    const info = bench.script.request("INVITE").session.createRequest("INFO");
    await call.bye();
    expect(() => info.send()).toThrow(IllegalStateError);
  });

  it("nothing in an invalid session", async () => {
    bench.script.on["INVITE"] = (invite) => invite.createResponse(200).send();
    await bench.lab.call(bench.peer);
    const { session } = bench.script.request("INVITE");
    const info = session.createRequest("INFO");
    session.invalidate();
    expect(() => info.send()).toThrow(IllegalStateError);
    expect(bench.peer.messages("INFO")).toEqual([]);
  });

  it.each([401, 407, 302, 422, 500])("another try in the same session after %i", async (status) => {
    bench.peer.answer("INVITE", status);
    bench.script.onResponse = (response) => {
      if (response.status === status) keep(response.session);
    };
    const first = await bench.send("INVITE");
    bench.peer.answer("INVITE", 200);
    const second = first.session.createRequest("INVITE");
    await second.send();
    await bench.settle();
    const [one, two] = bench.peer.messages("INVITE");
    expect([two?.callId, two?.fromTag, two?.toTag]).toEqual([one?.callId, one?.fromTag, undefined]);
    expect(two?.sequenceNumber).toBeGreaterThan(one?.sequenceNumber ?? 0);
  });
});
