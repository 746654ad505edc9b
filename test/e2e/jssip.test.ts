/** Our WebSocket listener, registrar and proxy between JsSIP phones in Chromium, and a baresip behind UDP. */
import { randomBytes } from "node:crypto";
import {
  DigestServer,
  FlowToken,
  MemoryUserStore,
  RegistrarCore,
  SipProxy,
  SipStack,
  parseUri,
  type Connection,
  type RouteDecision,
  type SipRequest,
  type SipUri,
} from "@siplet/core";
import { wsTransport, wssTransport } from "@siplet/core/transport/ws";
import { afterEach, describe, expect, it } from "vitest";
import { needs } from "../counterparts/available.js";
import { startBaresip } from "../counterparts/baresip.js";
import { startBrowser, type BrowserPhone } from "../counterparts/browser.js";
import { createAuthority } from "../counterparts/certificates.js";
import { stopEverything } from "../counterparts/lifetimes.js";

const domain = "example.com";
const password = "secret";
const opened: { close(): unknown }[] = [];

afterEach(async () => {
  await stopEverything();
  for (const each of opened.splice(0).toReversed()) await each.close();
});

/** A registrar and proxy for the domain on WS, WSS and UDP, and the start lines of what it has sent. */
async function startEdge() {
  const stack = new SipStack();
  const users = new MemoryUserStore(["alice", "bob", "carol"].map((username) => ({ username, password })));
  const flows = new FlowToken({ flows: stack.transport.flows, key: randomBytes(32) });
  const registrar = new RegistrarCore({
    domains: [domain],
    authentication: new DigestServer({ realm: domain, users, algorithms: ["MD5"] }),
    flowOf: (connection) => (connection.transport.protocol === "udp" ? undefined : flows.create(connection)),
  });
  opened.push(stack, registrar);
  const route = async (request: SipRequest, connection: Connection): Promise<RouteDecision | undefined> => {
    if (request.method !== "REGISTER") return undefined;
    return { kind: "answer", response: await registrar.receiveRegister(request, connection) };
  };
  const lookUp = (uri: SipUri) => registrar.lookUp(uri);
  stack.attach(new SipProxy(stack, { domains: [domain], route, lookUp, flows, proxy: { recordRoute: true } }));

  const { certificate: cert, key } = await (await createAuthority()).domainCertificate("localhost");
  const ws = await stack.listen(wsTransport({ address: "127.0.0.1", port: 0 }));
  const wss = await stack.listen(wssTransport({ address: "127.0.0.1", port: 0, credentials: { cert, key } }));
  const udp = await stack.listen("udp:127.0.0.1:0");
  const sent: string[] = [];
  stack.transport.addTap({
    onMessage: ({ direction, startLine }) => {
      if (direction === "out") sent.push(startLine);
    },
  });
  const bindings = async (user: string) => registrar.bindings(parseUri(`sip:${user}@${domain}`));
  return {
    sent,
    bindings,
    webSocketUrl: `ws://127.0.0.1:${ws.local.port}`,
    secureWebSocketUrl: `wss://127.0.0.1:${wss.local.port}`,
    proxyUri: `sip:127.0.0.1:${udp.local.port}`,
  };
}

/** The phones have answered, and each hears the other. */
async function expectTalk(...phones: readonly BrowserPhone[]): Promise<void> {
  await Promise.all(phones.map((phone) => phone.waitForEvent("call:confirmed")));
  for (const phone of phones) expect((await phone.waitForMedia()).ice).toMatch(/connected|completed/);
}

