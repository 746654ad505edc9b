/** Others before and behind the home domain: our edge proxy, Kamailio as an edge, and Kamailio as another domain. */
import { DnsServer } from "@siplet/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { needs } from "../../../test/counterparts/available.js";
import { startBaresip, type Baresip } from "../../../test/counterparts/baresip.js";
import { startBrowser } from "../../../test/counterparts/browser.js";
import { startKamailio, type Kamailio } from "../../../test/counterparts/kamailio.js";
import { stopEverything } from "../../../test/counterparts/lifetimes.js";
import { startExample, type Running } from "./example.js";

const domain = "example.com";
const password = "secret";

const servers: DnsServer[] = [];

afterEach(async () => {
  await stopEverything();
  for (const server of servers.splice(0)) await server.close();
});

/** `caller` calls the user that `callee` is; either side ends it. */
async function callBothWays(caller: Baresip, callee: Baresip, target: string): Promise<void> {
  for (const ender of [caller, callee]) {
    const other = ender === caller ? callee : caller;
    await caller.dial(target);
    await callee.waitForEvent("CALL_INCOMING");
    await callee.accept();
    await Promise.all([caller.waitForEvent("CALL_ESTABLISHED"), callee.waitForEvent("CALL_ESTABLISHED")]);
    await caller.hold();
    await caller.resume();
    await ender.hangup();
    await other.waitForEvent("CALL_CLOSED");
    await ender.waitForEvent("CALL_CLOSED");
  }
}

describe("the edge proxy of the example (RFC 5626 §5)", () => {
  async function start(): Promise<{ home: Running; edge: Running }> {
    const home = await startExample("home");
    // a baresip has its GRUU as Contact: requests of the other side are for the domain again
    const zone = `_sip._udp.${domain} SRV 0 0 ${home.port} home.${domain}\nhome.${domain} A 127.0.0.1`;
    const names = await DnsServer.start({ zone });
    servers.push(names);
    const edge = await startExample("edge", { HOME_PROXY: home.uri, DNS_SERVERS: names.address });
    return { home, edge };
  }

  it("brings phones to the domain and calls down their flows", async (context) => {
    needs(context, "baresip");
    const { home, edge } = await start();
    const outbound = { accountParameters: ["sipnat=outbound"], outboundProxy: `${edge.uri};transport=tcp` };
    const alice = await startBaresip({ user: "alice", domain, password, register: 60, ...outbound });
    const bob = await startBaresip({ user: "bob", domain, password, register: 60, outboundProxy: home.uri });
    await callBothWays(bob, alice, `sip:alice@${domain}`);
    await callBothWays(alice, bob, `sip:bob@${domain}`);
  });

  it("brings browsers to the domain", async (context) => {
    needs(context, "chromium", "baresip");
    const { home, edge } = await start();
    const browser = await startBrowser();
    const alice = await browser.phone({ user: "alice", domain, password, webSocketUrl: edge.webSocketUrl });
    const bob = await startBaresip({ user: "bob", domain, password, register: 60, outboundProxy: home.uri });
    await bob.message(`sip:alice@${domain}`, "down the flow");
    expect(await alice.waitForMessage()).toMatchObject({ text: "down the flow" });
    const carol = await browser.phone({ user: "carol", domain, password, webSocketUrl: edge.webSocketUrl });
    await carol.call(`sip:alice@${domain}`);
    await alice.waitForEvent("call:new");
    await alice.answer();
    await Promise.all([alice, carol].map((each) => each.waitForEvent("call:confirmed")));
    await alice.hangup();
    await carol.waitForEvent("call:ended");
  });
});

/** An edge proxy: Path and flow for those who register, everything else to the domain behind it. */
function kamailioEdge({ address }: Running): Promise<Kamailio> {
  const requestRoute = `
  if (is_method("REGISTER")) {
    force_rport();
    if (!add_path()) { sl_send_reply("503", "No Path"); exit; }
    $du = "sip:${address}";
    route(RELAY);
  }
  if (!has_totag() && is_method("INVITE|MESSAGE")) {
    if (!t_newtran()) exit;
    force_rport();
    if (!loose_route()) $du = "sip:${address}";
    record_route();
    route(RELAY);
  }`;
  return startKamailio({ domain: "edge.invalid", outbound: true, requestRoute });
}

describe("Kamailio in front, as outbound edge (RFC 3327, RFC 5626)", () => {
  it("registers phones by Path; calls come back down its flow", async (context) => {
    needs(context, "baresip", "kamailio");
    const home = await startExample("home");
    const edge = await kamailioEdge(home);
    const outbound = { accountParameters: ["sipnat=outbound"], outboundProxy: edge.proxyUri("tcp") };
    const alice = await startBaresip({ user: "alice", domain, password, register: 60, ...outbound });
    const bob = await startBaresip({ user: "bob", domain, password, register: 60, outboundProxy: home.uri });
    await callBothWays(bob, alice, `sip:alice@${domain}`);
    await callBothWays(alice, bob, `sip:bob@${domain}`);
    await bob.message(`sip:alice@${domain}`, "by the edge");
    expect(await alice.waitForMessage()).toMatchObject({ text: "by the edge" });
  });
});

describe("Kamailio behind, as another domain", () => {
  it("is called by users of ours with their password, and by nobody else", async (context) => {
    needs(context, "baresip", "kamailio");
    const other = await startKamailio({ domain: "other.example" });
    const home = await startExample("home", { DOMAIN_PEERS: `other.example=${other.proxyUri()}` });
    const dave = await startBaresip({
      user: "dave",
      domain: "other.example",
      outboundProxy: other.proxyUri(),
      register: 60,
    });
    const alice = await startBaresip({ user: "alice", domain, password, register: 60, outboundProxy: home.uri });
    await callBothWays(alice, dave, "sip:dave@other.example");
    const stranger = await startBaresip({ user: "stranger", domain, outboundProxy: home.uri });
    await stranger.dial("sip:dave@other.example");
    const { param } = await stranger.waitForEvent("CALL_CLOSED");
    expect(param).toContain("407");
    expect(dave.events.all.filter(({ type }) => type === "CALL_INCOMING")).toHaveLength(2);
  });
});
