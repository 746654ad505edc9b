/** SipUserAgent through Kamailio, with baresip and linphone at the other end, over every transport. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import {
  DigestClient,
  Registration,
  SipStack,
  SipUserAgent,
  tlsTransport,
  type Call,
  type IncomingCall,
} from "@siplet/core";
import { wsClientTransport } from "@siplet/core/transport/ws";
import { afterEach, describe, expect, it, type TestContext } from "vitest";
import { needs } from "../counterparts/available.js";
import { startBaresip, type Baresip } from "../counterparts/baresip.js";
import { createAuthority, type CertificateAuthority } from "../counterparts/certificates.js";
import { startKamailio, type Kamailio, type KamailioOptions } from "../counterparts/kamailio.js";
import { stopEverything } from "../counterparts/lifetimes.js";
import { startLinphone } from "../counterparts/linphone.js";
import { waitUntil } from "../counterparts/wait-until.js";

type Protocol = "udp" | "tcp" | "tls" | "ws";

const domain = "localhost";
const secret = { username: "zed", password: "secret" };
const opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
  await stopEverything();
});

/** A Kamailio that challenges registrations and calls, with what the protocol needs. */
async function openKamailio(context: TestContext, protocol: Protocol, options: KamailioOptions = {}) {
  needs(context, "kamailio");
  if (protocol === "tls") needs(context, "kamailio:tls", "openssl");
  if (protocol === "ws") needs(context, "kamailio:websocket");
  const authority = protocol === "tls" ? await createAuthority() : undefined;
  const certificate = await authority?.domainCertificate(domain);
  const kamailio = await startKamailio({
    auth: "md5",
    challengeCalls: true,
    websocket: protocol === "ws",
    ...(certificate && { tls: { certificate } }),
    ...options,
  });
  return { kamailio, authority, proxy: proxyOf(kamailio, protocol) };
}

function proxyOf(kamailio: Kamailio, protocol: Protocol): string {
  return protocol === "ws" ? `sip:${kamailio.address};transport=ws` : kamailio.proxyUri(protocol);
}

async function openStack(protocol: Protocol, authority: CertificateAuthority | undefined): Promise<SipStack> {
  const stack = new SipStack();
  opened.push(stack);
  if (protocol === "ws") await stack.listen(wsClientTransport({ protocol: "ws" }));
  else if (authority === undefined) await stack.listen(`${protocol}:127.0.0.1:0`);
  else {
    const { certificate, key } = await authority.domainCertificate("zed.example.com");
    const credentials = { cert: certificate, key, ca: authority.certificate };
    await stack.listen(tlsTransport({ address: "127.0.0.1", port: 0, credentials }));
  }
  return stack;
}

