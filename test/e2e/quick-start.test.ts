/** `npm start` as a user runs it: SIPp, baresip and signals against the quick start. */
import { createSocket } from "node:dgram";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { needs } from "../counterparts/available.js";
import { startBaresip } from "../counterparts/baresip.js";
import { freePort } from "../counterparts/free-port.js";
import { stopEverything } from "../counterparts/lifetimes.js";
import { startProgram, type Program } from "../counterparts/program.js";
import { explainSipp } from "../counterparts/sipp-result.js";
import { runSipp, startSipp } from "../counterparts/sipp.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
let port = 0;
let program: Program;

async function startQuickStart(at: number): Promise<Program> {
  const started = await startProgram({ command: "npm", args: ["start"], cwd: root, env: { SIP_PORT: String(at) } });
  await started.waitForOutput(/ready/, { timeoutMs: 120_000 });
  return started;
}

beforeAll(async () => {
  port = await freePort();
  program = await startQuickStart(port);
}, 150_000);

afterAll(async () => {
  await stopEverything();
});

describe("the quick start", () => {
  it("tells where it listens, its handlers and how to call it", () => {
    expect(program.output).toContain(`udp:127.0.0.1:${port}`);
    expect(program.output).toContain(`tcp:127.0.0.1:${port}`);
    expect(program.output).toContain(`sip:hello@127.0.0.1:${port}`);
    expect(`${program.output}${program.errors}`).toMatch(/Switchboard\.onRegister/);
  });

  it("answers 1,000 calls at 200 a second over UDP", async (context) => {
    needs(context, "sipp");
    const result = await runSipp({
      scenario: "uac-call.xml",
      target: `127.0.0.1:${port}`,
      user: "hello",
      calls: 1000,
      rate: 200,
      timeoutMs: 60_000,
    });
    expect(result, explainSipp(result)).toMatchObject({ successful: 1000, failed: 0 });
  }, 90_000);

  it("answers 200 calls over TCP", async (context) => {
    needs(context, "sipp");
    const result = await runSipp({
      scenario: "uac-call.xml",
      target: `127.0.0.1:${port}`,
      user: "hello",
      transport: "t1",
      calls: 200,
      rate: 100,
      timeoutMs: 60_000,
    });
    expect(result, explainSipp(result)).toMatchObject({ successful: 200, failed: 0 });
  }, 90_000);

  it("lets two phones register, call each other by name and exchange a message", async (context) => {
    needs(context, "baresip");
    const domain = `127.0.0.1:${port}`;
    const alice = await startBaresip({ user: "alice", domain, register: 60 });
    const bob = await startBaresip({ user: "bob", domain, register: 60, transport: "tcp" });
    await alice.dial(`sip:bob@${domain}`);
    await bob.waitForEvent("CALL_INCOMING");
    await bob.accept();
    await alice.waitForEvent("CALL_ESTABLISHED");
    await bob.waitForEvent("CALL_ESTABLISHED");
    await alice.hold();
    await alice.resume();
    await bob.hangup();
    await alice.waitForEvent("CALL_CLOSED");

    await bob.dial(`sip:alice@${domain}`);
    await alice.waitForEvent("CALL_INCOMING");
    await bob.hangup();
    await alice.waitForEvent("CALL_CLOSED");

    await alice.message(`sip:bob@${domain}`, "hello bob");
    const received = await bob.waitForMessage("hello bob");
    expect(received.from).toContain("alice");
    await alice.unregister();
    await alice.stop();
    await bob.stop();
  }, 60_000);

  it("answers 404 for nobody and 405 for what it does not do", async (context) => {
    needs(context, "sipp");
    const result = await runSipp({
      scenario: "uac-reject.xml",
      target: `127.0.0.1:${port}`,
      user: "nobody",
      values: { status: "404" },
    });
    expect(result, explainSipp(result)).toMatchObject({ failed: 0 });
  }, 30_000);

  it("ends a taken port with one sentence and exit code 1", async () => {
    const taken = createSocket("udp4");
    const blocked = await freePort();
    await new Promise<void>((resolve) => taken.bind({ port: blocked, address: "127.0.0.1" }, resolve));
    const second = await startProgram({
      command: "npm",
      args: ["start"],
      cwd: root,
      env: { SIP_PORT: String(blocked) },
    });
    const { code } = await second.waitForExit(60_000);
    taken.close();
    expect(code).toBe(1);
    const lines = second.errors.trim().split("\n");
    expect(lines.at(-1)).toMatch(/Cannot listen: udp 127\.0\.0\.1:\d+: another program uses this port/);
    expect(second.errors).not.toMatch(/\n\s+at /);
  }, 90_000);

  it("finishes calls being set up when it is told to end under load, and ends with code 0", async (context) => {
    needs(context, "sipp");
    const at = await freePort();
    const loaded = await startQuickStart(at);
    const load = await startSipp({
      scenario: "uac-call.xml",
      target: `127.0.0.1:${at}`,
      user: "hello",
      calls: 400,
      rate: 200,
      receiveTimeoutMs: 3000,
      traceMessages: false,
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const begun = performance.now();
    loaded.signal("SIGTERM");
    const { code } = await loaded.waitForExit(15_000);
    expect(code).toBe(0);
    expect(performance.now() - begun).toBeLessThan(10_000);
    const result = await load.stop();
    expect(result.timeouts, explainSipp(result)).toBeGreaterThanOrEqual(0);
    expect(loaded.errors).not.toMatch(/\n\s+at /);
  }, 90_000);
});
