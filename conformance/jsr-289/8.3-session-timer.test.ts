import { audioOffer } from "@siplet/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ScriptedLab } from "./scripted-application.js";

let bench: ScriptedLab;

beforeEach(async () => {
  bench = await ScriptedLab.start();
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

/** The application calls with a session timer; the peer answers with these headers. */
async function callOut(answer: Record<string, string>, prepare = (): void => {}) {
  bench.peer.on("INVITE", (invite) => invite.reply(200, { headers: answer })).answer("BYE", 200);
  bench.script.onResponse = (response) => {
    if (response.method !== "INVITE" || response.status !== 200) return undefined;
    prepare();
    return response.createAck().send();
  };
  const invite = bench.create("INVITE");
  invite.applicationSession.setExpires(0);
  invite.setContent(audioOffer, "application/sdp");
  const preference = invite.sessionKeepAlivePreference;
  preference.enabled = true;
  preference.expiration = 1800;
  preference.minimumExpiration = 120;
  preference.refresher = "UAC";
  await invite.send();
  await bench.settle();
  return invite.session;
}

/** The peer calls; the application grants a session timer. */
async function callIn(
  headers: Record<string, string>,
  preference: { expiration?: number; minimumExpiration?: number },
) {
  bench.script.on["INVITE"] = (request) => {
    request.applicationSession.setExpires(0);
    const response = request.createResponse(200);
    Object.assign(response.sessionKeepAlivePreference, { enabled: true, ...preference });
    return response.send();
  };
  const call = await bench.lab.call(bench.peer, { headers });
  return { call, session: bench.script.request("INVITE").session };
}

const granted = { Require: "timer", "Session-Expires": "1800;refresher=uac", Allow: "INVITE, ACK, BYE, UPDATE" };

describe("JSR 359, RFC 4028 §7 SessionKeepAlive as UAC", () => {
  it("asks for what the preference says", async () => {
    await callOut(granted);
    const invite = bench.peer.last("INVITE");
    expect(invite.header("Supported")).toBe("timer");
    expect(invite.header("Session-Expires")).toBe("1800;refresher=uac");
    expect(invite.header("Min-SE")).toBe("120");
  });

  it("asks for nothing unless it is enabled", async () => {
    await bench.send("INVITE");
    expect(bench.peer.last("INVITE").header("Session-Expires")).toBeUndefined();
    expect(bench.peer.last("INVITE").header("Supported")).toBeUndefined();
  });

  it("tells what was negotiated", async () => {
    const session = await callOut(granted);
    expect(session.keepAlive?.expiration).toBe(1800);
    expect(session.keepAlive?.isRefresher).toBe(true);
    const preference = bench.script.response(200).sessionKeepAlivePreference;
    expect([preference.enabled, preference.expiration, preference.refresher]).toEqual([true, 1800, "UAC"]);
    expect(() => (preference.enabled = false)).toThrow(expect.objectContaining({ code: "state.committed" }));
  });

  it("calls the refresh callback at half of the interval, in the session", async () => {
    const refreshed: unknown[] = [];
    const session = await callOut(granted);
    if (session.keepAlive !== undefined) session.keepAlive.refreshCallback = (each) => void refreshed.push(each);
    await bench.settle(899_000);
    expect(refreshed).toEqual([]);
    await bench.settle(1000);
    expect(refreshed).toEqual([session]);
    expect(bench.peer.messages("UPDATE")).toHaveLength(0);
  });

  it("refreshes by UPDATE without a callback, unseen by the application [?]", async () => {
    await callOut(granted);
    bench.peer.on("UPDATE", (update) => update.reply(200, { headers: granted }));
    await bench.settle(900_000);
    const update = bench.peer.last("UPDATE");
    expect(update.header("Session-Expires")).toBe("1800;refresher=uac");
    expect(update.body).toBe("");
    expect(bench.script.responses.map(({ method }) => method)).toEqual(["INVITE"]);
    await bench.settle(900_000);
    expect(bench.peer.messages("UPDATE").length).toBe(2);
  });

  it("refreshes by re-INVITE with the description that stands where the peer knows no UPDATE [?]", async () => {
    await callOut({ ...granted, Allow: "INVITE, ACK, BYE" });
    await bench.settle(900_000);
    const [, reinvite] = bench.peer.messages("INVITE");
    expect(reinvite?.body).toBe(audioOffer);
    expect(bench.peer.messages("ACK")).toHaveLength(2);
    expect(bench.script.responses).toHaveLength(1);
  });

  it("calls the expiry callback before the end of an interval nobody refreshed", async () => {
    let expired = 0;
    const session = await callOut({ ...granted, "Session-Expires": "1800;refresher=uas" });
    if (session.keepAlive !== undefined) session.keepAlive.expiryCallback = () => void (expired += 1);
    await bench.settle(1_767_000);
    expect(expired).toBe(0);
    await bench.settle(1000);
    expect(expired).toBe(1);
    expect(bench.peer.messages("BYE")).toHaveLength(0);
  });

  it("ends the dialog itself without an expiry callback [?]", async () => {
    const session = await callOut({ ...granted, "Session-Expires": "1800;refresher=uas" });
    await bench.settle(1_768_000);
    expect(bench.peer.messages("BYE")).toHaveLength(1);
    expect(session.isValid).toBe(false);
  });

  it("leaves it to the application to try again with a longer interval after 422", async () => {
    bench.peer.on("INVITE", (invite) => {
      if (invite.message.sequenceNumber === 1) invite.reply(422, { headers: { "Min-SE": "3600" } });
      else invite.reply(180);
    });
    bench.script.onResponse = (response) => {
      if (response.status !== 422) return undefined;
      const retry = response.session.createRequest("INVITE");
      retry.sessionKeepAlivePreference.enabled = true;
      retry.sessionKeepAlivePreference.expiration = 1800;
      return retry.send();
    };
    const invite = bench.create("INVITE");
    invite.sessionKeepAlivePreference.enabled = true;
    invite.sessionKeepAlivePreference.expiration = 1800;
    await invite.send();
    await bench.settle();
    expect(bench.peer.last("INVITE").header("Min-SE")).toBe("3600");
    expect(bench.peer.last("INVITE").header("Session-Expires")).toBe("3600");
  });

  it("stops with the session", async () => {
    const session = await callOut(granted);
    await session.createRequest("BYE").send();
    await bench.settle(900_000);
    expect(bench.peer.messages("UPDATE")).toHaveLength(0);
  });
});

describe("JSR 359, RFC 4028 §9 SessionKeepAlive as UAS", () => {
  const asking = { Supported: "timer", "Session-Expires": "1800" };

  it("grants what was asked, within its own limits, and lets the caller refresh", async () => {
    const { session } = await callIn(asking, { expiration: 600 });
    const answer = bench.peer.last("200 INVITE");
    expect(answer.header("Session-Expires")).toBe("600;refresher=uac");
    expect(answer.header("Require")).toBe("timer");
    expect([session.keepAlive?.expiration, session.keepAlive?.isRefresher]).toEqual([600, false]);
    const asked = bench.script.request("INVITE").sessionKeepAlivePreference;
    expect([asked.enabled, asked.expiration]).toEqual([true, 1800]);
  });

  it("refreshes itself for a caller that knows no session timers", async () => {
    const { session } = await callIn({}, { expiration: 600 });
    expect(bench.peer.last("200 INVITE").header("Session-Expires")).toBe("600;refresher=uas");
    expect(session.keepAlive?.isRefresher).toBe(true);
  });

  it("refuses to grant an interval below its minimum; the application answers 422 with it [K]", async () => {
    bench.script.on["INVITE"] = async (request) => {
      const response = request.createResponse(200);
      Object.assign(response.sessionKeepAlivePreference, { enabled: true, minimumExpiration: 300 });
      expect(() => response.send()).toThrow(expect.objectContaining({ code: "state.transaction" }));
      const refusal = request.createResponse(422);
      refusal.sessionKeepAlivePreference.minimumExpiration = 300;
      await refusal.send();
    };
    await bench.lab.send(bench.peer, { method: "INVITE", headers: { ...asking, "Session-Expires": "120" } });
    expect(bench.peer.last("422 INVITE").header("Min-SE")).toBe("300");
  });

  it("starts anew with each refresh of the caller", async () => {
    let expired = 0;
    const { call, session } = await callIn(asking, { expiration: 600 });
    if (session.keepAlive !== undefined) session.keepAlive.expiryCallback = () => void (expired += 1);
    await bench.settle(500_000);
    const { callId, toTag, contactUri = "" } = call.answer;
    const common = { uri: contactUri, callId, toTag, sequenceNumber: 2 };
    await bench.lab.send(bench.peer, { method: "INVITE", headers: asking, ...common });
    await bench.lab.send(bench.peer, { method: "ACK", ...common });
    await bench.settle(500_000);
    expect(expired).toBe(0);
    await bench.settle(100_000);
    expect(expired).toBe(1);
  });
});
