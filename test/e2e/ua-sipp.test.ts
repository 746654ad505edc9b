/** SipUserAgent against SIPp, as caller and as callee: plain calls, CANCEL, PRACK, re-INVITE, REFER, texts, authentication. */
import {
  DigestServer,
  MemoryUserStore,
  requireDigest,
  SipStack,
  SipUserAgent,
  type UserAgentOptions,
} from "@siplet/core";
import { afterEach, describe, expect, it } from "vitest";
import { stopEverything } from "../counterparts/lifetimes.js";
import { explainSipp, type SippResult } from "../counterparts/sipp-result.js";
import { runSipp, startSippServer } from "../counterparts/sipp.js";

const opened: { close(): unknown }[] = [];
const transports = [
  ["u1", "udp"],
  ["t1", "tcp"],
] as const;

afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
  await stopEverything();
});

function describeAudio(port = 40_000): string {
  const lines = ["v=0", "o=zed 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0"];
  return [...lines, `m=audio ${port} RTP/AVP 0 8`, "a=sendrecv", ""].join("\r\n");
}

/** Our user agent, and where it is reached. */
async function openAgent(protocol: "udp" | "tcp", options: Partial<UserAgentOptions> = {}) {
  const stack = new SipStack();
  const transport = await stack.listen(`${protocol}:127.0.0.1:0`);
  const agent = new SipUserAgent(stack, { uri: "sip:zed@127.0.0.1", ...options });
  opened.push(stack, agent);
  return { agent, address: `127.0.0.1:${transport.local.port}` };
}

/** Every call came to its end as the scenario says. */
function expectAll(result: SippResult, calls: number): void {
  expect(result, explainSipp(result)).toMatchObject({ calls, successful: calls, failed: 0, unexpected: 0 });
}

const calls = 5;

describe.each(transports)("SipUserAgent called by SIPp over %s", (transport, protocol) => {
  it.each(["uac-call.xml", "uac-reinvite.xml"])("plays %s", async (scenario) => {
    const { agent, address } = await openAgent(protocol);
    agent.on("call", (call) => {
      call.progress();
      void call.answer({ sdp: describeAudio() });
    });
    expectAll(await runSipp({ scenario, target: address, transport, calls, callMs: 10 }), calls);
    await expect.poll(() => agent.calls.size).toBe(0);
  });

  it("plays uac-prack.xml: the provisional is reliable", async () => {
    const { agent, address } = await openAgent(protocol);
    agent.on("call", (call) => {
      call.progress({ reliable: true });
      setTimeout(() => void call.answer({ sdp: describeAudio() }), 50);
    });
    expectAll(await runSipp({ scenario: "uac-prack.xml", target: address, transport, calls }), calls);
  });

  it("plays uac-cancel.xml", async () => {
    const { agent, address } = await openAgent(protocol);
    const ends: string[] = [];
    agent.on("call", (call) => {
      call.on("ended", ({ by, cause }) => ends.push(`${by} ${cause}`));
      call.progress();
    });
    expectAll(await runSipp({ scenario: "uac-cancel.xml", target: address, transport, calls }), calls);
    expect(ends).toEqual(Array.from({ length: calls }, () => "remote cancelled"));
  });

  it("plays uac-reject.xml", async () => {
    const { agent, address } = await openAgent(protocol);
    agent.on("call", (call) => call.reject(486));
    expectAll(await runSipp({ scenario: "uac-reject.xml", target: address, transport, calls }), calls);
  });

  it("plays uac-refer.xml: calls whom it is referred to, and reports", async () => {
    const { agent, address } = await openAgent(protocol);
    const carol = await startSippServer({ scenario: "uas-answer.xml", transport });
    agent.on("call", (call) => {
      call.on("refer", (refer) => agent.follow(refer, { sdp: describeAudio() }));
      void call.answer({ sdp: describeAudio() });
    });
    const values = { referTo: `sip:carol@${carol.address};transport=${protocol}` };
    const result = await runSipp({ scenario: "uac-refer.xml", target: address, transport, calls: 1, values });
    expectAll(result, 1);
  });

  it("plays uac-message.xml and uac-options.xml", async () => {
    const { agent, address } = await openAgent(protocol);
    const texts: string[] = [];
    agent.on("message", ({ text }) => texts.push(text));
    expectAll(await runSipp({ scenario: "uac-message.xml", target: address, transport, calls }), calls);
    expectAll(await runSipp({ scenario: "uac-options.xml", target: address, transport, calls }), calls);
    expect(texts).toHaveLength(calls);
  });
});

