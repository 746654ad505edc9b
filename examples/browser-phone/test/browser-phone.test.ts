/** The browser phone as its user starts it: two people in Chromium, and a phone on a desk. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { needs } from "../../../test/counterparts/available.js";
import { startBaresip } from "../../../test/counterparts/baresip.js";
import { startBrowser, type Browser } from "../../../test/counterparts/browser.js";
import { freePort } from "../../../test/counterparts/free-port.js";
import { stopEverything } from "../../../test/counterparts/lifetimes.js";
import { startProgram, type Program } from "../../../test/counterparts/program.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const domain = "phones.example";

describe("the browser phone", () => {
  let program: Program;
  let browser: Browser | undefined;
  let page: string;
  let sipPort: number;
  let httpPort: number;
  const opened: Page[] = [];

  async function start(): Promise<Program> {
    const started = await startProgram({
      command: "npm",
      args: ["start", "-w", "examples/browser-phone"],
      cwd: root,
      env: { SIP_PORT: String(sipPort), HTTP_PORT: String(httpPort) },
    });
    await started.waitForOutput(/ready/, { timeoutMs: 60_000 });
    return started;
  }

  beforeAll(async () => {
    [sipPort, httpPort] = await Promise.all([freePort(), freePort()]);
    page = `http://127.0.0.1:${httpPort}/`;
    program = await start();
  });

  beforeEach((context) => needs(context, "chromium"));
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.context().close();
  });
  afterAll(async () => void (await stopEverything()));

  async function open(): Promise<Page> {
    browser ??= await startBrowser();
    const made = await browser.open(page, { permissions: ["microphone"], bypassCSP: true });
    opened.push(made);
    return made;
  }

  async function signIn(name: string, password = "secret"): Promise<Page> {
    const made = await open();
    await made.fill("#user", name);
    await made.fill("#password", password);
    await made.click("#sign-in button");
    if (password === "secret") await made.waitForSelector("#desk:not([hidden])");
    return made;
  }

  const call = (from: Page, name: string) => from.click(`#people li:has-text("${name}") button:has-text("Call")`);
  const problemOf = (of: Page, text: RegExp) => expect.poll(() => of.textContent("#call-problem")).toMatch(text);
  const isTalking = (of: Page) => of.waitForSelector('#call-title:has-text("In a call")');

  it("registers by digest, and refuses a wrong password in plain words", async () => {
    const alice = await signIn("alice", "guess");
    await expect.poll(() => alice.textContent("#sign-in-problem")).toBe("The name or the password is wrong.");
    await signIn("bob");
  });

  it("connects two people, whose voices flow between the browsers", async () => {
    const [alice, bob] = [await signIn("alice"), await signIn("bob")];
    await call(alice, "bob");
    await bob.waitForSelector("#answer:not([hidden])");
    await bob.click("#answer");
    await Promise.all([isTalking(alice), isTalking(bob)]);
    for (const each of [alice, bob]) {
      // the time of what is played moves only while audio comes in
      await each.waitForFunction("document.getElementById('voice').currentTime > 0.3");
    }
    await alice.click("#hold");
    await alice.waitForSelector('#hold:has-text("Resume")');
    await alice.click("#hold");
    await alice.waitForSelector('#hold:has-text("Hold")');
    await bob.click("#hang-up");
    await problemOf(alice, /bob hung up/);
  });

  it("says what went wrong as people would", async () => {
    const [alice, bob] = [await signIn("alice"), await signIn("bob")];
    await call(alice, "bob");
    await bob.waitForSelector("#answer:not([hidden])");
    await bob.click("#hang-up");
    await problemOf(alice, /bob is not here now|bob is busy|bob does not want to talk/);
    await alice.fill("#target", "nobody");
    await alice.click("#dial button");
    await problemOf(alice, /nobody is not here now|Nobody is called nobody/);
  });

  it("stops ringing when the caller thinks better of it", async () => {
    const [alice, bob] = [await signIn("alice"), await signIn("bob")];
    await call(alice, "bob");
    await bob.waitForSelector("#answer:not([hidden])");
    await alice.click("#hang-up");
    await bob.waitForSelector("#call", { state: "hidden" });
  });

  it("carries messages between browsers, and to and from a phone on a desk", async (context) => {
    needs(context, "baresip");
    const alice = await signIn("alice");
    const bob = await signIn("bob");
    await alice.fill("#chat-with", "bob");
    await alice.fill("#chat-text", "lunch?");
    await alice.click("#chat button");
    await bob.waitForSelector('#messages li:has-text("lunch?")');
    const desk = { user: "carol", domain, password: "secret", outboundProxy: `sip:127.0.0.1:${sipPort}`, register: 60 };
    const carol = await startBaresip(desk);
    await alice.waitForSelector('#people li:has-text("carol")');
    await alice.fill("#chat-with", "carol");
    await alice.fill("#chat-text", "to your desk");
    await alice.click("#chat button");
    expect(await carol.waitForMessage()).toMatchObject({ text: "to your desk" });
    await carol.message(`sip:alice@${domain}`, "from my desk");
    await alice.waitForSelector('#messages li:has-text("from my desk")');
  });

  it("calls a desk phone that encrypts as browsers do, and says so where one does not", async (context) => {
    needs(context, "baresip");
    const alice = await signIn("alice");
    const desk = { domain, password: "secret", outboundProxy: `sip:127.0.0.1:${sipPort}`, register: 60 } as const;
    await startBaresip({
      ...desk,
      user: "carol",
      answerMode: "auto",
      modules: ["ice.so", "srtp.so", "dtls_srtp.so"],
      accountParameters: ["mediaenc=dtls_srtp", "medianat=ice"],
      config: ["rtcp_mux yes"],
    });
    await alice.waitForSelector('#people li:has-text("carol")');
    await call(alice, "carol");
    await isTalking(alice);
    await alice.waitForFunction("document.getElementById('voice').currentTime > 0.3");
    await alice.click("#hang-up");
    await startBaresip({ ...desk, user: "bob", answerMode: "auto" });
    await alice.waitForSelector('#people li:has-text("bob")');
    await call(alice, "bob");
    await problemOf(alice, /bob's phone cannot take encrypted audio/);
  });

  it("has no fault that axe finds", async () => {
    const alice = await open();
    const faults = async () => {
      await alice.addScriptTag({ path: axe });
      const found = await alice.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>("axe.run()");
      return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
    };
    expect(await faults()).toEqual([]);
    await alice.fill("#user", "alice");
    await alice.fill("#password", "secret");
    await alice.click("#sign-in button");
    await alice.waitForSelector("#desk:not([hidden])");
    expect(await faults()).toEqual([]);
  });

  it("is there again after the server was", async () => {
    const [alice, bob] = [await signIn("alice"), await signIn("bob")];
    await program.stop();
    for (const each of [alice, bob]) await each.waitForSelector('#status:has-text("trying again")');
    program = await start();
    for (const each of [alice, bob]) await each.waitForSelector('#status:has-text("signed in")');
    await alice.waitForSelector('#people li:has-text("bob")');
    await call(alice, "bob");
    await bob.waitForSelector("#answer:not([hidden])");
  });
});
