/** The home domain, as a user starts it, with phones of others: baresip, linphone, SIPp, and JsSIP in Chromium. */
import { afterEach, describe, expect, it } from "vitest";
import { needs } from "../../../test/counterparts/available.js";
import { startBaresip, type Baresip, type BaresipOptions } from "../../../test/counterparts/baresip.js";
import { startBrowser, type BrowserPhone } from "../../../test/counterparts/browser.js";
import { stopEverything } from "../../../test/counterparts/lifetimes.js";
import { startLinphone } from "../../../test/counterparts/linphone.js";
import { explainSipp } from "../../../test/counterparts/sipp-result.js";
import { runSipp } from "../../../test/counterparts/sipp.js";
import { startExample, type Running } from "./example.js";

const domain = "example.com";
const password = "secret";

afterEach(async () => void (await stopEverything()));

function phone(home: Running, user: string, options: Partial<BaresipOptions> = {}): Promise<Baresip> {
  return startBaresip({ user, domain, password, outboundProxy: home.uri, register: 60, ...options });
}

describe("the home domain", () => {
  it("challenges SIPp, takes the right password, no other, and nobody's but one's own address", async (context) => {
    needs(context, "sipp");
    const home = await startExample("home");
    const attempt = async (username: string, given: string, outcome: string) => {
      const result = await runSipp({
        scenario: "uac-register-auth.xml",
        target: home.address,
        user: "alice",
        username,
        password: given,
        values: { domain, outcome },
        extra: ["-auth_uri", domain],
      });
      expect(result, explainSipp(result)).toMatchObject({ successful: 1, failed: 0 });
    };
    await attempt("alice", password, "200");
    await attempt("alice", "wrong", "401");
    await attempt("bob", password, "403");
    await home.program.waitForOutput(/sip:alice@example\.com: .* came; devices now: 1/);
  });

  it("lets all devices of a user ring, and the others fall silent when one answers", async (context) => {
    needs(context, "baresip");
    const home = await startExample("home");
    const desk = await phone(home, "alice");
    const mobile = await phone(home, "alice", { transport: "tcp" });
    const bob = await phone(home, "bob");
    await bob.dial(`sip:alice@${domain}`);
    await Promise.all([desk.waitForEvent("CALL_INCOMING"), mobile.waitForEvent("CALL_INCOMING")]);
    await mobile.accept();
    await bob.waitForEvent("CALL_ESTABLISHED");
    await desk.waitForEvent("CALL_CLOSED");
    await bob.hold();
    await bob.resume();
    await mobile.hangup();
    await bob.waitForEvent("CALL_CLOSED");
  });

  it("tries those of a lower q when nobody of a higher one answers", async (context) => {
    needs(context, "baresip");
    const home = await startExample("home");
    const desk = await phone(home, "alice", { accountParameters: ["regq=0.9"] });
    const voicemail = await phone(home, "alice", { accountParameters: ["regq=0.1"], answerMode: "auto" });
    const bob = await phone(home, "bob");
    await bob.dial(`sip:alice@${domain}`);
    await desk.waitForEvent("CALL_INCOMING");
    expect(voicemail.events.all.filter(({ type }) => type === "CALL_INCOMING")).toEqual([]);
    await desk.hangup();
    await voicemail.waitForEvent("CALL_ESTABLISHED");
    await bob.waitForEvent("CALL_ESTABLISHED");
    await bob.hangup();
    await voicemail.waitForEvent("CALL_CLOSED");
  });

  it("connects linphone with baresip, and carries their messages", async (context) => {
    needs(context, "linphone-daemon", "baresip");
    const home = await startExample("home");
    const account = { identity: `sip:carol@${domain}`, proxy: `${home.uri};transport=tcp`, password };
    const carol = await startLinphone({ user: "carol", account });
    const bob = await phone(home, "bob");
    await bob.dial(`sip:carol@${domain}`);
    const { Id: call = "" } = await carol.waitForCall("IncomingReceived");
    await carol.answer(call);
    await carol.waitForCall("StreamsRunning");
    await bob.waitForEvent("CALL_ESTABLISHED");
    await carol.terminate(call);
    await bob.waitForEvent("CALL_CLOSED");
    await carol.message(`sip:bob@${domain}`, "from linphone");
    expect(await bob.waitForMessage("from linphone")).toMatchObject({ from: `sip:carol@${domain}` });
  });

  it("answers 480 for who is away, 404 for another domain's user, 405 for what it does not do", async (context) => {
    needs(context, "sipp", "baresip");
    const home = await startExample("home");
    const bob = await phone(home, "bob");
    await bob.dial(`sip:alice@${domain}`);
    const { param } = await bob.waitForEvent("CALL_CLOSED");
    expect(param).toContain("480");
    const result = await runSipp({ scenario: "uac-subscribe.xml", target: home.address, user: "nobody" });
    expect(result.failed, explainSipp(result)).toBe(1);
  });
});

describe("browsers at the home domain (RFC 7118)", () => {
  async function expectTalk(...phones: readonly BrowserPhone[]): Promise<void> {
    await Promise.all(phones.map((each) => each.waitForEvent("call:confirmed")));
    for (const each of phones) expect((await each.waitForMedia()).ice).toMatch(/connected|completed/);
  }

  it("register with their password, call one another, and write to a baresip", async (context) => {
    needs(context, "chromium", "baresip");
    const home = await startExample("home");
    const browser = await startBrowser();
    const { webSocketUrl } = home;
    const alice = await browser.phone({ user: "alice", domain, password, webSocketUrl });
    const carol = await browser.phone({ user: "carol", domain, password, webSocketUrl });
    await alice.call(`sip:carol@${domain}`);
    await carol.waitForEvent("call:new");
    await carol.answer();
    await expectTalk(alice, carol);
    await alice.hold();
    await carol.waitForEvent("call:hold");
    await carol.hangup();
    await alice.waitForEvent("call:ended");
    const bob = await phone(home, "bob");
    await bob.message(`sip:alice@${domain}`, "from the desk");
    expect(await alice.waitForMessage()).toMatchObject({ text: "from the desk" });
    await alice.message(`sip:bob@${domain}`, "from the browser");
    expect(await bob.waitForMessage()).toMatchObject({ text: "from the browser" });
  });

  it("are gone with their page", async (context) => {
    needs(context, "chromium");
    const home = await startExample("home");
    const browser = await startBrowser();
    const { webSocketUrl } = home;
    const alice = await browser.phone({ user: "alice", domain, password, webSocketUrl });
    const carol = await browser.phone({ user: "carol", domain, password, webSocketUrl });
    await carol.page.context().close();
    await home.program.waitForOutput(/sip:carol@example\.com: .* lost its connection; devices now: 0/);
    await expect(alice.message(`sip:carol@${domain}`, "there?")).rejects.toThrow(/MESSAGE failed/);
  });
});