/** A port that counts what comes in, and a description of it. */
async function openMedia() {
  const socket = createSocket("udp4");
  let packets = 0;
  socket.on("message", (packet) => {
    if (packet.length > 12 && (packet[0] ?? 0) >> 6 === 2) packets += 1;
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  opened.push({ close: () => socket.close() });
  const { port } = socket.address();
  const lines = ["v=0", "o=zed 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0"];
  const media = [`m=audio ${port} RTP/AVP 0 8`, "a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000", "a=sendrecv"];
  const hears = () => waitUntil(() => packets >= 5 || undefined, { what: `RTP at port ${port}` });
  return { sdp: `${[...lines, ...media].join("\r\n")}\r\n`, hears };
}

/** Our user agent zed, registered. */
async function openAgent(context: TestContext, protocol: Protocol, options: KamailioOptions = {}) {
  const { kamailio, authority, proxy } = await openKamailio(context, protocol, options);
  const stack = await openStack(protocol, authority);
  const routes = [`<${proxy};lr>`];
  const addressOfRecord = `sip:zed@${domain}`;
  const agent = new SipUserAgent(stack, { uri: addressOfRecord, credentials: secret, routes });
  const { sender, clock, random } = stack;
  const course: string[] = [];
  const registration = new Registration(
    { sender, clock, random, digest: new DigestClient({ credentials: () => secret }) },
    { addressOfRecord, routes, expires: 600 },
    {
      onRegistered: () => course.push("registered"),
      onFailed: ({ statusCode }) => course.push(`failed ${statusCode}`),
    },
  );
  opened.push(registration, agent);
  registration.register();
  await expect.poll(() => course, { timeout: 5000 }).toEqual(["registered"]);
  return { kamailio, agent };
}

/** A baresip that Kamailio knows without registration: version 1.0 cannot do SHA-256. */
async function openPhone(context: TestContext, kamailio: Kamailio, answerMode: "auto" | "manual"): Promise<Baresip> {
  needs(context, "baresip");
  const account = { domain, password: "secret", outboundProxy: kamailio.proxyUri("udp") };
  const phone = await startBaresip({ user: "bob", ...account, answerMode });
  await kamailio.addBinding("bob", phone.contact);
  return phone;
}

function nextCall(agent: SipUserAgent): Promise<IncomingCall> {
  return new Promise((resolve) => void agent.on("call", resolve));
}

async function expectEnd(call: Call, end: Partial<Awaited<Call["ended"]>>): Promise<void> {
  expect(await call.ended).toMatchObject(end);
}

const ways = [
  ["udp", "md5"],
  ["tcp", "md5"],
  ["tls", "md5"],
  ["ws", "md5"],
  ["udp", "sha256"],
  ["ws", "sha256"],
] as const;

describe("SipUserAgent calls baresip through Kamailio", () => {
  it.for(ways)("over %s with %s: hears it, holds, resumes and hangs up", async ([protocol, auth], context) => {
    const { kamailio, agent } = await openAgent(context, protocol, { auth });
    const bob = await openPhone(context, kamailio, "auto");
    const { sdp, hears } = await openMedia();
    const call = agent.invite(`sip:bob@${domain}`, { sdp });
    await call.confirmed;
    await bob.waitForEvent("CALL_ESTABLISHED");
    expect(call.remoteDescription).toContain("m=audio");
    await hears();
    await call.hold();
    expect(call.isHolding).toBe(true);
    expect(call.remoteDescription).toMatch(/a=(recvonly|inactive)/);
    await call.resume();
    expect(call.remoteDescription).not.toMatch(/a=(recvonly|inactive)/);
    await call.hangUp();
    await bob.waitForEvent("CALL_CLOSED");
    await expectEnd(call, { by: "local", cause: "bye" });
  });

  it.for(["udp", "tls", "ws"] as const)("over %s: rings, is rejected, cancels", async (protocol, context) => {
    const { kamailio, agent } = await openAgent(context, protocol);
    const bob = await openPhone(context, kamailio, "manual");
    const { sdp } = await openMedia();
    const rejected = agent.invite(`sip:bob@${domain}`, { sdp });
    const statuses: number[] = [];
    rejected.on("progress", ({ response }) => statuses.push(response.statusCode));
    await bob.waitForEvent("CALL_INCOMING");
    await expect.poll(() => statuses).toContain(180);
    await bob.hangup();
    await expectEnd(rejected, { by: "remote", cause: "rejected" });
    const cancelled = agent.invite(`sip:bob@${domain}`, { sdp });
    await bob.waitForEvent("CALL_INCOMING");
    await cancelled.hangUp();
    await expectEnd(cancelled, { by: "local", cause: "cancelled" });
    const nobody = agent.invite(`sip:nobody@${domain}`, { sdp });
    await expectEnd(nobody, { by: "remote", cause: "rejected", statusCode: 404 });
  });

  it("exchanges texts", async (context) => {
    const { kamailio, agent } = await openAgent(context, "tcp");
    const bob = await openPhone(context, kamailio, "manual");
    const texts: string[] = [];
    agent.on("message", ({ text }) => void texts.push(text));
    expect((await agent.message(`sip:bob@${domain}`, "hello")).statusCode).toBe(200);
    expect(await bob.waitForMessage()).toMatchObject({ text: "hello", from: expect.stringContaining("zed") });
    await bob.message(`sip:zed@${domain}`, "hello yourself");
    await expect.poll(() => texts, { timeout: 5000 }).toEqual(["hello yourself"]);
  });
});

describe("baresip calls SipUserAgent through Kamailio", () => {
  it.for(["udp", "tcp", "tls", "ws"] as const)("over %s: talks, holds and hangs up", async (protocol, context) => {
    const { kamailio, agent } = await openAgent(context, protocol);
    const bob = await openPhone(context, kamailio, "manual");
    const { sdp, hears } = await openMedia();
    const coming = nextCall(agent);
    await bob.dial(`sip:zed@${domain}`);
    const call = await coming; // no 180: the ring tone of baresip would take its sound device away from the call
    await call.answer({ sdp });
    await bob.waitForEvent("CALL_ESTABLISHED");
    await call.confirmed;
    await hears();
    await bob.hold();
    expect(call.localDescription).toMatch(/a=(recvonly|inactive)/);
    await bob.resume();
    await bob.hangup();
    await expectEnd(call, { by: "remote", cause: "bye" });
  });

  it.for(["udp", "ws"] as const)("over %s: is rejected, and cancels", async (protocol, context) => {
    const { kamailio, agent } = await openAgent(context, protocol);
    const bob = await openPhone(context, kamailio, "manual");
    const first = nextCall(agent);
    await bob.dial(`sip:zed@${domain}`);
    (await first).reject(486);
    const closed = await bob.waitForEvent("CALL_CLOSED");
    expect(closed.param).toContain("486");
    const second = nextCall(agent);
    await bob.dial(`sip:zed@${domain}`);
    const call = await second;
    call.progress();
    await bob.waitForEvent("CALL_RINGING");
    await bob.hangup();
    await expectEnd(call, { by: "remote", cause: "cancelled", statusCode: 487 });
  });
});

describe("SipUserAgent and linphone through Kamailio", () => {
  it.for(["udp", "tcp", "tls", "ws"] as const)("call each other over %s", async (protocol, context) => {
    needs(context, "linphone-daemon");
    const { kamailio, agent } = await openAgent(context, protocol);
    const account = { identity: `sip:ann@${domain}`, proxy: kamailio.proxyUri("tcp"), password: "secret" };
    const ann = await startLinphone({ user: "ann", account, autoAnswer: true });
    const { sdp } = await openMedia();
    const out = agent.invite(`sip:ann@${domain}`, { sdp });
    await out.confirmed;
    await ann.waitForCall("StreamsRunning");
    await out.hold();
    await out.resume();
    await out.hangUp();
    await ann.waitForCall("End");

    const coming = nextCall(agent);
    await ann.call(`sip:zed@${domain}`);
    const call = await coming;
    await call.answer({ sdp });
    await call.confirmed;
    await ann.waitForCall("StreamsRunning");
    await ann.terminate();
    await expectEnd(call, { by: "remote", cause: "bye" });
  });
});
