/** The hunt proxy between programs of others: SIPp calls, baresip and SIPp are called. */
import type { SipContainer } from "@siplet/framework";
import { ScriptedUserAgent } from "@siplet/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { needs } from "../../../test/counterparts/available.js";
import { startBaresip } from "../../../test/counterparts/baresip.js";
import { freePort } from "../../../test/counterparts/free-port.js";
import { stopEverything } from "../../../test/counterparts/lifetimes.js";
import { explainSipp, type SippResult } from "../../../test/counterparts/sipp-result.js";
import { runSipp, startSipp, startSippServer } from "../../../test/counterparts/sipp.js";
import { Groups } from "../src/groups.js";
import { Journal } from "../src/journal.js";
import { start } from "../src/program.js";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

class Lines extends Journal {
  readonly all: string[] = [];

  override write(line: string): void {
    this.all.push(line);
  }
}

let container: SipContainer;
let address = "";
let lines: Lines;
let clerk: ScriptedUserAgent;

beforeEach(async (context) => {
  needs(context, "sipp");
  const port = await freePort();
  address = `127.0.0.1:${port}`;
  lines = new Lines();
  const members = ["alice", "bob"];
  const groups = new Groups(
    [
      { name: "sales", members, isParallel: true },
      { name: "support", members, isParallel: false },
    ],
    5,
    "desk",
  );
  container = await start({ host: "127.0.0.1", port, groups, journal: lines, log: silent });
  clerk = await ScriptedUserAgent.onSocket({ protocol: "udp", peer: { address: "127.0.0.1", port } });
});

afterEach(async () => {
  await clerk.close();
  await container.close();
  await stopEverything();
});

/** Registers a phone that cannot do so by itself. */
async function register(user: string, phone: string): Promise<void> {
  const of = `<sip:${user}@${address}>`;
  clerk.sendRequest({
    method: "REGISTER",
    uri: `sip:${address}`,
    from: `${of};tag=${user}`,
    to: of,
    callId: `${user}@test`,
    contact: `<sip:${user}@${phone}>`,
  });
  const answer = await clerk.next((message) => !message.isRequest && message.callId === `${user}@test`);
  expect(answer.message.status).toBe(200);
}

function expectCalls(result: SippResult, calls: number): void {
  expect(result, explainSipp(result)).toMatchObject({ calls, successful: calls, failed: 0, unexpected: 0 });
}

describe("the hunt proxy", () => {
  it("rings all phones at once; the first to answer has the call, the others stop", async (context) => {
    needs(context, "baresip");
    const domain = address;
    const alice = await startBaresip({ user: "alice", domain, register: 60 });
    const bob = await startBaresip({ user: "bob", domain, register: 60, transport: "tcp" });
    const caller = await startSipp({ scenario: "uac-call.xml", target: address, user: "sales", callMs: 500 });
    await Promise.all([alice, bob].map((phone) => phone.waitForEvent("CALL_INCOMING")));
    await bob.accept();
    await bob.waitForEvent("CALL_ESTABLISHED");
    await alice.waitForEvent("CALL_CLOSED");
    expectCalls(await caller.finished(), 1);
    await bob.waitForEvent("CALL_CLOSED");
    expect(lines.all).toContainEqual(expect.stringMatching(/^bob.* took it$/));
    expect(lines.all.at(-1)).toBe("a call for sales has ended");
  });

  it("rings one phone after the other", async () => {
    const busy = await startSippServer({ scenario: "uas-reject.xml", calls: 20 });
    const free = await startSippServer({ scenario: "uas-answer.xml", calls: 20 });
    await register("alice", busy.address);
    await register("bob", free.address);
    const result = await runSipp({ scenario: "uac-call.xml", target: address, user: "support", calls: 20, rate: 50 });
    expectCalls(result, 20);
    expectCalls(await busy.finished(), 20);
    expectCalls(await free.finished(), 20);
    expect(lines.all.filter((line) => line === "bob took it")).toHaveLength(20);
  });

  it("goes on to the desk when nobody of the group takes the call", async () => {
    const busy = await startSippServer({ scenario: "uas-reject.xml", calls: 2 });
    const desk = await startSippServer({ scenario: "uas-answer.xml", calls: 1 });
    await register("alice", busy.address);
    await register("bob", busy.address);
    await register("desk", desk.address);
    expectCalls(await runSipp({ scenario: "uac-call.xml", target: address, user: "sales" }), 1);
    expectCalls(await desk.finished(), 1);
    expect(lines.all).toContain("the desk is called");
    expect(lines.all).toContain("desk took it");
  });

  it("answers 480 when nobody is there at all", async () => {
    const result = await runSipp({ scenario: "uac-call.xml", target: address, user: "sales", traceMessages: true });
    expect(result.failed).toBe(1);
    expect(result.messages).toContain("SIP/2.0 480");
  });

  it("stops all phones when the caller gives up", async (context) => {
    needs(context, "baresip");
    const alice = await startBaresip({ user: "alice", domain: address, register: 60 });
    const caller = await startSipp({ scenario: "uac-cancel.xml", target: address, user: "sales", callMs: 300 });
    await alice.waitForEvent("CALL_INCOMING");
    await alice.waitForEvent("CALL_CLOSED");
    expectCalls(await caller.finished(), 1);
    expect(lines.all).toContain("sipp gave up");
  });
});
