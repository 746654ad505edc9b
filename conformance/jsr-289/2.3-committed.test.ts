import { IllegalStateError, type SipServletMessage } from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keep, ScriptedLab } from "./scripted-application.js";

let bench: ScriptedLab;

beforeEach(async () => {
  bench = await ScriptedLab.start();
});
afterEach(() => bench[Symbol.asyncDispose]());

function expectCommitted(message: SipServletMessage): void {
  expect(message.isCommitted).toBe(true);
  expect(() => message.setHeader("Subject", "x")).toThrow(IllegalStateError);
  expect(() => (message.headerForm = "COMPACT")).toThrow(IllegalStateError);
  expect(message.callId).not.toBe("");
}

describe("JSR 289 §5.2 committed is", () => {
  it("a received request once a final response was generated, not by a provisional one", async () => {
    bench.script.on["INVITE"] = () => undefined;
    await bench.lab.send(bench.peer, { method: "INVITE" });
    const invite = bench.script.request("INVITE");
    await invite.createResponse(180).send();
    expect(invite.isCommitted).toBe(false);
    await invite.createResponse(486).send();
    expectCommitted(invite);
  });

  it("a received request that the container answered: CANCEL, or its Expires", async () => {
    bench.script.on["INVITE"] = (invite) => keep(invite.session);
    const sent = await bench.lab.send(bench.peer, { method: "INVITE" });
    await bench.lab.send(bench.peer, { method: "CANCEL", callId: sent.callId, branch: sent.branch });
    expectCommitted(bench.script.request("INVITE"));
    await bench.lab.send(bench.peer, { method: "INVITE", headers: { Expires: "1" } });
    await bench.settle(1500);
    expectCommitted(bench.script.request("INVITE"));
  });

  it("a sent request and a sent response", async () => {
    const request = bench.create("MESSAGE");
    expect(request.isCommitted).toBe(false);
    await request.send();
    expectCommitted(request);
    bench.script.on["INFO"] = () => undefined;
    await bench.lab.send(bench.peer, { method: "INFO" });
    const response = bench.script.request("INFO").createResponse(200);
    expect(response.isCommitted).toBe(false);
    await response.send();
    expectCommitted(response);
  });

  it("a received provisional response, and a failure of an INVITE", async () => {
    bench.peer.answer("INVITE", 180, 486);
    await bench.send("INVITE");
    expectCommitted(bench.script.response(180));
    expectCommitted(bench.script.response(486));
  });

  it("a received reliable provisional response once its PRACK was generated", async () => {
    bench.peer.on("INVITE", (invite) => void invite.reply(183, { headers: { Require: "100rel", RSeq: "5" } }));
    await bench.send("INVITE");
    const response = bench.script.response(183);
    expect(response.isCommitted).toBe(false);
    response.createPrack();
    expectCommitted(response);
  });

  it("a received 2xx to INVITE once its ACK was generated", async () => {
    bench.peer.answer("INVITE", 200);
    await bench.send("INVITE");
    const response = bench.script.response(200);
    expect(response.isCommitted).toBe(false);
    response.setHeader("X-Note", "mine");
    response.createAck();
    expectCommitted(response);
    expect(response.getHeader("X-Note")).toBe("mine");
  });

  it.each([200, 404])("a received %i to anything but INVITE", async (status) => {
    bench.peer.answer("MESSAGE", status);
    await bench.send("MESSAGE");
    expectCommitted(bench.script.response(status));
  });
});
