/** A chain of three composed applications between telephones of others; the BYE comes from either side. */
import "reflect-metadata";
import { fileURLToPath } from "node:url";
import { bootstrap, type SipContainer } from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { needs } from "../../../test/counterparts/available.js";
import { startBaresip, type Baresip } from "../../../test/counterparts/baresip.js";
import { freePort } from "../../../test/counterparts/free-port.js";
import { stopEverything } from "../../../test/counterparts/lifetimes.js";
import { startProgram } from "../../../test/counterparts/program.js";
import { explainSipp } from "../../../test/counterparts/sipp-result.js";
import { runSipp, startSippServer } from "../../../test/counterparts/sipp.js";
import { applications, routerFile } from "../src/applications.js";
import { Journal } from "../src/journal.js";
import { Settings } from "../src/settings.js";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const root = fileURLToPath(new URL("../../..", import.meta.url));
let container: SipContainer;
let lines: string[] = [];
let port = 0;
let phones = new Map<string, string>();

beforeEach(async () => {
  lines = [];
  phones = new Map();
  port = await freePort();
  const forward = new Map([["bob", "carol"]]);
  const settings: Settings = { host: "127.0.0.1", port, phones, forward, blocked: new Set(["mallory"]) };
  const configure: NonNullable<(typeof applications)[number]["configure"]> = (bind) => {
    bind(Settings).toConstantValue(settings);
    bind(Journal).toConstantValue({ write: (line) => void lines.push(line) });
  };
  container = await bootstrap({
    applications: applications.map((each) => ({ ...each, configure })),
    router: { file: routerFile },
    listen: [`udp:127.0.0.1:${port}`, `tcp:127.0.0.1:${port}`],
    log: silent,
  });
});

afterEach(async () => {
  await stopEverything();
  await container.close();
});

const uriOf = (user: string) => `sip:${user}@127.0.0.1:${port}`;

/** A telephone that answers by itself. */
async function openPhone(user: string): Promise<Baresip> {
  const phone = await startBaresip({ user, answerMode: "auto" });
  phones.set(user, phone.contact);
  return phone;
}

/** What is told of the end of a call. */
const ends = () => lines.filter((line) => /over|hung up/.test(line)).map((line) => line.split(":")[0]);

describe("call log, screening and forwarding", () => {
  it.each(["caller", "callee"] as const)(
    "carry a call whose BYE comes from the %s",
    async (side) => {
      const names = { caller: "alice", callee: "bob" };
      const bob = await openPhone("bob");
      const alice = await startBaresip({ user: "alice" });
      await alice.dial(uriOf("bob"));
      await alice.waitForEvent("CALL_ESTABLISHED");
      await bob.waitForEvent("CALL_ESTABLISHED");
      const [first, other] = names[side] === "alice" ? [alice, bob] : [bob, alice];
      await first.hangup();
      await other.waitForEvent("CALL_CLOSED");
      const order = ["log", "screening", "forwarding"];
      await expect.poll(ends).toEqual(side === "caller" ? order : order.toReversed());
      const calls = () => ({ dialogs: container.counts.dialogs });
      await expect.poll(calls, { timeout: 40_000 }).toEqual({ dialogs: 0 });
    },
    60_000,
  );

  it("forward to another telephone when the first is busy", async (context) => {
    needs(context, "sipp");
    const busy = await startSippServer({ scenario: "uas-reject.xml" });
    const free = await startSippServer({ scenario: "uas-answer.xml" });
    phones.set("bob", `sip:bob@${busy.address}`).set("carol", `sip:carol@${free.address}`);
    const result = await runSipp({ scenario: "uac-call.xml", target: `127.0.0.1:${port}`, user: "bob", calls: 20 });
    expect(result, explainSipp(result)).toMatchObject({ successful: 20, failed: 0 });
    expect(lines.filter((line) => line.startsWith("forwarding: bob is busy"))).toHaveLength(20);
  }, 60_000);

  it("turn an unwanted caller away", async (context) => {
    needs(context, "baresip");
    await openPhone("bob");
    const mallory = await startBaresip({ user: "mallory" });
    await mallory.dial(uriOf("bob"));
    await mallory.waitForEvent("CALL_CLOSED");
    await expect.poll(() => lines).toContainEqual(expect.stringMatching(/^screening: mallory is not put through/));
    expect(lines).toContainEqual(expect.stringMatching(/^log: .* failed with 603$/));
  }, 60_000);

  it("carry call after call", async (context) => {
    needs(context, "sipp");
    const phone = await startSippServer({ scenario: "uas-answer.xml" });
    phones.set("carol", `sip:carol@${phone.address}`);
    const target = `127.0.0.1:${port}`;
    const result = await runSipp({ scenario: "uac-call.xml", target, user: "carol", calls: 100, rate: 20 });
    expect(result, explainSipp(result)).toMatchObject({ successful: 100, failed: 0 });
  }, 60_000);

  it("start with npm and end with a signal", async () => {
    const program = await startProgram({
      command: "npm",
      args: ["start", "-w", "examples/call-screening-forwarding"],
      cwd: root,
      env: { SIP_PORT: String(await freePort()) },
    });
    await program.waitForOutput(/ready at/, { timeoutMs: 30_000 });
    program.signal("SIGTERM");
    await program.waitForExit(20_000);
  }, 60_000);
});
