import type { CallInfo, DtmfTone } from "@siplet/core";
import { describe, expect, it } from "vitest";
import { callScripted, onRequest, receiveScripted, sdp, type ReceivedCall } from "../agent-lab.js";

const packages = { infoPackages: ["dtmf", "x-stats"] };

async function called(headers: Record<string, string> = {}, agent = packages): Promise<ReceivedCall> {
  const received = await receiveScripted({ body: sdp("bob"), headers }, { agent });
  void received.call.answer({ sdp: sdp("alice") });
  received.lab.pass();
  received.acknowledge();
  onRequest(received.bob, (request) => request.reply(200));
  return received;
}

describe("RFC 6086 §5 Recv-Info", () => {
  it("stands in the INVITE, also when it is empty", async () => {
    const full = await callScripted({ sdp: sdp("alice") }, { agent: packages });
    expect(full.bob.last("INVITE").values("Recv-Info")).toEqual(["dtmf", "x-stats"]);
    const empty = await callScripted({ sdp: sdp("alice") }, { agent: { infoPackages: [] } });
    expect(empty.bob.last("INVITE").header("Recv-Info")).toBe("");
    const none = await callScripted();
    expect(none.bob.last("INVITE").header("Recv-Info")).toBeUndefined();
  });

  it("stands in the answer to a request that had it, re-INVITEs too, and in no other", async () => {
    const { bob, send, acknowledge } = await called({ "Recv-Info": "dtmf" });
    expect(bob.last("200 INVITE").values("Recv-Info")).toEqual(["dtmf", "x-stats"]);
    send({ method: "INVITE", body: sdp("bob"), branch: "z9hG4bK-1", headers: { "Recv-Info": "" } });
    acknowledge({ sequenceNumber: 2 });
    expect(bob.last("200 INVITE").values("Recv-Info")).toEqual(["dtmf", "x-stats"]);
    send({ method: "INVITE", body: sdp("bob"), branch: "z9hG4bK-2" });
    expect(bob.last("200 INVITE").header("Recv-Info")).toBeUndefined();
    const silent = await called();
    expect(silent.bob.last("200 INVITE").header("Recv-Info")).toBeUndefined();
  });

  it("says what may be sent", async () => {
    const { call, bob, lab, send, acknowledge } = await called({ "Recv-Info": "DTMF;x=1" });
    const sent = call.info("1", "text/plain", { package: "dtmf" });
    lab.pass();
    await expect(sent).resolves.toMatchObject({ statusCode: 200 });
    const info = bob.last("INFO");
    expect([info.header("Info-Package"), info.header("Content-Disposition"), info.header("Recv-Info")]).toEqual([
      "dtmf",
      "Info-Package",
      undefined,
    ]);
    await expect(call.info("1", "text/plain", { package: "x-stats" })).rejects.toMatchObject({ code: "ua.state" });
    send({ method: "INVITE", body: sdp("bob"), branch: "z9hG4bK-1", headers: { "Recv-Info": "" } });
    acknowledge({ sequenceNumber: 2 });
    await expect(call.info("1", "text/plain", { package: "dtmf" })).rejects.toMatchObject({ code: "ua.state" });
  });

  it("does not count when its request is refused", async () => {
    const { call, send } = await called({ "Recv-Info": "dtmf" });
    const body = sdp("bob").replace("0 8", "18");
    send({ method: "INVITE", body, branch: "z9hG4bK-1", headers: { "Recv-Info": "" } });
    expect(call.session?.core.info.maySend("dtmf")).toBe(true);
  });
});

describe("RFC 6086 §4.2.2 an INFO comes", () => {
  it("of a package we take", async () => {
    const { call, bob, send } = await called({ "Recv-Info": "" });
    const infos: CallInfo[] = [];
    call.on("info", (info) => infos.push(info));
    send({ method: "INFO", headers: { "Info-Package": "DTMF;v=1" }, body: "5", contentType: "text/plain" });
    expect(infos.map(({ package: name, body, contentType }) => [name, body, contentType])).toEqual([
      ["DTMF", "5", "text/plain"],
    ]);
    expect(bob.last("200 INFO").body).toBe("");
  });

  it("of one we do not take: 469 with those we do; the call goes on", async () => {
    const { call, bob, send } = await called({ "Recv-Info": "" });
    send({ method: "INFO", headers: { "Info-Package": "other" }, body: "5", contentType: "text/plain" });
    expect([bob.last("469 INFO").values("Recv-Info"), call.state]).toEqual([["dtmf", "x-stats"], "confirmed"]);
  });

  it.each(["", "Signal=5\r\nDuration=160\r\n", "anything"])("of the old kind, body %j: 200", async (body) => {
    const { bob, send } = await called();
    send({ method: "INFO", body, contentType: "application/dtmf-relay" });
    expect(bob.messages("200 INFO")).toHaveLength(1);
  });

  it("outside a call: 481", async () => {
    const { bob, send } = await called();
    send({ method: "INFO", toTag: "other" });
    send({ method: "INFO", toTag: undefined, callId: "none" });
    expect(bob.messages("481 INFO")).toHaveLength(2);
  });
});

describe("tones in INFO", () => {
  it("are heard and sent", async () => {
    const { call, bob, lab, send } = await called();
    const tones: DtmfTone[] = [];
    call.on("dtmf", (tone) => tones.push(tone));
    send({ method: "INFO", body: "Signal=#\r\nDuration=200\r\n", contentType: "application/dtmf-relay" });
    send({ method: "INFO", body: "7", contentType: "application/dtmf" });
    expect(tones).toEqual([
      { signal: "#", duration: 200 },
      { signal: "7", duration: 160 },
    ]);
    void call.sendDtmf("*", 100);
    lab.pass();
    expect([bob.last("INFO").header("Content-Type"), bob.last("INFO").body]).toEqual([
      "application/dtmf-relay",
      "Signal=*\r\nDuration=100\r\n",
    ]);
  });

  it("do not end the call when the peer does not take them", async () => {
    const { call, bob, lab } = await called();
    onRequest(bob, (request) => request.reply(405));
    const sent = call.sendDtmf("1");
    lab.pass();
    await expect(sent).rejects.toMatchObject({ statusCode: 405 });
    expect(call.state).toBe("confirmed");
  });
});
