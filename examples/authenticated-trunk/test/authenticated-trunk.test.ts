import "reflect-metadata";
import { bootstrap, type SipContainer } from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { needs } from "../../../test/counterparts/available.js";
import { freePort } from "../../../test/counterparts/free-port.js";
import { startKamailio, type Kamailio } from "../../../test/counterparts/kamailio.js";
import { stopEverything } from "../../../test/counterparts/lifetimes.js";
import { explainSipp } from "../../../test/counterparts/sipp-result.js";
import { runSipp, startSippServer } from "../../../test/counterparts/sipp.js";
import { trunk } from "../src/program.js";
import { Settings } from "../src/settings.js";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
let container: SipContainer | undefined;
let kamailio: Kamailio;
let target = "";

/** The trunk, its provider, and a phone on the desk and at the provider. */
async function start(overrides: Partial<Record<keyof Settings, unknown>> = {}): Promise<void> {
  kamailio = await startKamailio({ auth: "md5", challengeCalls: true });
  const phone = await startSippServer({ scenario: "uas-answer.xml" });
  const port = await freePort();
  target = `127.0.0.1:${port}`;
  await kamailio.addBinding("bob", `sip:bob@127.0.0.1:${phone.port}`);
  const settings = Object.assign(new Settings(), {
    host: "127.0.0.1",
    port,
    provider: kamailio.address,
    desk: `sip:desk@127.0.0.1:${phone.port}`,
    expires: 60,
    ...overrides,
  });
  container = await bootstrap({ ...trunk(settings), log: silent });
}

beforeEach((context) => {
  needs(context, "kamailio", "sipp");
});

afterEach(async () => {
  await container?.close();
  container = undefined;
  await stopEverything();
});

describe("the trunk at its provider", () => {
  it("registers after a challenge", async () => {
    await start();
    const [binding] = await kamailio.waitForBindings("office");
    expect(binding?.Address).toBe(`sip:office@${target}`);
  });

  it("does not register with a wrong password, and asks no second time", async () => {
    await start({ password: "guess" });
    await kamailio.addBinding("carol", "sip:carol@127.0.0.1:9");
    await kamailio.waitForBindings("carol");
    expect(await kamailio.bindings("office")).toEqual([]);
  });
});

describe("calls of phones", () => {
  const phone = { scenario: "uac-call-auth.xml", values: { challenge: "401", caller: "alice" }, user: "bob" };

  it("go out for who knows the password, and the provider knows us", async () => {
    await start();
    const result = await runSipp({ ...phone, target, username: "alice", password: "secret" });
    expect(result, explainSipp(result)).toMatchObject({ successful: 1, failed: 0 });
  });

  it("stay here for who does not", async () => {
    await start();
    const result = await runSipp({ ...phone, target, username: "alice", password: "guess" });
    expect(result).toMatchObject({ successful: 0, failed: 1 });
    expect(explainSipp(result)).toContain("SIP/2.0 401");
  });
});

describe("calls from outside", () => {
  it("ring at the desk when a trusted network says who calls", async () => {
    await start();
    const result = await runSipp({ scenario: assertedCall, target, user: "office", host: "127.0.0.2" });
    expect(result, explainSipp(result)).toMatchObject({ successful: 1, failed: 0 });
  });

  it("are challenged when others say so", async () => {
    await start();
    const result = await runSipp({ scenario: assertedCall, target, user: "office" });
    expect(result).toMatchObject({ successful: 0, failed: 1 });
    expect(explainSipp(result)).toContain("SIP/2.0 401");
  });
});

/** A call with an asserted identity, hung up by the caller. */
const assertedCall = `<?xml version="1.0" encoding="UTF-8"?>
<scenario name="asserted-call">
  <send retrans="500"><![CDATA[

INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
Max-Forwards: 70
From: <sip:+4930123@provider.example>;tag=[pid]c[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:provider@[local_ip]:[local_port];transport=[transport]>
P-Asserted-Identity: <sip:+4930123@provider.example>
Content-Type: application/sdp
Content-Length: [len]

v=0
o=sipp 1000 1 IN IP[media_ip_type] [media_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000

  ]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="200" rrs="true"/>
  <send><![CDATA[

ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
Max-Forwards: 70
[routes]
From: <sip:+4930123@provider.example>;tag=[pid]c[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Content-Length: 0


  ]]></send>
  <send retrans="500"><![CDATA[

BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
Max-Forwards: 70
[routes]
From: <sip:+4930123@provider.example>;tag=[pid]c[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 2 BYE
Content-Length: 0


  ]]></send>
  <recv response="200"/>
</scenario>
`;
