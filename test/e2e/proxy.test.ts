/** Our proxy between programs that are not ours: SIPp on both sides, and two baresips. */
import { Contact, SipProxy, SipStack, type SipProxyOptions } from "@siplet/core";
import { afterEach, describe, expect, it } from "vitest";
import { needs } from "../counterparts/available.js";
import { startBaresip } from "../counterparts/baresip.js";
import { stopEverything } from "../counterparts/lifetimes.js";
import { explainSipp, type SippResult } from "../counterparts/sipp-result.js";
import { runSipp, startSippServer, type SippTransport } from "../counterparts/sipp.js";

const stacks: SipStack[] = [];

afterEach(async () => {
  await Promise.all(stacks.splice(0).map((stack) => stack.close()));
  await stopEverything();
});

/** A proxy on UDP and TCP of one free port that stays in the route; gives its address. */
async function startProxy(options: SipProxyOptions): Promise<{ readonly address: string; readonly stack: SipStack }> {
  const stack = new SipStack();
  stacks.push(stack);
  stack.attach(new SipProxy(stack, { proxy: { recordRoute: true }, ...options }));
  const { local } = await stack.listen("udp:127.0.0.1:0");
  await stack.listen(`tcp:127.0.0.1:${local.port}`);
  return { address: `127.0.0.1:${local.port}`, stack };
}

function contact(uri: string): readonly Contact[] {
  return [Contact.create({ uri })];
}

function transportOf(transport: SippTransport): string {
  return transport.startsWith("t") ? ";transport=tcp" : "";
}

function ours(address: string): string {
  return `Record-Route: <sip:${address}`;
}

function expectCalls(result: SippResult, calls: number): void {
  expect(result, explainSipp(result)).toMatchObject({ calls, successful: calls, failed: 0, unexpected: 0 });
}

describe("SipProxy between SIPp and SIPp", () => {
  it.each([
    ["u1", "u1"],
    ["t1", "t1"],
    ["u1", "t1"],
    ["t1", "u1"],
  ] as const)(
    "carries 200 record-routed calls from %s to %s",
    async (from, to) => {
      const server = await startSippServer({
        scenario: "uas-answer.xml",
        transport: to,
        calls: 200,
        traceMessages: true,
      });
      const proxy = await startProxy({ lookUp: () => contact(`sip:service@${server.address}${transportOf(to)}`) });
      const client = await runSipp({
        scenario: "uac-call.xml",
        target: proxy.address,
        transport: from,
        calls: 200,
        rate: 100,
        callMs: 100,
        traceMessages: true,
        timeoutMs: 5e4,
      });
      expectCalls(client, 200);
      const served = await server.finished();
      expectCalls(served, 200);
      expect(client.messages).toContain(ours(proxy.address));
      expect(client.retransmissions).toBe(0);
    },
    60_000,
  );

  it.each([
    ["uac-reject.xml", "uas-reject.xml"],
    ["uac-prack.xml", "uas-prack.xml"],
    ["uac-reinvite.xml", "uas-reinvite.xml"],
    ["uac-refer.xml", "uas-refer.xml"],
    ["uac-subscribe.xml", "uas-subscribe.xml"],
    ["uac-message.xml", "uas-message.xml"],
    ["uac-options.xml", "uas-options.xml"],
  ] as const)("carries %s to %s", async (uac, uas) => {
    const server = await startSippServer({ scenario: uas, calls: 10 });
    const proxy = await startProxy({ lookUp: () => contact(`sip:service@${server.address}`) });
    const values = { referTo: "sip:carol@127.0.0.1" };
    const client = await runSipp({ scenario: uac, target: proxy.address, calls: 10, callMs: 20, values });
    expectCalls(client, 10);
    expectCalls(await server.finished(), 10);
  });

  it("tries the next target when one rejects", async () => {
    const busy = await startSippServer({ scenario: "uas-reject.xml", calls: 5 });
    const free = await startSippServer({ scenario: "uas-answer.xml", calls: 5 });
    const contacts = [busy, free].map(({ address }, index) =>
      Contact.create({ uri: `sip:service@${address}`, q: 1 - index / 2 }),
    );
    const proxy = await startProxy({ lookUp: () => contacts });
    expectCalls(await runSipp({ scenario: "uac-call.xml", target: proxy.address, calls: 5 }), 5);
    expectCalls(await busy.finished(), 5);
  });

  it("leaves no transaction behind", async () => {
    const server = await startSippServer({ scenario: "uas-answer.xml", transport: "t1", calls: 20 });
    const proxy = await startProxy({ lookUp: () => contact(`sip:service@${server.address};transport=tcp`) });
    await runSipp({ scenario: "uac-call.xml", target: proxy.address, transport: "t1", calls: 20 });
    await server.finished();
    expect(proxy.stack.transactions.count).toMatchObject({ client: 20, server: 20 }); // accepted INVITEs alone, for 32 s
  });
});

describe("SipProxy between two baresips", () => {
  it("lets one call the other, hold, and hang up", async (context) => {
    needs(context, "baresip");
    const phones = new Map<string, string>();
    const proxy = await startProxy({ lookUp: (uri) => contact(phones.get(uri.user ?? "") ?? "sip:nobody@127.0.0.1") });
    const account = { domain: proxy.address, outboundProxy: `sip:${proxy.address}` };
    const alice = await startBaresip({ user: "alice", ...account });
    const bob = await startBaresip({ user: "bob", ...account });
    for (const phone of [alice, bob]) phones.set(phone.contact.slice(4).split("@")[0] ?? "", phone.contact);
    await alice.dial(`sip:bob@${proxy.address}`);
    await bob.waitForEvent("CALL_INCOMING");
    await alice.waitForEvent("CALL_RINGING");
    await bob.accept();
    await alice.waitForEvent("CALL_ESTABLISHED");
    await bob.waitForEvent("CALL_ESTABLISHED");
    await alice.hold();
    await alice.resume();
    await bob.hangup();
    await alice.waitForEvent("CALL_CLOSED");
    expect(alice.program.output).toContain(ours(proxy.address));
  });

  it("carries a CANCEL when the caller hangs up first", async (context) => {
    needs(context, "baresip");
    const phones = new Map<string, string>();
    const proxy = await startProxy({ lookUp: (uri) => contact(phones.get(uri.user ?? "") ?? "sip:nobody@127.0.0.1") });
    const account = { domain: proxy.address, outboundProxy: `sip:${proxy.address};transport=tcp` };
    const alice = await startBaresip({ user: "alice", ...account, transport: "tcp" });
    const bob = await startBaresip({ user: "bob", domain: proxy.address });
    phones.set("bob", bob.contact);
    await alice.dial(`sip:bob@${proxy.address}`);
    await bob.waitForEvent("CALL_INCOMING");
    await alice.hangup();
    await bob.waitForEvent("CALL_CLOSED");
  });
});
