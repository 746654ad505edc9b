/**
 * The end-to-end harness itself: real programs against each other, without Siplet. When one of these fails, the machine or the
 * harness is at fault; when all pass, a failure elsewhere is ours.
 */
import { readFileSync } from "node:fs";

import { afterEach, describe, expect, it } from "vitest";

import { needs } from "../counterparts/available.js";
import { startBaresip } from "../counterparts/baresip.js";
import { isBound } from "../counterparts/bound-port.js";
import { startBrowser } from "../counterparts/browser.js";
import { createAuthority } from "../counterparts/certificates.js";
import { freePort } from "../counterparts/free-port.js";
import { startKamailio } from "../counterparts/kamailio.js";
import { stillRunning, stopEverything } from "../counterparts/lifetimes.js";
import { startLinphone } from "../counterparts/linphone.js";
import { malformedRequests, malformedText } from "../counterparts/malformed-requests.js";
import { waitForSipServer } from "../counterparts/probe-options.js";
import { startProgram } from "../counterparts/program.js";
import { exchangeRaw, statusOf } from "../counterparts/raw-exchange.js";
import { explainSipp } from "../counterparts/sipp-result.js";
import { runSipp, startSippServer } from "../counterparts/sipp.js";
import { sipsak, sipsakRegister } from "../counterparts/sipsak.js";
import { canCapture, startCapture } from "../counterparts/tshark-capture.js";
import { decodeSip, malformedPackets } from "../counterparts/tshark.js";
import { waitUntil } from "../counterparts/wait-until.js";

afterEach(async () => {
  await stopEverything();
});

describe("Programs under test control", () => {
  it("shows the last output when what is awaited does not come", async () => {
    const program = await startProgram({ command: "sh", args: ["-c", "echo half way; exec sleep 60"] });
    await expect(program.waitForOutput(/ready/, { timeoutMs: 300 })).rejects.toThrow(/within 0.3 s[\s\S]*half way/);
  });

  it("fails at once when a program ends instead", async () => {
    const program = await startProgram({ command: "sh", args: ["-c", "echo no such option; exit 3"] });
    await expect(program.waitForOutput(/ready/)).rejects.toThrow(/exit code 3[\s\S]*no such option/);
  });

  it("kills what does not end, with its children", async () => {
    const script = "trap '' TERM; sleep 60 & echo child=$!; wait; wait";
    const program = await startProgram({ command: "sh", args: ["-c", script] });
    const [, child] = await program.waitForOutput(/child=(\d+)/);
    expect(await program.stop({ graceMs: 200 })).toEqual({ code: null, signal: "SIGKILL" });
    await waitUntil(() => !isAlive(Number(child)), { what: "the child has gone" });
    expect(stillRunning()).toEqual([]);
  });

  it("names what a test left running, and stops it", async () => {
    await startProgram({ command: "sleep", args: ["60"], name: "sleeper" });
    expect(stillRunning()).toEqual(["sleeper"]);
    expect(await stopEverything()).toEqual(["sleeper"]);
    expect(stillRunning()).toEqual([]);
  });
});

