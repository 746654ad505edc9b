/** Calls, hold, and transfers in the office: linphone transfers, baresip is transferred. */
import "reflect-metadata";
import { fileURLToPath } from "node:url";
import { bootstrap, type SipContainer } from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it, type TestContext } from "vitest";
import { needs } from "../../../test/counterparts/available.js";
import { startBaresip, type Baresip } from "../../../test/counterparts/baresip.js";
import { freePort } from "../../../test/counterparts/free-port.js";
import { stopEverything } from "../../../test/counterparts/lifetimes.js";
import { startLinphone } from "../../../test/counterparts/linphone.js";
import { startProgram } from "../../../test/counterparts/program.js";
import { explainSipp } from "../../../test/counterparts/sipp-result.js";
import { runSipp, startSippServer } from "../../../test/counterparts/sipp.js";
import { application } from "../src/application.js";
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
  const configure: NonNullable<typeof application.configure> = (bind) => {
    bind(Journal).toConstantValue({ write: (line) => void lines.push(line) });
    bind(Settings).toConstantValue({ host: "127.0.0.1", port, phones });
  };
  container = await bootstrap({
    applications: [{ ...application, configure }],
    listen: [`udp:127.0.0.1:${port}`, `tcp:127.0.0.1:${port}`],
    log: silent,
  });
});

afterEach(async () => {
  await stopEverything();
  await container.close();
});

/** A phone of the office that answers by itself. */
async function openPhone(user: string): Promise<Baresip> {
  const phone = await startBaresip({ user, answerMode: "auto" });
  phones.set(user, phone.contact);
  return phone;
}

/** Alice's phone, Bob's and Carol's. */
async function openOffice(context: TestContext) {
  needs(context, "baresip", "linphone-daemon");
  const [bob, carol] = [await openPhone("bob"), await openPhone("carol")];
  return { bob, carol, alice: await startLinphone({ user: "alice" }) };
}

const uriOf = (user: string) => `sip:${user}@127.0.0.1:${port}`;

/** Bob and Carol have a call with each other: when one hangs up, it ends for the other. */
async function expectTalk(bob: Baresip, carol: Baresip): Promise<void> {
  await bob.hangup();
  await carol.waitForEvent("CALL_CLOSED");
  const calls = () => ({ dialogs: container.counts.dialogs });
  await expect.poll(calls, { timeout: 40_000 }).toEqual({ dialogs: 0 });
}

describe("the office", () => {
  it("links calls, with hold and resume", async (context) => {
    const { alice, bob } = await openOffice(context);
    const call = await alice.call(uriOf("bob"));
    await alice.waitForCall("StreamsRunning");
    await bob.waitForEvent("CALL_ESTABLISHED");
    await alice.command(`call-pause ${call}`);
    await alice.waitForCall("Paused");
    await alice.command(`call-resume ${call}`);
    await alice.waitForCall("StreamsRunning");
    await bob.hold();
    await alice.waitForCall("PausedByRemote");
    await bob.resume();
    await alice.waitForCall("StreamsRunning");
    await alice.terminate(call);
    await bob.waitForEvent("CALL_CLOSED");
  });

  it("transfers blindly, asked by linphone", async (context) => {
    const { alice, bob, carol } = await openOffice(context);
    const call = await alice.call(uriOf("bob"));
    await alice.waitForCall("StreamsRunning");
    await alice.command(`call-transfer ${call} ${uriOf("carol")}`);
    await carol.waitForEvent("CALL_ESTABLISHED");
    await alice.waitForCall("End");
    expect(lines).toEqual(["blind transfer by the caller", "the caller was replaced"]);
    await expectTalk(bob, carol);
  });

  it("transfers blindly, asked by baresip", async (context) => {
    const { bob, carol, alice } = await openOffice(context);
    await alice.call(uriOf("bob"));
    await alice.waitForCall("StreamsRunning");
    await bob.waitForEvent("CALL_ESTABLISHED");
    await bob.transfer(uriOf("carol"));
    await carol.waitForEvent("CALL_ESTABLISHED");
    await bob.waitForEvent("CALL_CLOSED");
    await alice.waitForCall("StreamsRunning");
    await alice.terminate();
    await carol.waitForEvent("CALL_CLOSED");
    expect(lines).toEqual(["blind transfer by the callee", "the callee was replaced"]);
  });

  it("transfers one call to another", async (context) => {
    const { alice, bob, carol } = await openOffice(context);
    const first = await alice.call(uriOf("bob"));
    await alice.waitForCall("StreamsRunning");
    await bob.waitForEvent("CALL_ESTABLISHED");
    await alice.command(`call-pause ${first}`);
    await alice.waitForCall("Paused");
    const second = await alice.call(uriOf("carol"));
    await alice.waitForCall("StreamsRunning");
    await carol.waitForEvent("CALL_ESTABLISHED");
    await alice.command(`call-transfer ${first} ${second}`);
    await expect
      .poll(() => lines, { timeout: 10_000 })
      .toEqual(["attended transfer by the caller", "the caller was replaced"]);
    await alice.waitForCall("End");
    await expectTalk(bob, carol);
  });

  it("lets the call be when the target is not there", async (context) => {
    const { alice, bob } = await openOffice(context);
    const call = await alice.call(uriOf("bob"));
    await alice.waitForCall("StreamsRunning");
    await alice.command(`call-transfer ${call} ${uriOf("nobody")}`);
    await expect
      .poll(() => lines, { timeout: 10_000 })
      .toEqual(["blind transfer by the caller", "the transfer failed: 404"]);
    await bob.hangup();
    await alice.waitForCall("End");
  });
});

describe("npm start -w examples/attended-transfer", () => {
  it("runs until it is told to end", async (context) => {
    needs(context, "sipp");
    const own = await freePort();
    const server = await startSippServer({ scenario: "uas-answer.xml" });
    const env = { SIP_PORT: String(own), PHONES: `bob=sip:bob@${server.address}` };
    const args = ["start", "-w", "examples/attended-transfer"];
    const program = await startProgram({ command: "npm", args, cwd: root, env });
    await program.waitForOutput(/ready at .*: bob/, { timeoutMs: 60_000 });
    const result = await runSipp({ scenario: "uac-call.xml", target: `127.0.0.1:${own}`, user: "bob" });
    expect(result, explainSipp(result)).toMatchObject({ successful: 1, failed: 0 });
    program.signal("SIGTERM");
    await program.waitForExit(20_000);
  });
});