describe("RFC 7118 JsSIP phones at our WebSocket listener", () => {
  it("register over WS and WSS, call with media, hold, send a digit and a text, and leave", async (context) => {
    needs(context, "chromium", "openssl");
    const { webSocketUrl, secureWebSocketUrl, bindings, sent } = await startEdge();
    const browser = await startBrowser();
    const alice = await browser.phone({ user: "alice", domain, password, webSocketUrl });
    const carol = await browser.phone({ user: "carol", domain, password, webSocketUrl: secureWebSocketUrl });
    expect((await bindings("alice")).map(({ contactUri }) => contactUri)).toEqual([
      expect.stringMatching(/^sip:.+\.invalid;transport=ws/),
    ]);

    await alice.call(`sip:carol@${domain}`);
    expect(await carol.waitForEvent("call:new")).toMatchObject({
      direction: "incoming",
      peer: `sip:alice@${domain}`,
    });
    await carol.answer();
    await expectTalk(alice, carol);
    await alice.hold();
    await carol.waitForEvent("call:hold");
    await alice.resume();
    await carol.waitForEvent("call:unhold");
    await carol.hold();
    await alice.waitForEvent("call:hold");
    await alice.sendDigit("5");
    expect(await carol.waitForEvent("call:digit")).toMatchObject({ text: "5" });
    await carol.hangup();
    await alice.waitForEvent("call:ended");

    await alice.message(`sip:carol@${domain}`, "hello");
    expect(await carol.waitForMessage()).toMatchObject({ text: "hello", peer: `sip:alice@${domain}` });
    await carol.unregister();
    expect(await bindings("carol")).toEqual([]);
    await expect(alice.message(`sip:carol@${domain}`, "still there?")).rejects.toThrow(/MESSAGE failed/);
    expect(sent).toContainEqual(expect.stringMatching(/^INVITE sip:.+\.invalid;transport=ws/));
    expect(sent).toContainEqual(expect.stringMatching(/^BYE sip:alice@example\.com;gr=urn:uuid:/));
  }, 60_000);

  it("reject and cancel", async (context) => {
    needs(context, "chromium", "openssl");
    const { webSocketUrl } = await startEdge();
    const browser = await startBrowser();
    const alice = await browser.phone({ user: "alice", domain, password, webSocketUrl });
    const carol = await browser.phone({ user: "carol", domain, password, webSocketUrl });
    await alice.call(`sip:carol@${domain}`);
    await carol.waitForEvent("call:new");
    await carol.hangup(486);
    expect(await alice.waitForEvent("call:failed")).toMatchObject({ cause: "Busy" });
    await carol.waitForEvent("call:failed");

    await alice.call(`sip:carol@${domain}`);
    await carol.waitForEvent("call:new");
    await alice.waitForEvent("call:progress");
    await alice.hangup();
    expect(await carol.waitForEvent("call:failed")).toMatchObject({ cause: "Canceled" });

    await alice.call(`sip:bob@${domain}`);
    await alice.waitForEvent("call:failed");
  }, 60_000);

  it("are not there any more once their page is closed", async (context) => {
    needs(context, "chromium", "openssl");
    const { webSocketUrl, bindings } = await startEdge();
    const browser = await startBrowser();
    const alice = await browser.phone({ user: "alice", domain, password, webSocketUrl });
    const carol = await browser.phone({ user: "carol", domain, password, webSocketUrl });
    await carol.page.context().close();
    const text = async () => alice.message(`sip:carol@${domain}`, "hello").catch(String);
    await expect.poll(text, { timeout: 5000 }).toMatch(/Unavailable/);
    expect(await bindings("carol")).toHaveLength(1); // known, but its flow is gone
  }, 30_000);

  it("do not register with a wrong password", async (context) => {
    needs(context, "chromium", "openssl");
    const { webSocketUrl, bindings } = await startEdge();
    const browser = await startBrowser();
    const phone = browser.phone({ user: "alice", domain, password: "wrong", webSocketUrl });
    await expect(phone).rejects.toThrow(/could not register/);
    expect(await bindings("alice")).toEqual([]);
  }, 30_000);

  it("exchange texts with a baresip behind UDP", async (context) => {
    needs(context, "chromium", "openssl", "baresip");
    const { webSocketUrl, proxyUri } = await startEdge();
    const browser = await startBrowser();
    const alice = await browser.phone({ user: "alice", domain, password, webSocketUrl });
    const bob = await startBaresip({ user: "bob", domain, password, outboundProxy: proxyUri, register: 60 });
    await alice.message(`sip:bob@${domain}`, "from the browser");
    expect(await bob.waitForMessage()).toMatchObject({ text: "from the browser" });
    await bob.message(`sip:alice@${domain}`, "from the desk");
    expect(await alice.waitForMessage()).toMatchObject({ text: "from the desk" });
  }, 60_000);
});