describe.each(transports)("SipUserAgent calls SIPp over %s", (transport, protocol) => {
  async function dial(scenario: string, values: Record<string, string> = {}) {
    const server = await startSippServer({ scenario, transport, calls: 1, values });
    const { agent } = await openAgent(protocol, { credentials: { username: "zed", password: "secret" } });
    const call = agent.invite(`sip:sipp@${server.address};transport=${protocol}`, { sdp: describeAudio() });
    return { server, agent, call };
  }

  it("rings, talks, hangs up", async () => {
    const { server, call } = await dial("uas-answer.xml");
    await call.confirmed;
    expect(call.remoteDescription).toContain("m=audio");
    await call.hangUp();
    expectAll(await server.finished(), 1);
  });

  it("acknowledges a reliable provisional", async () => {
    const { server, call } = await dial("uas-prack.xml");
    await call.confirmed;
    await call.hangUp();
    expectAll(await server.finished(), 1);
  });

  it("is hung up on, refused, and cancels", async () => {
    const hung = await dial("uas-hangup.xml");
    await expect(hung.call.ended).resolves.toMatchObject({ by: "remote", cause: "bye" });
    expectAll(await hung.server.finished(), 1);
    const refused = await dial("uas-reject.xml", { status: "603", reason: "Decline" });
    await expect(refused.call.answered).rejects.toMatchObject({ statusCode: 603 });
    const cancelled = await dial("uas-cancel.xml");
    cancelled.call.on("progress", () => void cancelled.call.hangUp());
    await expect(cancelled.call.ended).resolves.toMatchObject({ by: "local", cause: "cancelled", statusCode: 487 });
    expectAll(await cancelled.server.finished(), 1);
  });

  it("takes the peer's re-INVITE", async () => {
    const { server, call } = await dial("uas-reinvite.xml");
    await call.confirmed;
    await call.hold().catch(() => {});
    await call.hangUp();
    const result = await server.finished();
    expect(result.failed, explainSipp(result)).toBe(0);
  });

  it("refers, and hears how it went", async () => {
    const { server, call } = await dial("uas-refer.xml");
    await call.confirmed;
    const refer = call.refer("<sip:carol@127.0.0.1>");
    const told: number[] = [];
    refer.on("progress", ({ statusCode }) => told.push(statusCode));
    await expect(refer.finished).resolves.toMatchObject({ statusCode: 200 });
    expect(told).toEqual([100, 200]);
    await call.hangUp();
    expectAll(await server.finished(), 1);
  });

  it("sends a text", async () => {
    const server = await startSippServer({ scenario: "uas-message.xml", transport, calls: 1 });
    const { agent } = await openAgent(protocol);
    const sent = agent.message(`sip:sipp@${server.address};transport=${protocol}`, "hello");
    await expect(sent).resolves.toMatchObject({ statusCode: 200 });
    expectAll(await server.finished(), 1);
  });
});

it("SipUserAgent challenges SIPp, which proves who it is", async () => {
  const users = new MemoryUserStore([{ username: "sipp", password: "secret" }]);
  const server = new DigestServer({ realm: "zed.example.com", users, algorithms: ["MD5"] });
  const { agent, address } = await openAgent("udp", { screen: requireDigest(server) });
  agent.on("call", (call) => void call.answer({ sdp: describeAudio() }));
  const login = { scenario: "uac-call-auth.xml", target: address, username: "sipp", calls };
  const values = { challenge: "401" };
  expectAll(await runSipp({ ...login, password: "secret", values }), calls);
  const wrong = { ...login, calls: 1, password: "wrong", values, receiveTimeoutMs: 1000 };
  expect(await runSipp(wrong)).toMatchObject({ successful: 0 });
});
