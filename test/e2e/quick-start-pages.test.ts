/** The pages of `npm start`: click-to-dial between phones on desks, phones in browsers, and the console, in Chromium. */
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { needs } from "../counterparts/available.js";
import { startBaresip } from "../counterparts/baresip.js";
import { startBrowser, type Browser } from "../counterparts/browser.js";
import { freePort } from "../counterparts/free-port.js";
import { stopEverything } from "../counterparts/lifetimes.js";
import { startProgram, type Program } from "../counterparts/program.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
let sipPort = 0;
let url = "";
let program: Program;
let browser: Browser | undefined;

function runQuickStart(env: Record<string, string>): Promise<Program> {
  return startProgram({ command: "npm", args: ["start"], cwd: root, env });
}

async function open(path: string): Promise<Page> {
  browser ??= await startBrowser();
  return browser.open(`${url}${path}`, { permissions: ["microphone"] });
}

async function signIn(name: string): Promise<Page> {
  const page = await open("phone/");
  await page.fill("#user", name);
  await page.click("#sign-in button");
  await page.waitForSelector("#desk:not([hidden])");
  return page;
}

async function dial(page: Page, caller: string, callee: string): Promise<void> {
  await page.getByLabel("From", { exact: true }).fill(caller);
  await page.getByLabel("To", { exact: true }).fill(callee);
  await page.getByRole("button", { name: "Call", exact: true }).click();
}

/** An HTTP server takes a port for as long as `work` lasts, unless another program has it anyway. */
async function whileTaken(port: number, work: () => Promise<void>): Promise<void> {
  const other = createServer();
  await new Promise<void>((resolve) => other.once("error", () => resolve()).listen(port, "127.0.0.1", resolve));
  await work().finally(() => other.close());
}

beforeAll(async () => {
  const [sip, http] = [await freePort(), await freePort()];
  sipPort = sip;
  url = `http://127.0.0.1:${http}/`;
  program = await runQuickStart({ SIP_PORT: String(sip), HTTP_PORT: String(http) });
  await program.waitForOutput(/ready/, { timeoutMs: 120_000 });
}, 150_000);

afterAll(async () => {
  await stopEverything();
});

describe("the pages of the quick start", () => {
  beforeEach((context) => needs(context, "chromium"));

  it("list phones as they register, and connect two of them by a click", async (context) => {
    needs(context, "baresip");
    const page = await open("");
    const domain = `127.0.0.1:${sipPort}`;
    await page.waitForSelector(`#no-phones:has-text("${domain}")`);
    const alice = await startBaresip({ user: "alice", domain, register: 60 });
    const bob = await startBaresip({ user: "bob", domain, register: 60, transport: "tcp" });
    for (const name of ["alice", "bob"]) await page.waitForSelector(`#phone-list li:has-text("${name}")`);
    await dial(page, "alice", "bob");
    await alice.waitForEvent("CALL_INCOMING");
    await page.waitForSelector("#leg-caller[data-state=ringing]");
    await alice.accept();
    await bob.waitForEvent("CALL_INCOMING");
    await page.waitForSelector("#leg-callee[data-state=ringing]");
    await bob.accept();
    await page.waitForSelector('#message:has-text("Alice talks to bob")');
    await page.getByRole("button", { name: "Hang up" }).click();
    await alice.waitForEvent("CALL_CLOSED");
    await bob.waitForEvent("CALL_CLOSED");
    await page.waitForSelector('#message:has-text("The call was ended from the page")');
    await dial(page, "bob", "hello");
    await bob.waitForEvent("CALL_INCOMING");
    await bob.accept();
    await page.waitForSelector('#message:has-text("Bob talks to hello")');
    await bob.hangup();
    await page.waitForSelector('#message:has-text("Bob hung up")');
    for (const each of [alice, bob]) {
      await each.unregister();
      await each.stop();
    }
    await page.waitForSelector("#no-phones:not([hidden])");
  });

  it("lead to the phone in the browser, where a name is enough to call somebody", async () => {
    const page = await open("");
    await page.click('#links a:has-text("Phone in the browser")');
    await page.waitForURL(`${url}phone/`);
    expect(await page.isVisible("#password")).toBe(false);
    const [carol, dave] = [await signIn("carol"), await signIn("dave")];
    await carol.click('#people li:has-text("dave") button:has-text("Call")');
    await dave.click("#answer");
    for (const each of [carol, dave]) {
      await each.waitForFunction("document.getElementById('voice').currentTime > 0.3");
    }
    await dave.click("#hang-up");
    await carol.waitForSelector('#call-problem:has-text("dave hung up")');
    await carol.fill("#target", "hello");
    await carol.click("#dial button");
    await carol.waitForSelector('#call-problem:has-text("hello\'s phone cannot take encrypted audio from a browser")');
  });

  it("lead to the console, which the printed link opens", async () => {
    const page = await open("");
    await page.click('#links a:has-text("Console")');
    await page.waitForSelector("input[type=password]");
    const [link = ""] = /http:\S+\/console\/\?token=\S+/.exec(program.output) ?? [];
    await page.goto(link);
    await page.waitForSelector("text=alice");
  });
});

describe("the HTTP port of the quick start", () => {
  it("ends with the mend when the one that was asked for is taken", async () => {
    const [sip, http] = [await freePort(), await freePort()];
    await whileTaken(http, async () => {
      const second = await runQuickStart({ SIP_PORT: String(sip), HTTP_PORT: String(http) });
      expect((await second.waitForExit(60_000)).code).toBe(1);
      expect(second.errors.trim().split("\n").at(-1)).toBe(
        `Cannot listen: http 127.0.0.1:${http}: another program uses this port; HTTP_PORT=8090 npm start takes another port`,
      );
    });
  }, 90_000);

  it("is any free one when 8080 is taken and nobody asked for it", async () => {
    const sip = await freePort();
    await whileTaken(8080, async () => {
      const second = await runQuickStart({ SIP_PORT: String(sip) });
      await second.waitForOutput(/ready/, { timeoutMs: 60_000 });
      expect(second.output).toMatch(/Another program uses the HTTP port 8080; HTTP_PORT=… chooses one/);
      const [page = ""] = /(?<=Open the page +)http:\S+/.exec(second.output) ?? [];
      expect(await (await fetch(page)).text()).toContain("<title>Click to dial</title>");
      await second.stop();
    });
  }, 90_000);

  it("ends with pages open", async (context) => {
    needs(context, "chromium");
    await open("");
    await signIn("erin");
    program.signal("SIGTERM");
    expect((await program.waitForExit(15_000)).code).toBe(0);
  });
});
