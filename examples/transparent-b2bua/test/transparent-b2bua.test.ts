/** Calls through the border: SIPp for PRACK and forks, baresip and linphone for calls with hold and resume. */
import "reflect-metadata";
import { fileURLToPath } from "node:url";
import { bootstrap, type SipContainer } from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { needs } from "../../../test/counterparts/available.js";
import { startBaresip } from "../../../test/counterparts/baresip.js";
import { freePort } from "../../../test/counterparts/free-port.js";
import { stopEverything } from "../../../test/counterparts/lifetimes.js";
import { startLinphone } from "../../../test/counterparts/linphone.js";
import { startProgram } from "../../../test/counterparts/program.js";
import { explainSipp } from "../../../test/counterparts/sipp-result.js";
import { runSipp, startSippServer, type SippClientOptions } from "../../../test/counterparts/sipp.js";
import { application } from "../src/application.js";
import { Journal } from "../src/journal.js";
import { Settings } from "../src/settings.js";
import { forkedCaller, forkingCallee } from "./forked-scenarios.js";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const root = fileURLToPath(new URL("../../..", import.meta.url));
let container: SipContainer | undefined;
let lines: string[] = [];
let port = 0;

/** The border before a phone or a server. */
async function openBorder(target: string): Promise<void> {
  const settings: Settings = { host: "127.0.0.1", port, target, domain: "border.example.com" };
  const configure: NonNullable<typeof application.configure> = (bind) => {
    bind(Settings).toConstantValue(settings);
    bind(Journal).toConstantValue({ write: (line) => void lines.push(line) });
  };
  container = await bootstrap({
    applications: [{ ...application, configure }],
    listen: [`udp:127.0.0.1:${port}`, `tcp:127.0.0.1:${port}`],
    log: silent,
  });
}

async function call(options: Omit<SippClientOptions, "target">): Promise<string> {
  const result = await runSipp({ target: `127.0.0.1:${port}`, user: "bob", ...options });
  expect(result, explainSipp(result)).toMatchObject({ successful: options.calls ?? 1, failed: 0 });
  return result.messages;
}

async function expectEmpty(): Promise<void> {
  await expect.poll(() => container?.counts, { timeout: 40_000 }).toMatchObject({ applicationSessions: 0, dialogs: 0 });
}

beforeEach(async () => {
  lines = [];
  port = await freePort();
});

afterEach(async () => {
  await container?.close();
  container = undefined;
  await stopEverything();
});

describe("the border, between two SIPps", () => {
  it.for([
    ["uac-call.xml", "uas-answer.xml", "hangup by the caller after 0 s"],
    ["uac-prack.xml", "uas-prack.xml", "hangup by the caller after 0 s"],
    ["uac-reinvite.xml", "uas-reinvite.xml", "hangup by the caller after 0 s"],
    ["uac-cancel.xml", "uas-cancel.xml", "cancelled by the caller after 0 s"],
    ["uac-reject.xml", "uas-reject.xml", "failed 486 by the callee after 0 s"],
  ] as const)("plays %s against %s", async ([caller, callee, record], context) => {
    needs(context, "sipp");
    const server = await startSippServer({ scenario: callee });
    await openBorder(server.address);
    await call({ scenario: caller, calls: 5 });
    await expectEmpty();
    expect(lines).toEqual(Array.from({ length: 5 }, () => record));
  });

  it("gives the caller a dialog for each of the callee's, with early media and PRACK", async (context) => {
    needs(context, "sipp");
    const server = await startSippServer({ scenario: forkingCallee, calls: 1 });
    await openBorder(server.address);
    const messages = await call({ scenario: forkedCaller });
    const tags = [...messages.matchAll(/SIP\/2\.0 183[\s\S]*?\nTo:[^\n]*;tag=(\S+)/g)].map(([, tag]) => tag);
    expect(new Set(tags).size).toBe(2);
    await expectEmpty();
  });

  it("tells neither side about the other", async (context) => {
    needs(context, "sipp");
    const server = await startSippServer({ scenario: "uas-answer.xml", calls: 1 });
    await openBorder(server.address);
    const seenByCaller = await call({ scenario: "uac-call.xml", values: { caller: "alice" } });
    const [, calleePort = ""] = server.address.split(":");
    expect(seenByCaller).not.toContain(`:${calleePort}`);
    expect(seenByCaller).not.toMatch(/^Server:/m);
    expect(seenByCaller).toMatch(/^o=border \d+ 1 IN IP4/m);
    await expectEmpty();
  });
});

describe("the border, between phones", () => {
  it("carries a call with hold and resume from both ends", async (context) => {
    needs(context, "baresip", "linphone-daemon");
    const ann = await startLinphone({ user: "ann", autoAnswer: true });
    await openBorder(`${ann.host}:${ann.sipPort}`);
    const bob = await startBaresip({ user: "bob" });
    await bob.dial(`sip:ann@127.0.0.1:${port}`);
    await bob.waitForEvent("CALL_ESTABLISHED");
    const { Id: call } = await ann.waitForCall("StreamsRunning");
    await bob.hold();
    await ann.waitForCall("PausedByRemote");
    await bob.resume();
    await ann.waitForCall("StreamsRunning");
    await ann.command(`call-pause ${call}`);
    await ann.waitForCall("Paused");
    await ann.command(`call-resume ${call}`);
    await ann.waitForCall("StreamsRunning");
    await bob.hangup();
    await ann.waitForCall("End");
    await expectEmpty();
    expect(lines).toHaveLength(1);
  });

  it("is hung up by the one who was called", async (context) => {
    needs(context, "baresip", "linphone-daemon");
    const ann = await startLinphone({ user: "ann", autoAnswer: true });
    await openBorder(`${ann.host}:${ann.sipPort}`);
    const bob = await startBaresip({ user: "bob" });
    await bob.dial(`sip:ann@127.0.0.1:${port}`);
    await bob.waitForEvent("CALL_ESTABLISHED");
    await ann.waitForCall("StreamsRunning");
    await ann.terminate();
    await bob.waitForEvent("CALL_CLOSED");
    expect(lines[0]).toMatch(/^hangup by the callee/);
  });
});

describe("npm start -w examples/transparent-b2bua", () => {
  it("runs until it is told to end", async (context) => {
    needs(context, "sipp");
    const server = await startSippServer({ scenario: "uas-answer.xml" });
    const env = { SIP_PORT: String(port), TARGET: server.address };
    const args = ["start", "-w", "examples/transparent-b2bua"];
    const program = await startProgram({ command: "npm", args, cwd: root, env });
    await program.waitForOutput(/ready/, { timeoutMs: 60_000 });
    await call({ scenario: "uac-call.xml" });
    await program.waitForOutput(/hangup by the caller/);
    program.signal("SIGTERM");
    await program.waitForExit(20_000);
  });
});
