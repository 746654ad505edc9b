import { Notifier, Subscriber, type EventPackageSupport, type SubscriptionUser } from "@siplet/core";
import { describe, expect, it } from "vitest";
import { openAgent, openLab, openStack, partsOf, type StackLab } from "../stack-lab.js";

const watched = { resource: "sip:bob@192.0.2.9", from: "sip:alice@192.0.2.1", event: "message-summary" };
const contentType = "application/simple-message-summary";

/** A subscriber and a notifier, and what the subscriber hears. */
async function openPair(lab: StackLab) {
  const course: string[] = [];
  let waiting = 0;
  const support: EventPackageSupport = {
    name: "message-summary",
    contentTypes: [contentType],
    state: () => ({ body: `Voice-Message: ${waiting}/0\r\n`, contentType }),
  };
  const server = await openStack(lab, "192.0.2.9", (transaction) => notifier.receiveSubscribe(transaction));
  const notifier: Notifier = new Notifier(partsOf(server), { packages: [support] });
  const client = await openStack(lab, "192.0.2.1", (transaction) => subscriber.receiveNotify(transaction));
  const subscriber: Subscriber = new Subscriber(partsOf(client));
  const user: SubscriptionUser = {
    onNotify: ({ body }, { state }) => course.push(`${state} ${Buffer.from(body).toString().trim()}`),
    onTerminated: ({ reason, statusCode }) => course.push(`over ${reason ?? statusCode}`),
  };
  const change = (count: number): void => {
    waiting = count;
    for (const subscription of notifier.subscriptions()) subscription.notify();
  };
  return { course, notifier, subscriber, user, change };
}

describe("RFC 6665 §4 checklist 61: subscriber and notifier", () => {
  it("lets the state come before the 200", async () => {
    const lab = openLab();
    const { course, subscriber, user } = await openPair(lab);
    lab.network.hold("200 SUBSCRIBE", 300);
    const subscription = subscriber.subscribe(watched, user);
    lab.clock.advance(100);
    expect([subscription.state, course]).toEqual(["active", ["active Voice-Message: 0/0"]]);
    lab.clock.advance(1000);
    expect(lab.network.trace.toString()).not.toContain("481");
  });

  it("ends when timer N fires without a NOTIFY", async () => {
    const lab = openLab();
    const { course, subscriber, user } = await openPair(lab);
    lab.network.drop("NOTIFY");
    subscriber.subscribe(watched, user);
    lab.clock.advance(32_000);
    expect(course).toEqual(["over 408"]);
  });

  it("takes the NOTIFYs of forks, each a dialog of its own", async () => {
    const lab = openLab();
    const client = await openStack(lab, "192.0.2.1", (transaction) => subscriber.receiveNotify(transaction));
    const subscriber: Subscriber = new Subscriber(partsOf(client));
    const proxy = openAgent(lab, "192.0.2.9", "192.0.2.1");
    const course: string[] = [];
    const user = (name: string): SubscriptionUser => ({
      onNotify: (_notify, { state }) => course.push(`${name} ${state}`),
    });
    subscriber.subscribe(watched, { ...user("one"), onFork: () => user("two") });
    lab.clock.advance(0);
    const request = proxy.last("SUBSCRIBE");
    for (const tag of ["n1", "n2", "n1"]) {
      proxy.sendRequest({
        method: "NOTIFY",
        uri: request.contactUri,
        from: `<${watched.resource}>`,
        fromTag: tag,
        to: `<${watched.from}>`,
        toTag: request.fromTag,
        callId: request.callId,
        sequenceNumber: proxy.sent.length + 1,
        contact: `<sip:${tag}@192.0.2.9>`,
        headers: { Event: watched.event, "Subscription-State": "active;expires=60" },
      });
      lab.clock.advance(0);
    }
    expect(course).toEqual(["one active", "two active", "one active"]);
    expect(subscriber.count).toBe(2);
  });

  it("takes 481 for the end, on either side", async () => {
    const lab = openLab();
    const { course, notifier, subscriber, user } = await openPair(lab);
    const subscription = subscriber.subscribe(watched, user);
    lab.clock.advance(0);
    notifier.close();
    subscription.refresh();
    lab.clock.advance(0);
    expect(course.at(-1)).toBe("over 481");
    subscriber.subscribe(watched, user);
    lab.clock.advance(0);
    subscriber.close();
    notifier.subscriptions()[0]?.notify();
    lab.clock.advance(0);
    expect(notifier.subscriptions()).toEqual([]);
  });

  it("ends by Expires 0 with a last NOTIFY, and fetches the same way", async () => {
    const lab = openLab();
    const { course, subscriber, user } = await openPair(lab);
    const subscription = subscriber.subscribe(watched, user);
    lab.clock.advance(0);
    subscription.unsubscribe();
    lab.clock.advance(0);
    subscriber.subscribe({ ...watched, expires: 0 }, user);
    lab.clock.advance(0);
    expect(course).toEqual([
      "active Voice-Message: 0/0",
      "terminated Voice-Message: 0/0",
      "over timeout",
      "terminated Voice-Message: 0/0",
      "over timeout",
    ]);
  });

  it.each([1, 2, 3, 4, 5, 6])("tells every last state through loss, copies and disorder (seed %i)", async (seed) => {
    const lab = openLab({ delay: 20, jitter: 200, loss: 0.2, duplication: 0.3, reordering: 0.3 }, seed);
    const { course, subscriber, user, change } = await openPair(lab);
    const subscription = subscriber.subscribe({ ...watched, expires: 600 }, user);
    lab.clock.advance(40_000);
    for (let count = 1; count <= 30; count++) {
      change(count);
      change(count + 100);
      lab.clock.advance(60_000);
      expect(course.at(-1)).toBe(`active Voice-Message: ${count + 100}/0`);
    }
    const told = course.map((line) => Number(/(\d+)\/0/.exec(line)?.[1])).filter((count) => count > 100);
    expect(told).toEqual(told.toSorted((one, other) => one - other));
    subscription.unsubscribe();
    lab.clock.advance(40_000);
    expect([course.at(-1), subscriber.count]).toEqual(["over timeout", 0]);
  });
});
