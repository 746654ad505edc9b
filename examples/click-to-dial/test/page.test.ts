/** The page in Chromium, with two baresip phones. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Page } from "playwright-core";
import type { SipContainer } from "@siplet/framework";
import { missing, needs } from "../../../test/counterparts/available.js";
import { startBaresip, type Baresip } from "../../../test/counterparts/baresip.js";
import { startBrowser, type Browser } from "../../../test/counterparts/browser.js";
import { freePort } from "../../../test/counterparts/free-port.js";
import { stopEverything } from "../../../test/counterparts/lifetimes.js";
import { start } from "../src/program.js";

/** What the issue allows between the phone and the page. */
const promptly = 1000;

let container: SipContainer | undefined;
let alice: Baresip;
let bob: Baresip;
let browser: Browser;
let page: Page;

beforeEach((context) => needs(context, "baresip", "chromium"));

beforeAll(async () => {
  if (missing("baresip", "chromium") !== undefined) return;
  const sipPort = await freePort();
  const domain = `127.0.0.1:${sipPort}`;
  container = await start({ host: "127.0.0.1", sipPort, httpPort: 0, ringTime: 4, patience: 1 });
  browser = await startBrowser();
  page = await browser.open(container?.httpUrl?.href ?? "", { viewport: { width: 1100, height: 900 } });
  alice = await startBaresip({ user: "alice", domain, register: 60 });
  bob = await startBaresip({ user: "bob", domain, register: 60 });
});

afterAll(async () => {
  await stopEverything();
  await container?.close();
});

/** Waits until the page says it. */
async function reads(on: Page, selector: string, text: string | RegExp, timeout = promptly): Promise<void> {
  await on.locator(selector).filter({ hasText: text }).first().waitFor({ timeout });
}

async function call(callee = "bob"): Promise<void> {
  await page.getByLabel("From", { exact: true }).fill("alice");
  await page.getByLabel("To", { exact: true }).fill(callee);
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await alice.waitForEvent("CALL_INCOMING");
}

async function closed(): Promise<void> {
  await alice.waitForEvent("CALL_CLOSED");
  await bob.waitForEvent("CALL_CLOSED");
}

async function screenshot(name: string): Promise<void> {
  const folder = process.env["SIPLET_SCREENSHOTS"];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

/** What axe finds wrong with the page as it is. */
async function violations(): Promise<unknown[]> {
  const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await page.evaluate(source);
  const found = await page.evaluate<unknown[]>("axe.run().then((result) => result.violations)");
  return found;
}

describe("the page", () => {
  it("shows phones as they register, and is accessible", async () => {
    await reads(page, "#connection", "live");
    await reads(page, "#phone-list li", "alice");
    await reads(page, "#phone-list li", "bob");
    await screenshot("idle");
    expect(await violations()).toEqual([]);
    await page.getByRole("button", { name: "From alice" }).click();
    expect(await page.getByLabel("From", { exact: true }).inputValue()).toBe("alice");
  });

  it("asks for both ends", async () => {
    await page.getByLabel("To", { exact: true }).fill("");
    await page.getByRole("button", { name: "Call", exact: true }).click();
    await reads(page, "#error", "Say who is to be called.");
  });

  it("connects two phones and shows each step within a second, on two pages, and after a reload", async () => {
    const other = await browser.open(container?.httpUrl?.href ?? "");
    await call();
    await reads(page, "#leg-caller[data-state=ringing]", "rings");
    await screenshot("ringing");
    await other.locator("#recent a").first().click();
    await reads(other, "#leg-caller[data-state=ringing]", "rings");

    await alice.accept();
    await bob.waitForEvent("CALL_INCOMING");
    await reads(page, "#leg-callee[data-state=ringing]", "bob");
    await reads(other, "#leg-callee[data-state=ringing]", "bob");
    await bob.accept();
    await Promise.all([page, other].map((each) => reads(each, "#message", "Alice talks to bob")));
    await screenshot("connected");
    expect(await violations()).toEqual([]);

    await page.reload();
    await reads(page, "#message", "Alice talks to bob");
    await page.goto(container?.httpUrl?.href ?? ""); // without the call in the address: the session knows
    await reads(page, "#leg-callee[data-state=talking]", "talks");

    await other.getByRole("button", { name: "Hang up" }).click();
    await Promise.all([page, other].map((each) => reads(each, "#message", "The call was ended from the page")));
    await closed();
    await other.context().close();
  });

  it("says that bob is busy", async () => {
    await call();
    await alice.accept();
    await bob.waitForEvent("CALL_INCOMING");
    await bob.hangup();
    await reads(page, "#message", "Bob is busy");
    await screenshot("busy");
    expect(await violations()).toEqual([]);
    await closed();
  });

  it("says that nobody answered", async () => {
    await call();
    await alice.accept();
    await bob.waitForEvent("CALL_INCOMING");
    await reads(page, "#message", "Nobody answered at bob's phone", 6000);
    await closed();
  });

  it("gives a call up while the phone rings", async () => {
    await call();
    await page.getByRole("button", { name: "Hang up" }).click();
    await alice.waitForEvent("CALL_CLOSED");
    await reads(page, "#message", "The call was ended from the page");
  });

  it.each([
    ["Alice hung up", () => alice],
    ["Bob hung up", () => bob],
  ])("says: %s", async (text, who) => {
    await call();
    await alice.accept();
    await bob.waitForEvent("CALL_INCOMING");
    await bob.accept();
    await reads(page, "#message", "Alice talks to bob");
    await who().hangup();
    await reads(page, "#message", text);
    await closed();
  });
});
