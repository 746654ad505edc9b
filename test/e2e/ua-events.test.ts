import {
  Notifier,
  Publication,
  SipStack,
  Subscriber,
  createResponse,
  type ServerTransaction,
  type SubscriptionUser,
} from "@siplet/core";
import { afterEach, describe, expect, it } from "vitest";
import { needs } from "../counterparts/available.js";
import { startKamailio } from "../counterparts/kamailio.js";
import { stopEverything } from "../counterparts/lifetimes.js";
import { explainSipp } from "../counterparts/sipp-result.js";
import { runSipp, startSippServer } from "../counterparts/sipp.js";

const pidf = "application/pidf+xml";
const opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
  await stopEverything();
});

function refuse(transaction: ServerTransaction): void {
  transaction.respond(createResponse(transaction.request, 501, { toTag: "nobody" }).build());
}

/** A stack on free ports of loopback, and what parts of a user agent need of it. */
async function openStack(onRequest: (transaction: ServerTransaction) => void = refuse) {
  const stack = new SipStack();
  opened.push(stack);
  stack.attach({ onRequest, onCancel: refuse, onAck: () => {} });
  const { local } = await stack.listen("udp:127.0.0.1:0");
  await stack.listen(`tcp:127.0.0.1:${local.port}`);
  const { sender, clock, random, transactions } = stack;
  return { parts: { sender, clock, random, timers: transactions.timers }, address: `127.0.0.1:${local.port}` };
}

function document(basic: "open" | "closed"): string {
  const status = `<status><basic>${basic}</basic></status>`;
  const tuple = `<tuple id="t1">${status}</tuple>`;
  return `<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:zed@localhost">${tuple}</presence>`;
}

/** A subscriber that writes down what it hears. */
async function openSubscriber() {
  const { parts, address } = await openStack((transaction) => subscriber.receiveNotify(transaction));
  const subscriber: Subscriber = new Subscriber(parts);
  opened.push(subscriber);
  const course: string[] = [];
  const user: SubscriptionUser = {
    onNotify: ({ body }, { state }) => {
      const basic = /<basic>(\w+)<\/basic>/.exec(Buffer.from(body).toString())?.[1];
      course.push(basic === undefined ? state : `${state} ${basic}`);
    },
    onTerminated: ({ reason, statusCode }) => course.push(`over ${reason ?? statusCode}`),
  };
  return { subscriber, course, user, address };
}

describe("RFC 6665 and RFC 3903 at Kamailio's presence agent", () => {
  it.for(["udp", "tcp"] as const)("publishes, watches and ends over %s", async (protocol, context) => {
    needs(context, "kamailio");
    const kamailio = await startKamailio({ presence: true });
    const routes = [`<${kamailio.proxyUri(protocol)};lr>`];
    const { subscriber, course, user, address } = await openSubscriber();
    const { parts } = await openStack();
    const published: (string | undefined)[] = [];
    const publication = new Publication(
      parts,
      { resource: "sip:zed@localhost", event: "presence", routes },
      { onPublished: (tag) => published.push(tag), onRemoved: () => published.push("removed") },
    );
    opened.push(publication);
    publication.publish({ body: document("open"), contentType: pidf });
    await expect.poll(() => published.length).toBe(1);

    const watched = { resource: "sip:zed@localhost", from: `sip:amy@${address}`, event: "presence", routes };
    const subscription = subscriber.subscribe({ ...watched, accept: [pidf] }, user);
    await expect.poll(() => course.at(-1)).toBe("active open");
    publication.publish({ body: document("closed"), contentType: pidf });
    await expect.poll(() => course.at(-1), { timeout: 10_000 }).toBe("active closed");
    expect(new Set(published).size).toBe(2);

    const before = course.length;
    subscription.refresh();
    await expect.poll(() => course.length).toBe(before + 1);
    subscription.unsubscribe();
    await expect.poll(() => course.at(-1)).toBe("over timeout");
    publication.remove();
    await expect.poll(() => published.at(-1)).toBe("removed");
  });

  it("publishes anew when Kamailio does not know the tag any more", async (context) => {
    needs(context, "kamailio");
    const kamailio = await startKamailio({ presence: true });
    const { parts } = await openStack();
    const published: (string | undefined)[] = [];
    const options = { resource: "sip:zed@localhost", event: "presence", routes: [`<${kamailio.proxyUri()};lr>`] };
    const publication = new Publication(parts, options, { onPublished: (tag) => published.push(tag) });
    opened.push(publication);
    publication.publish({ body: document("open"), contentType: pidf });
    await expect.poll(() => published.length).toBe(1);
    await kamailio.stop();
    await startKamailio({ presence: true, port: kamailio.port });
    publication.publish({ body: document("closed"), contentType: pidf });
    await expect.poll(() => published.length, { timeout: 10_000 }).toBe(2);
  });
});

describe("RFC 6665 with SIPp", () => {
  it("notifies SIPp", async (context) => {
    needs(context, "sipp");
    const { parts, address } = await openStack((transaction) => notifier.receiveSubscribe(transaction));
    const state = () => ({ body: document("open"), contentType: pidf });
    const notifier: Notifier = new Notifier(parts, {
      packages: [{ name: "presence", contentTypes: [pidf], state }],
    });
    opened.push(notifier);
    const result = await runSipp({ scenario: "uac-subscribe.xml", target: address, user: "zed", calls: 3 });
    expect(result, explainSipp(result)).toMatchObject({ successful: 3, failed: 0 });
    expect(notifier.subscriptions()).toEqual([]);
  });

  it("watches SIPp", async (context) => {
    needs(context, "sipp");
    const server = await startSippServer({ scenario: "uas-subscribe.xml", calls: 1 });
    const { subscriber, course, user, address } = await openSubscriber();
    const watched = { resource: `sip:zed@127.0.0.1:${server.port}`, from: `sip:amy@${address}`, event: "presence" };
    const subscription = subscriber.subscribe(watched, user);
    await expect.poll(() => course[0]).toMatch(/^active/);
    subscription.unsubscribe();
    await expect.poll(() => course.at(-1)).toMatch(/^over/);
  });
});
