/** Two baresip phones, connected from the REST API and from the page in Chromium. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "@siplet/core";
import type { SipContainer } from "@siplet/framework";
import { ScriptedUserAgent } from "@siplet/testkit";
import { needs } from "../../../test/counterparts/available.js";
import { startBaresip, type Baresip } from "../../../test/counterparts/baresip.js";
import { freePort } from "../../../test/counterparts/free-port.js";
import { stopEverything } from "../../../test/counterparts/lifetimes.js";
import { waitUntil } from "../../../test/counterparts/wait-until.js";
import type { CallView } from "../src/call.js";
import { start } from "../src/program.js";

let container: SipContainer;
let domain = "";
let alice: Baresip;
let bob: Baresip;

const hasPhones = needsOf("baresip");

function needsOf(program: "baresip" | "chromium") {
  return (context: Parameters<typeof needs>[0]): void => needs(context, program);
}

const ringTime = 4;
const patience = 1;

beforeAll(async () => {
  const sipPort = await freePort();
  domain = `127.0.0.1:${sipPort}`;
  container = await start({ host: "127.0.0.1", sipPort, httpPort: 0, ringTime, patience });
});

afterEach(async () => {
  const calls = await ask<readonly CallView[]>("/api/calls");
  await Promise.all(calls.filter(({ state }) => state !== "ended").map(({ id }) => hangUp(id)));
});

afterAll(async () => {
  await stopEverything();
  await container.close();
});

async function startPhones(): Promise<void> {
  alice ??= await startBaresip({ user: "alice", domain, register: 60 });
  bob ??= await startBaresip({ user: "bob", domain, register: 60 });
}

function url(path: string): string {
  return new URL(path, container.httpUrl).href;
}

async function ask<T>(path: string, method = "GET", body?: object): Promise<T> {
  const headers = { "content-type": "application/json" };
  const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
  const response = await fetch(url(path), init);
  return (await response.json()) as T;
}

function dial(callee = "bob", flow?: "I" | "IV"): Promise<CallView> {
  return ask("/api/calls", "POST", { caller: "alice", callee, flow });
}

function hangUp(id: string): Promise<CallView> {
  return ask(`/api/calls/${id}`, "DELETE");
}

/** The call, once it is so. */
function whenCall(id: string, matches: (call: CallView) => boolean, what: string): Promise<CallView> {
  const look = async (): Promise<CallView | undefined> => {
    const call = await ask<CallView>(`/api/calls/${id}`);
    return matches(call) ? call : undefined;
  };
  return waitUntil(look, { what, intervalMs: 50 });
}

const whenEnded = (id: string): Promise<CallView> => whenCall(id, ({ state }) => state === "ended", "the call ends");

/** Both phones ring one after the other and are picked up. */
async function pickUp(id: string): Promise<void> {
  await alice.waitForEvent("CALL_INCOMING");
  await alice.accept();
  await bob.waitForEvent("CALL_INCOMING");
  await bob.accept();
  await whenCall(id, ({ state }) => state === "connected", "both talk");
  await alice.waitForEvent("CALL_ESTABLISHED");
  await bob.waitForEvent("CALL_ESTABLISHED");
}

/** A phone that is not registered and says what the test wants. */
function scriptedPhone(name: string): Promise<ScriptedUserAgent> {
  return ScriptedUserAgent.onSocket({ name, protocol: "udp", clock: systemClock });
}

function description(session: string, port: number): string {
  const head = `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=${session}\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n`;
  return `${head}m=audio ${port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n`;
}

async function bothClosed(): Promise<void> {
  await alice.waitForEvent("CALL_CLOSED");
  await bob.waitForEvent("CALL_CLOSED");
}

