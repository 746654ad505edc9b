import "reflect-metadata";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { silentLogger, type Logger } from "@siplet/core";
import { bootstrap, Message, SipServlet, type SipContainer, type SipServletRequest } from "@siplet/framework";
import { createSeededRandom, ManualClock, MemoryNetwork, ScriptedUserAgent } from "@siplet/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConsoleError, SipletConsole, type CallSummary } from "../src/index.js";

@SipServlet()
class Desk {
  @Message() onMessage(request: SipServletRequest): Promise<void> {
    request.session.applicationSession.invalidateWhenReady = false;
    return request.createResponse(200).send();
  }
}

describe("SipletConsole", () => {
  const clock = new ManualClock();
  const lines: string[] = [];
  const log: Logger = {
    ...silentLogger,
    info: (_fields: object, text?: string) => void lines.push(text ?? ""),
    warn: (_fields: object, text?: string) => void lines.push(text ?? ""),
  };
  let container: SipContainer;
  let view: SipletConsole;
  let phone: ScriptedUserAgent;
  let base: string;
  let cookie: string;

  beforeEach(async () => {
    lines.length = 0;
    const network = new MemoryNetwork({ clock });
    container = await bootstrap({
      applications: [{ name: "desk", servlets: [Desk] }],
      listen: [network.transport({ protocol: "udp", address: "192.0.2.10", port: 5060 })],
      clock,
      log: silentLogger,
      random: createSeededRandom(1),
      drainTimeout: 0,
    });
    view = new SipletConsole({
      password: "secret",
      log,
      registrations: () => [{ addressOfRecord: "sip:bob@example.com", contact: "sip:bob@192.0.2.7", expiresAt: 5 }],
    });
    view.attach(container);
    const { port } = await view.listen();
    base = `http://127.0.0.1:${port}/console`;
    const peer = { address: "192.0.2.10", port: 5060 };
    phone = ScriptedUserAgent.inMemory(network, {
      name: "phone",
      clock,
      peer,
      protocol: "udp",
      address: "192.0.2.2",
      port: 5060,
    });
    cookie = await login();
  });

  afterEach(async () => {
    await view.close();
    const closed = container.close();
    await clock.advanceAsync(100);
    await closed;
  });

  const post = (password: string) =>
    fetch(`${base}/login`, { method: "POST", body: new URLSearchParams({ password }), redirect: "manual" });
  const login = async () => (await post("secret")).headers.get("set-cookie")?.split(";")[0] ?? "";
  const get = (path: string) => fetch(`${base}/${path}`, { headers: { cookie }, redirect: "manual" });
  const json = async <T>(path: string): Promise<T> => (await (await get(path)).json()) as T;

  async function send(callId: string): Promise<void> {
    phone.sendRequest({ method: "MESSAGE", uri: "sip:desk@192.0.2.10", callId });
    await clock.advanceAsync(0);
  }

  describe("to somebody who has not logged in", () => {
    it("shows the login page alone", async () => {
      cookie = "";
      const page = await get("");
      expect([page.status, page.headers.get("location")]).toEqual([303, "/console/login.html"]);
      expect(await (await get("login.html")).text()).toContain("Password");
      expect((await get("api/calls")).status).toBe(401);
      expect((await get("console.js")).status).toBe(303);
    });

    it("bars guessing", async () => {
      for (let attempt = 0; attempt < 5; attempt++) {
        expect((await post("guess")).headers.get("location")).toBe("/console/login.html?wrong");
      }
      expect((await post("secret")).status).toBe(429);
    });

    it("takes no cookie after the logout", async () => {
      const farewell = await get("logout");
      expect(farewell.headers.get("set-cookie")).toContain("Max-Age=0");
    });
  });

  describe("to somebody who has", () => {
    it("serves the page with its script, style and guards", async () => {
      const page = await get("");
      expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(await page.text()).toContain("Siplet");
      for (const [name, type] of [
        ["console.js", "text/javascript"],
        ["ladder.js", "text/javascript"],
        ["console.css", "text/css"],
        ["icon.svg", "image/svg+xml"],
      ]) {
        expect((await get(name ?? "")).headers.get("content-type")).toContain(type);
      }
      expect((await get("../package.json")).status).toBe(404);
      expect((await get("nothing")).status).toBe(404);
    });

    it("tells of the container", async () => {
      const overview = await json<Record<string, unknown>>("api/overview");
      expect(overview).toMatchObject({
        applicationNames: ["desk"],
        listenPoints: ["udp:192.0.2.10:5060"],
        counts: { applicationSessions: 0 },
      });
      expect(overview["handlerTable"]).toContain("Desk.onMessage");
    });

    it("lists sessions and registrations", async () => {
      await send("one");
      const sessions = await json<{ application: string; sipSessions: { callId: string }[] }[]>("api/sessions");
      expect(sessions).toMatchObject([{ application: "desk" }]);
      expect(await json("api/registrations")).toMatchObject([{ addressOfRecord: "sip:bob@example.com" }]);
    });

    it("lists calls, and shows one with ladder, handlers and texts", async () => {
      await send("one");
      await send("two");
      expect((await json<CallSummary[]>("api/calls?status=done")).map(({ id }) => id)).toEqual(["two", "one"]);
      expect(await json("api/calls?status=failed")).toEqual([]);
      const call = await json<{ ladder: { rows: unknown[] }; messages: object; handlers: unknown[] }>("api/calls/one");
      const arrows = call.ladder.rows.filter((row) => (row as { kind: string }).kind === "arrow");
      expect(arrows).toMatchObject([
        { label: "MESSAGE", handler: "Desk.onMessage", tone: "request" },
        { label: "200 OK", handler: "Desk.onMessage", tone: "success" },
      ]);
      expect(Object.values(call.messages)).toContainEqual(expect.stringContaining("MESSAGE sip:desk@192.0.2.10"));
      expect(call.handlers).toMatchObject([{ label: "Desk.onMessage", application: "desk" }]);
      expect((await get("api/calls/three")).status).toBe(404);
    });

    it("exports a call as text, Mermaid and capture", async () => {
      await send("one");
      const text = await get("api/calls/one.txt");
      expect(text.headers.get("content-disposition")).toContain('filename="call.txt"');
      expect(await text.text()).toContain("MESSAGE");
      expect(await (await get("api/calls/one.mmd")).text()).toMatch(/^sequenceDiagram/);
      const capture = Buffer.from(await (await get("api/calls/one.pcap")).arrayBuffer());
      expect(capture.readUInt32LE(0)).toBe(0xa1b2c3d4);
      expect(capture.toString("latin1")).toContain("MESSAGE sip:desk@192.0.2.10");
    });

    it("tells pages of calls that change", async () => {
      const response = await get("api/events");
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      await send("one");
      while (!text.includes("event: call")) text += (await reader?.read())?.value ?? "";
      expect(text).toContain('"id":"one"');
      await reader?.cancel();
    });
  });

  it("shows one container at a time", async () => {
    expect(() => view.attach(container)).toThrow(ConsoleError);
  });

  it("answers 503 before it is attached, and leaves other paths to others", async () => {
    const other = new SipletConsole({ password: "secret", log });
    const server = createServer((request, response) => other.handler(request, response, () => response.end("mine")));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const read = async (path: string) => {
      const response = await fetch(root + path, { redirect: "manual" });
      return [response.status, await response.text()];
    };
    expect(await read("/elsewhere")).toEqual([200, "mine"]);
    expect(await read("/consoles")).toEqual([200, "mine"]);
    expect((await read("/console/"))[0]).toBe(503);
    other.attach(container);
    expect((await read("/console"))[0]).toBe(308);
    await other.close();
    server.closeAllConnections();
    server.close();
  });

  describe("without a password", () => {
    it("makes one and logs the link that opens it", async () => {
      const own = new SipletConsole({ log, isProduction: false });
      own.attach(container);
      await own.listen();
      const link = /console at (\S+)/.exec(lines.at(-1) ?? "")?.[1] ?? "";
      const response = await fetch(link, { redirect: "manual" });
      expect([response.status, response.headers.get("location")]).toEqual([303, "/console/"]);
      expect(response.headers.get("set-cookie")).toContain("siplet-console=");
      await own.close();
    });

    it("stays closed in production, and says why", async () => {
      const closed = new SipletConsole({ log, isProduction: true });
      closed.attach(container);
      const { port } = await closed.listen();
      expect((await fetch(`http://127.0.0.1:${port}/console/`)).status).toBe(404);
      expect(lines.at(-1)).toContain("needs the option `password`");
      await closed.close();
    });
  });

  it("refuses a path that cannot be one", () => {
    expect(() => new SipletConsole({ path: "console" })).toThrow(/begins with a slash/);
  });
});
