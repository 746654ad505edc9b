/** The console in a real browser, over real calls. */
import "reflect-metadata";
import { createRequire } from "node:module";
import { join } from "node:path";
import {
  bootstrap,
  Bye,
  Invite,
  Message,
  SipServlet,
  type SipContainer,
  type SipServletRequest,
} from "@siplet/framework";
import { SipletConsole } from "@siplet/console";
import { silentLogger } from "@siplet/core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { needs } from "../counterparts/available.js";
import { startBrowser, type Browser } from "../counterparts/browser.js";
import { freePort } from "../counterparts/free-port.js";
import { stopEverything } from "../counterparts/lifetimes.js";
import { runSipp } from "../counterparts/sipp.js";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
/** Where pictures go that documents show; nowhere when left out. */
const pictures = process.env["SIPLET_PICTURES"];

@SipServlet({ name: "calls" })
class Calls {
  @Invite() async onInvite(request: SipServletRequest): Promise<void> {
    const isBusy = request.requestUri.toString().includes("busy");
    if (!isBusy) await request.createResponse(180).send();
    await request.createResponse(isBusy ? 486 : 200).send();
  }
  @Bye() onBye(request: SipServletRequest): Promise<void> {
    return request.createResponse(200).send();
  }
  @Message() onMessage(): void {
    throw new Error("the message desk is closed");
  }
}

describe("the console in Chromium", () => {
  let container: SipContainer;
  let view: SipletConsole;
  let browser: Browser | undefined;
  let base: string;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    container = await bootstrap({
      applications: [{ name: "switchboard", servlets: [Calls] }],
      listen: [`udp:127.0.0.1:${port}`],
      log: silentLogger,
      drainTimeout: 0,
    });
    view = new SipletConsole({
      password: "secret",
      log: silentLogger,
      registrations: () => [
        {
          addressOfRecord: "sip:bob@example.com",
          contact: "sip:bob@192.0.2.7:5060",
          expiresAt: Date.now() + 3_600_000,
        },
      ],
    });
    view.attach(container);
    base = `http://127.0.0.1:${(await view.listen()).port}/console/`;
  });

  beforeEach((context) => needs(context, "sipp", "chromium"));

  afterAll(async () => {
    await stopEverything();
    await view.close();
    await container.close();
  });

  const call = (user: string) => runSipp({ scenario: "uac", target: `127.0.0.1:${port}`, user, callMs: 100 });

  async function open(colorScheme: "light" | "dark" = "light"): Promise<Page> {
    browser ??= await startBrowser();
    const page = await browser.open(base, { colorScheme, bypassCSP: true, viewport: { width: 1440, height: 860 } });
    await page.fill("#password", "secret");
    await page.click("button");
    await page.waitForSelector("#live.on");
    return page;
  }

  async function faultsOf(page: Page): Promise<unknown> {
    await page.addScriptTag({ path: axe });
    const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>("axe.run()");
    return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
  }

  async function picture(page: Page, name: string): Promise<void> {
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`) });
  }

  it("shows a call within a second of its beginning, without reload, as a ladder with its handlers", async () => {
    const page = await open();
    await page.waitForSelector("#no-calls:not([hidden])");
    await call("alice");
    await page.click('#calls button:has-text("→ alice")', { timeout: 2000 });
    await page.waitForSelector('#ladder [data-event]:has-text("BYE")');
    const rows = await page.locator("#ladder [data-event] .label").allTextContents();
    expect(rows).toEqual(["INVITE (SDP)", "180 Ringing", "200 OK", "ACK", "BYE", "200 OK"]);
    expect(await page.locator("#ladder .handler").allTextContents()).toContain("Calls.onInvite");
    expect(await page.textContent("#call-facts")).toContain("ended (200)");
    await picture(page, "call");
    await page.context().close();
  });

  it("shows the text of a message on click, and by keyboard", async () => {
    const page = await open();
    await call("bob");
    await page.click('#calls button:has-text("→ bob")');
    await page.click('#ladder [data-event]:has-text("180 Ringing")');
    await page.waitForSelector('#detail h3:has-text("180 Ringing")');
    expect(await page.textContent("#detail pre")).toMatch(/^SIP\/2\.0 180 Ringing\nVia: /);
    expect(await page.textContent("#detail")).toContain("Calls.onInvite (switchboard)");
    await page.focus('#ladder [data-event]:has-text("BYE")');
    await page.keyboard.press("Enter");
    await page.waitForSelector('#detail h3:has-text("BYE")');
    await page.context().close();
  });

  it("filters by user, method and status", async () => {
    const page = await open();
    await call("busy");
    await page.fill("#filter-status", "4xx");
    await page.waitForFunction("document.querySelectorAll('#calls button').length === 1");
    expect(await page.textContent("#calls")).toContain("→ busy");
    await page.fill("#filter-status", "");
    await page.fill("#filter-user", "nobody");
    await page.waitForSelector("#no-calls:not([hidden])");
    await page.fill("#filter-user", "");
    await page.selectOption("#filter-method", "REGISTER");
    await page.waitForSelector("#no-calls:not([hidden])");
    await page.context().close();
  });

  it("downloads a call as a capture", async () => {
    const page = await open();
    await call("carol");
    await page.click('#calls button:has-text("→ carol")');
    await page.waitForSelector("#export-pcap[href]");
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#export-pcap")]);
    expect(download.suggestedFilename()).toBe("call.pcap");
    await page.context().close();
  });

  it.each(["light", "dark"] as const)("has no fault that axe finds, in %s", async (colorScheme) => {
    const page = await open(colorScheme);
    await call("dave");
    await page.click('#calls button:has-text("→ dave")');
    await page.waitForSelector("#ladder svg");
    expect(await faultsOf(page)).toEqual([]);
    for (const name of ["sessions", "registrations", "handlers"]) {
      await page.click(`[data-view=${name}]`);
      await page.waitForSelector(`#view-${name}:not([hidden])`);
      expect(await faultsOf(page), name).toEqual([]);
      await picture(page, `${name}-${colorScheme}`);
    }
    await page.context().close();
  });

  it("has a login page without fault, which refuses a wrong password", async () => {
    browser ??= await startBrowser();
    const page = await browser.open(base, { bypassCSP: true });
    expect(await faultsOf(page)).toEqual([]);
    await page.fill("#password", "guess");
    await page.click("button");
    await page.waitForURL(/login\.html\?wrong/);
    await page.context().close();
  });
});
