/** The programs of `examples/jsr-359`, as a user starts them, against SIPp. */
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { needs } from "../counterparts/available.js";
import { freePort } from "../counterparts/free-port.js";
import { stopEverything } from "../counterparts/lifetimes.js";
import { startProgram, type Program } from "../counterparts/program.js";
import { explainSipp } from "../counterparts/sipp-result.js";
import { runSipp, startSipp, startSippServer, type SippClientOptions } from "../counterparts/sipp.js";
import { waitUntil } from "../counterparts/wait-until.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
let port = 0;
let phonePort = 0;
let httpPort = 0;

beforeEach(async (context) => {
  needs(context, "sipp");
  [port, phonePort, httpPort] = await Promise.all([freePort(), freePort(), freePort()]);
});
afterEach(async () => void (await stopEverything()));

type Environment = Readonly<Record<string, string>>;

const environment = (): Environment => ({
  SIP_PORT: String(port),
  HTTP_PORT: String(httpPort),
  TARGET: `sip:bob@127.0.0.1:${phonePort}`,
});

/** `npm start -w examples/jsr-359 -- <name>`. */
const compiled = (name: string) => ready("npm", ["start", "-w", "examples/jsr-359", "--", name]);

/** The sources, by tsx: its compiler emits no types of parameters. */
const byTsx = (name: string) => ready(process.execPath, ["--import", "tsx", "examples/jsr-359/src/main.ts", name]);

async function ready(command: string, args: readonly string[]): Promise<Program> {
  const program = await startProgram({ command, args, cwd: root, env: environment() });
  await program.waitForOutput(/ready/, { timeoutMs: 60_000 });
  return program;
}

async function call(options: Omit<SippClientOptions, "target">): Promise<void> {
  const result = await runSipp({ target: `127.0.0.1:${port}`, ...options });
  expect(result, explainSipp(result)).toMatchObject({ successful: options.calls ?? 1, failed: 0 });
}

const phone = (scenario: string) => startSippServer({ scenario, port: phonePort });
const byAlice = { caller: "alice" };

describe("POJO with decorators of one's own", () => {
  const story = [
    "alice calls",
    "bob rings: 180",
    "bob answers",
    "alice changes the call",
    "bob answers", // the re-INVITE
  ];

  async function callWithReinvite(): Promise<void> {
    await phone("uas-reinvite.xml");
    await call({ scenario: "uac-reinvite.xml", user: "bob", values: byAlice });
  }

  const tell = (output: string) => output.split("\n").filter((line) => /^(?:alice|bob) /.test(line));

  it.each([
    ["as the compiler builds it", compiled],
    ["as tsx runs its sources", byTsx],
  ])("chooses the handlers of a call, %s", async (_how, start) => {
    const program = await start("pojo");
    await callWithReinvite();
    await waitUntil(() => tell(program.output).length === story.length, { what: "the story of the call" });
    expect(tell(program.output)).toEqual(story);
  });

  it("gets the failure of a call", async () => {
    const program = await compiled("pojo");
    await phone("uas-reject.xml");
    await call({ scenario: "uac-reject.xml", user: "bob", values: byAlice });
    await program.waitForOutput(/bob does not answer: 486/);
  });
});

describe("session-scoped bean in a proxy", () => {
  it("measures calls that overlap, each by its own clock", async () => {
    const program = await compiled("timed-proxy");
    await phone("uas-answer.xml");
    const long = call({ scenario: "uac-call.xml", user: "bob", values: { caller: "long" }, callMs: 900 });
    await call({
      scenario: "uac-call.xml",
      user: "bob",
      values: { caller: "short" },
      callMs: 100,
      calls: 10,
      rate: 50,
    });
    await long;
    await waitUntil(() => times(program, "short").length === 10 && times(program, "long").length === 1, {
      what: "eleven BYE",
    });
    for (const time of times(program, "short")) expect(time).toBeGreaterThanOrEqual(95);
    for (const time of times(program, "short")) expect(time).toBeLessThan(900);
    expect(times(program, "long")[0]).toBeGreaterThanOrEqual(895);
  });

  const times = (program: Program, caller: string) =>
    [...program.output.matchAll(new RegExp(`${caller} hangs up after (\\d+) ms`, "g"))].map(([, time]) => Number(time));
});

describe("executor with the current application session", () => {
  it("has done the work of a call before its BYE is handled", async () => {
    const program = await compiled("executor");
    await call({ scenario: "uac-call.xml", values: byAlice, calls: 20, rate: 100 });
    const count = (line: string) => program.output.split(line).length - 1;
    await waitUntil(() => count("alice hangs up") === 20, { what: "20 BYE" });
    expect(count("alice hangs up: 5 ct/min")).toBe(20);
    expect(count("the call of alice costs 5 ct/min")).toBe(20);
  });
});

describe("contextual proxy with a given application session", () => {
  it("counts what comes from outside, none lost, and knows no call that has ended", async () => {
    const program = await compiled("contextual-proxy");
    const running = await startSipp({ scenario: "uac-call.xml", target: `127.0.0.1:${port}`, callMs: 2000 });
    const [, id = ""] = await program.waitForOutput(/call (\S+)\n/);
    const url = `http://127.0.0.1:${httpPort}/${encodeURIComponent(id)}`;
    const visits = await Promise.all(Array.from({ length: 50 }, () => fetch(url, { method: "POST" })));
    expect(visits.map(({ status }) => status)).toEqual(visits.map(() => 200));
    expect(await (await fetch(url)).json()).toEqual({ count: 50 });

    const result = await running.finished();
    expect(result, explainSipp(result)).toMatchObject({ successful: 1, failed: 0 });
    await program.waitForOutput(/call ended after 50 visits/);
    await waitUntil(async () => (await fetch(url, { method: "POST" })).status === 404, { what: "the call to be gone" });
  });
});

describe("two application sessions that need each other", () => {
  it("neither wait for each other nor lose a unit", async () => {
    const program = await compiled("two-sessions");
    const send = (caller: string, user: string) =>
      call({ scenario: "uac-message.xml", user, values: { caller }, calls: 200, rate: 200 });
    await Promise.all([send("alice", "bob"), send("bob", "alice")]);
    const bookings = (owner: string) =>
      [...program.output.matchAll(new RegExp(`${owner} has (\\d+)`, "g"))].map(([, balance]) => Number(balance));
    await waitUntil(() => bookings("alice").length === 400 && bookings("bob").length === 400, { what: "all bookings" });
    expect([bookings("alice").at(-1), bookings("bob").at(-1)]).toEqual([100, 100]);
    expect(program.errors).not.toMatch(/state\.waiting|\n\s+at /);
  });
});

it("ends with a sentence when no program is named, and with code 0 when it is told to end", async () => {
  const args = ["start", "-w", "examples/jsr-359", "--", "nothing"];
  const unknown = await startProgram({ command: "npm", args, cwd: root, env: environment() });
  expect((await unknown.waitForExit(30_000)).code).toBe(1);
  expect(unknown.errors).toMatch(/Which program\? pojo, timed-proxy, /);

  const known = await ready(process.execPath, ["examples/jsr-359/dist/main.js", "executor"]);
  known.signal("SIGTERM");
  expect((await known.waitForExit(15_000)).code).toBe(0);
});