describe("the REST API", () => {
  it("describes itself and lists the phones", async (context) => {
    hasPhones(context);
    await startPhones();
    const description = await ask<{ openapi: string; paths: object }>("/api/openapi.json");
    expect(description.openapi).toBe("3.1.0");
    expect(Object.keys(description.paths)).toContain("/api/calls/{id}");
    const phones = await ask<readonly { name: string }[]>("/api/phones");
    expect(phones.map(({ name }) => name)).toEqual(["alice", "bob"]);
  });

  it.each(["I", "IV"] as const)("connects two phones by flow I, asked for flow %s, and ends the call", async (flow) => {
    await startPhones();
    const call = await dial("bob", flow); // baresip refuses offers without media
    expect(call).toMatchObject({ state: "calling", message: "calling alice", caller: { state: "calling" } });
    await whenCall(call.id, ({ caller }) => caller.state === "ringing", "alice's phone rings");
    await pickUp(call.id);
    const ended = await hangUp(call.id);
    expect(ended).toMatchObject({ state: "ended", message: "the call was ended from the page" });
    await bothClosed();
  });

  it("connects phones that take an offer without media by flow IV", async () => {
    const caller = await scriptedPhone("anna");
    const callee = await scriptedPhone("ben");
    caller.on("INVITE", (incoming) => {
      const isFirst = incoming.message.sequenceNumber === 1;
      incoming.reply(200, { contentType: "application/sdp", body: isFirst ? "v=0\r\n" : description("answer", 4000) });
    });
    callee.on("INVITE", (incoming) => {
      incoming.reply(180);
      incoming.reply(200, { contentType: "application/sdp", body: description("offer", 5000) });
    });
    const body = { caller: caller.uri, callee: callee.uri, flow: "IV" };
    const { id } = await ask<CallView>("/api/calls", "POST", body);
    await whenCall(id, ({ state }) => state === "connected", "both talk");
    const [first, second] = caller.messages("INVITE").map((invite) => invite.body);
    expect(first).not.toContain("m=");
    expect(second).toBe(description("offer", 5000));
    expect(callee.messages("INVITE").map((invite) => invite.body)).toEqual([""]);
    await waitUntil(() => callee.messages("ACK").length > 0, { what: "ben's phone has its ACK" });
    expect(callee.last("ACK").body).toBe(description("answer", 4000));
    for (const phone of [caller, callee]) phone.answer("BYE", 200);
    await hangUp(id);
    await Promise.all([caller.close(), callee.close()]);
  });

  it("keeps the caller while the callee's phone rings long", async () => {
    await startPhones();
    const { id } = await dial();
    await alice.waitForEvent("CALL_INCOMING");
    await alice.accept();
    await bob.waitForEvent("CALL_INCOMING");
    await alice.waitForEvent("CALL_ESTABLISHED"); // put on hold: the ACK has come
    await bob.accept();
    await whenCall(id, ({ state }) => state === "connected", "both talk");
    await bob.waitForEvent("CALL_ESTABLISHED");
    await alice.hangup();
    expect((await whenEnded(id)).message).toBe("alice hung up");
    await bothClosed();
  });

  it("says who hung up", async () => {
    await startPhones();
    const { id } = await dial();
    await pickUp(id);
    await bob.hangup();
    expect((await whenEnded(id)).message).toBe("bob hung up");
    await bothClosed();
  });

  it("lets one end hold the call", async () => {
    await startPhones();
    const { id } = await dial();
    await pickUp(id);
    await alice.hold();
    await alice.resume();
    await bob.hold();
    await bob.resume();
    await hangUp(id);
    await bothClosed();
  });

  it("says that the callee is busy", async () => {
    await startPhones();
    const { id } = await dial();
    await alice.waitForEvent("CALL_INCOMING");
    await alice.accept();
    await bob.waitForEvent("CALL_INCOMING");
    await bob.command("hangup"); // baresip rejects with 486
    expect((await whenEnded(id)).message).toBe("bob is busy");
    await bothClosed();
  });

  it("says that nobody answers, at either phone", async () => {
    await startPhones();
    const first = await dial();
    expect((await whenEnded(first.id)).message).toBe("nobody answered at alice's phone");
    await alice.waitForEvent("CALL_CLOSED");
    const second = await dial();
    await alice.waitForEvent((event) => event.type === "CALL_INCOMING");
    await alice.waitForEvent("CALL_INCOMING");
    await alice.accept();
    expect((await whenEnded(second.id)).message).toBe("nobody answered at bob's phone");
    await bothClosed();
  });

  it("says that there is nobody of that name, and what is missing", async () => {
    await startPhones();
    const { id } = await dial("carol");
    await alice.waitForEvent("CALL_INCOMING");
    await alice.accept();
    expect((await whenEnded(id)).message).toMatch(/carol/);
    await alice.waitForEvent("CALL_CLOSED");
    const problem = await ask<object>("/api/calls", "POST", { caller: "alice", callee: "" });
    expect(problem).toMatchObject({ status: 400, errors: [{ field: "callee", message: "say who" }] });
    expect(await ask<object>("/api/calls/none")).toMatchObject({ status: 404 });
  });

  it("gives the call up while a phone rings", async () => {
    await startPhones();
    const { id } = await dial();
    await alice.waitForEvent("CALL_INCOMING");
    expect(await hangUp(id)).toMatchObject({ state: "ended" });
    await alice.waitForEvent("CALL_CLOSED");
  });
});
