import { SipSessionsUtil } from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ScriptedLab } from "./scripted-application.js";

let bench: ScriptedLab;

beforeEach(async () => {
  bench = await ScriptedLab.start();
});
afterEach(() => bench[Symbol.asyncDispose]());

const initial = () => bench.script.requests.map(({ method, isInitial }) => `${method} ${isInitial}`);

describe("JSR 289 §15.4, §16 initial and subsequent requests", () => {
  it("the request that makes the dialog is initial; ACK, CANCEL and what comes in the dialog are not", async () => {
    bench.script.on["INVITE"] = (invite) => invite.createResponse(200).send();
    const call = await bench.lab.call(bench.peer);
    await call.request("INVITE");
    await call.request("ACK", 2);
    await call.request("INFO");
    await call.bye();
    bench.script.on["INVITE"] = () => undefined;
    const open = await bench.lab.send(bench.peer, { method: "INVITE" });
    await bench.lab.send(bench.peer, { method: "CANCEL", callId: open.callId, branch: open.branch });
    expect(initial()).toEqual([
      "INVITE true",
      "ACK false",
      "INVITE false",
      "ACK false",
      "INFO false",
      "BYE false",
      "INVITE true",
      "CANCEL false",
    ]);
  });

  it.each(["REGISTER", "MESSAGE", "OPTIONS", "PUBLISH", "SUBSCRIBE", "REFER", "INFO"])(
    "a %s outside of dialogs is initial, each again in a session of its own",
    async (method) => {
      const headers = { Event: "presence", "Refer-To": "<sip:x@y>" };
      await bench.lab.send(bench.peer, { method, headers });
      await bench.lab.send(bench.peer, { method, headers });
      expect(initial()).toEqual([`${method} true`, `${method} true`]);
      expect(bench.script.requests[0]?.session).not.toBe(bench.script.requests[1]?.session);
    },
  );

  it("retransmissions are no requests of their own", async () => {
    bench.script.on["MESSAGE"] = () => undefined;
    const sent = await bench.lab.send(bench.peer, { method: "MESSAGE" });
    bench.peer.send(sent.text);
    bench.peer.send(sent.text);
    await bench.settle();
    expect(initial()).toEqual(["MESSAGE true"]);
  });

  it("a targeted request stays initial: Replaces, and an encoded URI", async () => {
    bench.script.on["INVITE"] = (invite) => invite.createResponse(200).send();
    const call = await bench.lab.call(bench.peer);
    const replaces = `${call.callId};to-tag=${call.answer.toTag};from-tag=alice-tag`;
    await bench.lab.send(bench.peer, { method: "INVITE", headers: { Replaces: replaces } });
    const uri = bench.factory.createUri("sip:app@192.0.2.10");
    bench.script.request("INVITE").applicationSession.encodeUri(uri);
    await bench.lab.send(bench.peer, { method: "MESSAGE", uri: uri.toString() });
    expect(initial()).toEqual(["INVITE true", "ACK false", "INVITE true", "MESSAGE true"]);
    expect(bench.lab.container.bean("scripted", SipSessionsUtil).getSipApplicationSessionIds()).toHaveLength(1);
  });

  it("a request with a To tag that matches nothing gets 481 and never reaches the application", async () => {
    await bench.lab.send(bench.peer, { method: "INFO", toTag: "nobody" });
    expect(bench.peer.last((message) => !message.isRequest).status).toBe(481);
    expect(initial()).toEqual([]);
  });
});