/** Whether a process runs; a dead one that nobody has waited for yet does not. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

describe("SIPp against SIPp", () => {
  const pairs = [
    ["uac-call.xml", "uas-answer.xml"],
    ["uac-cancel.xml", "uas-cancel.xml"],
    ["uac-reject.xml", "uas-reject.xml"],
    ["uac-prack.xml", "uas-prack.xml"],
    ["uac-reinvite.xml", "uas-reinvite.xml"],
    ["uac-refer.xml", "uas-refer.xml"],
    ["uac-subscribe.xml", "uas-subscribe.xml"],
    ["uac-message.xml", "uas-message.xml"],
    ["uac-options.xml", "uas-options.xml"],
  ] as const;

  describe.each(["u1", "t1"] as const)("over %s", (transport) => {
    it.each(pairs)("plays %s against %s", async (uac, uas) => {
      const server = await startSippServer({ scenario: uas, transport, calls: 5 });
      const values = { referTo: "sip:carol@127.0.0.1" };
      const client = await runSipp({ scenario: uac, target: server.address, transport, calls: 5, callMs: 10, values });
      const served = await server.finished();
      expect(client, explainSipp(client)).toMatchObject({
        calls: 5,
        successful: 5,
        failed: 0,
        unexpected: 0,
        exitCode: 0,
      });
      expect(served, explainSipp(served)).toMatchObject({ calls: 5, successful: 5, failed: 0 });
    });
  });
});

describe("SIPp's own mistakes", () => {
  it("reports a call that fails, with what was unexpected", async () => {
    const server = await startSippServer({ scenario: "uas-reject.xml", values: { status: "603", reason: "Decline" } });
    const client = await runSipp({ scenario: "uac-call.xml", target: server.address });
    expect(client).toMatchObject({ calls: 1, successful: 0, failed: 1, unexpected: 1 });
    expect(explainSipp(client)).toContain("SIP/2.0 603 Decline");
  });

  it("fails when SIPp cannot do its work", async () => {
    const target = `127.0.0.1:${await freePort()}`;
    await expect(runSipp({ scenario: "<no scenario/>", target })).rejects.toThrow(/could not do its work/);
  });
});

describe("Phones and SIPp through Kamailio", () => {
  it("registers SIPp with an MD5 digest, and refuses a wrong password", async (context) => {
    needs(context, "sipp", "kamailio");
    const kamailio = await startKamailio({ auth: "md5" });
    const login = { scenario: "uac-register-auth.xml", target: kamailio.address, user: "zoe", username: "zoe" };
    const right = await runSipp({ ...login, password: "secret", values: { domain: "localhost" } });
    expect(right, explainSipp(right)).toMatchObject({ successful: 1, failed: 0 });
    expect(await kamailio.bindings("zoe")).toHaveLength(1);
    const wrong = await runSipp({ ...login, password: "guess", values: { domain: "localhost", outcome: "401" } });
    expect(wrong, explainSipp(wrong)).toMatchObject({ successful: 1, failed: 0 });
  });

  it("asks SIPp's calls for a password too", async (context) => {
    needs(context, "sipp", "kamailio");
    const kamailio = await startKamailio({ auth: "md5", challengeCalls: true });
    const server = await startSippServer({ scenario: "uas-answer.xml", calls: 1 });
    await kamailio.addBinding("bob", `sip:bob@${server.address}`);
    const values = { domain: "localhost", caller: "zoe", callerDomain: "localhost" };
    const login = { username: "zoe", password: "secret", user: "bob" };
    const client = await runSipp({ scenario: "uac-call-auth.xml", target: kamailio.address, values, ...login });
    expect(client, explainSipp(client)).toMatchObject({ successful: 1, failed: 0 });
  });

  it("lets two baresips register, call each other and exchange a message", async (context) => {
    needs(context, "baresip", "kamailio");
    const kamailio = await startKamailio({ auth: "md5" });
    const account = { domain: "localhost", password: "secret", register: 60 };
    const alice = await startBaresip({ user: "alice", ...account, outboundProxy: kamailio.proxyUri("udp") });
    const bob = await startBaresip({ user: "bob", ...account, outboundProxy: kamailio.proxyUri("tcp") });

    await alice.dial("sip:bob@localhost");
    expect(await bob.waitForEvent("CALL_INCOMING")).toMatchObject({ peeruri: "sip:alice@localhost" });
    await bob.accept();
    await Promise.all([alice.waitForEvent("CALL_ESTABLISHED"), bob.waitForEvent("CALL_ESTABLISHED")]);
    await alice.hangup();
    await bob.waitForEvent("CALL_CLOSED");

    await alice.message("sip:bob@localhost", 'two "quoted"\nlines, é');
    expect(await bob.waitForMessage()).toEqual({ from: "sip:alice@localhost", text: 'two "quoted"\nlines, é' });
    await bob.message("sip:alice@localhost", "back");
    expect(await alice.waitForMessage("back")).toMatchObject({ from: "sip:bob@localhost" });

    await alice.unregister();
    expect(await kamailio.waitForBindings("alice", 0)).toEqual([]);
  });

  it("registers baresip over TLS with a client certificate that Kamailio demands", async (context) => {
    needs(context, "baresip", "kamailio", "kamailio:tls", "openssl");
    const authority = await createAuthority();
    const certificate = await authority.domainCertificate("localhost");
    const kamailio = await startKamailio({
      tls: { certificate, trust: authority.certificatePath, verifyClients: true },
    });
    const account = { domain: "localhost", register: 60, outboundProxy: kamailio.proxyUri("tls") };
    const { bundlePath } = await authority.clientCertificate("sip:alice@localhost");
    await startBaresip({ user: "alice", ...account, config: [`sip_certificate ${bundlePath}`] });
    expect(await kamailio.bindings("alice")).toMatchObject([{ Socket: `tls:127.0.0.1:${kamailio.tlsPort}` }]);
  });

  it("connects linphone with baresip", async (context) => {
    needs(context, "linphone-daemon", "baresip", "kamailio");
    const kamailio = await startKamailio({ auth: "md5" });
    const proxy = kamailio.proxyUri("tcp");
    const account = { identity: "sip:lin@localhost", proxy, password: "secret" };
    const lin = await startLinphone({ user: "lin", account });
    const options = { domain: "localhost", password: "secret", register: 60, answerMode: "auto" } as const;
    const bob = await startBaresip({ user: "bob", ...options, outboundProxy: kamailio.proxyUri() });

    await lin.call("sip:bob@localhost");
    await Promise.all([lin.waitForCall("StreamsRunning"), bob.waitForEvent("CALL_ESTABLISHED")]);
    await bob.hangup();
    await lin.waitForCall("End");
    await bob.message("sip:lin@localhost", "from baresip");
    expect(await lin.waitForMessage("from baresip")).toMatchObject({ From: "sip:bob@localhost" });
    await lin.message("sip:bob@localhost", "from linphone");
    expect(await bob.waitForMessage("from linphone")).toMatchObject({ from: "sip:lin@localhost" });
  });

  it("lets sipsak ask and register", async (context) => {
    needs(context, "sipsak", "kamailio");
    const kamailio = await startKamailio({ auth: "md5" });
    const asked = await sipsak({ target: kamailio.address, uri: "sip:localhost", transport: "tcp" });
    expect(asked).toMatchObject({ code: 0, statusLines: ["SIP/2.0 200 OK"] });
    const login = { username: "sam", password: "secret", contact: "sip:sam@127.0.0.1:9" };
    const registered = await sipsakRegister({ target: kamailio.address, uri: "sip:sam@localhost", ...login });
    expect(registered.statusLines).toEqual(["SIP/2.0 401 Unauthorized", "SIP/2.0 200 OK"]);
  });
});

describe("JsSIP in Chromium through Kamailio", () => {
  it("registers over WS and WSS, calls with media, holds, sends a digit and a message", async (context) => {
    needs(context, "chromium", "kamailio", "kamailio:websocket", "kamailio:tls", "openssl");
    const authority = await createAuthority();
    const certificate = await authority.domainCertificate("localhost");
    const kamailio = await startKamailio({ auth: "md5", websocket: true, tls: { certificate } });
    const browser = await startBrowser();
    const account = { domain: "localhost", password: "secret" };
    const alice = await browser.phone({ user: "alice", ...account, webSocketUrl: kamailio.webSocketUrl });
    const carol = await browser.phone({ user: "carol", ...account, webSocketUrl: kamailio.secureWebSocketUrl });

    await alice.call("sip:carol@localhost");
    expect(await carol.waitForEvent("call:new")).toMatchObject({ direction: "incoming", peer: "sip:alice@localhost" });
    await carol.answer();
    await Promise.all([alice.waitForEvent("call:confirmed"), carol.waitForEvent("call:confirmed")]);
    expect((await alice.waitForMedia()).ice).toMatch(/connected|completed/);
    expect((await carol.waitForMedia()).ice).toMatch(/connected|completed/);

    await alice.hold();
    await carol.waitForEvent("call:hold");
    await alice.resume();
    await carol.waitForEvent("call:unhold");
    await alice.sendDigit("5");
    expect(await carol.waitForEvent("call:digit")).toMatchObject({ text: "5" });
    await carol.hangup();
    await alice.waitForEvent("call:ended");
    await alice.message("sip:carol@localhost", "hello");
    expect(await carol.waitForMessage()).toMatchObject({ text: "hello", peer: "sip:alice@localhost" });
  });
});

describe("Eyes on the wire", () => {
  it("captures a call and finds nothing malformed", async (context) => {
    needs(context, "tshark", "sipp");
    context.skip(!(await canCapture()), "not allowed to capture on lo");
    const server = await startSippServer({ scenario: "uas-answer.xml", calls: 1 });
    const capture = await startCapture({ filter: `port ${server.port}` });
    await runSipp({ scenario: "uac-call.xml", target: server.address });
    const file = await capture.finish();
    const options = { filter: capture.displayFilter, sipPorts: [server.port] };
    const messages = await decodeSip(file, options);
    const kinds = ["INVITE", "SIP/2.0 180", "SIP/2.0 200", "ACK", "BYE", "SIP/2.0 200"];
    expect(messages.map(({ startLine }) => startLine)).toEqual(
      kinds.map((kind): unknown => expect.stringContaining(kind)),
    );
    expect(messages[0]).toMatchObject({ destination: server.address, transport: "udp", cseq: "1 INVITE" });
    expect(await malformedPackets(file, options)).toEqual([]);
  });

  it("sends what no SIP program would, and sees silence for what it is", async (context) => {
    needs(context, "kamailio");
    const { port } = await startKamailio();
    const answers = malformedRequests
      .filter(({ name }) => name === "cseq-other-method" || name === "clerr")
      .map((request) => exchangeRaw({ port }, (local) => malformedText(request, `sip:127.0.0.1:${port}`, local)));
    expect((await Promise.all(answers)).map(statusOf)).toEqual([400, 400]);
    await expect(exchangeRaw({ port }, () => "gibberish\r\n\r\n", 200)).rejects.toThrow(/No answer/);
  });

  it("knows when a port is bound and when something answers there", async (context) => {
    needs(context, "sipp");
    const port = await freePort({ count: 2 });
    expect([isBound(port, "udp"), isBound(port + 1, "tcp")]).toEqual([false, false]);
    await startSippServer({ scenario: "uas-options.xml", port });
    expect(isBound(port, "udp")).toBe(true);
    expect(await waitForSipServer({ port })).toBe("SIP/2.0 200 OK");
  });
});
