import { ScriptedUserAgent, type ManualClock, type MemoryNetwork, type WireMessage } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { MemoryAgent, openWorld } from "../../../../test/ua/memory-agent.js";
import { Subscriber } from "./subscriber.js";
import type { SubscriptionOptions } from "./subscription-options.js";
import type { Subscription, SubscriptionUser } from "./subscription.js";

let clock: ManualClock;
let network: MemoryNetwork;
let agent: MemoryAgent;
let notifier: ScriptedUserAgent;
let subscriber: Subscriber;
let course: string[];

const watched = { resource: "sip:bob@192.0.2.9", from: "sip:alice@192.0.2.1", event: "presence;id=7" };

beforeEach(async () => {
  ({ clock, network } = openWorld());
  agent = await MemoryAgent.open(network, clock, [{ protocol: "udp", address: "192.0.2.1", port: 5060 }]);
  notifier = ScriptedUserAgent.inMemory(network, {
    protocol: "udp",
    address: "192.0.2.9",
    port: 5060,
    name: "notifier",
    clock,
    peer: { address: "192.0.2.1", port: 5060 },
  });
  subscriber = new Subscriber(agent.partsFor(), { packages: ["presence"] });
  agent.onRequests = (transaction) => subscriber.receiveNotify(transaction);
  course = [];
});

function listener(name = ""): SubscriptionUser {
  return {
    onNotify: (_notify, { state }) => course.push(`${name}${state}`),
    onTerminated: ({ reason, statusCode, retry }) => course.push(`${name}over ${reason ?? statusCode}: ${retry.kind}`),
  };
}

function subscribe(options: Partial<SubscriptionOptions> = {}, user: SubscriptionUser = listener()): Subscription {
  const subscription = subscriber.subscribe({ ...watched, ...options }, user);
  clock.advance(0);
  return subscription;
}

let notifyNumber = 0;

/** Sends a NOTIFY for the last SUBSCRIBE. */
function notify(
  state: string,
  changes: { tag?: string; number?: number; event?: string; headers?: Record<string, string | undefined> } = {},
): void {
  const request: WireMessage = notifier.last("SUBSCRIBE");
  notifier.sendRequest({
    method: "NOTIFY",
    uri: request.contactUri,
    from: `<${watched.resource}>`,
    fromTag: changes.tag ?? "n1",
    to: request.header("From")?.replace(/;tag=.*/, ""),
    toTag: request.fromTag,
    callId: request.callId,
    sequenceNumber: changes.number ?? ++notifyNumber,
    contact: "<sip:agent@192.0.2.9:5060>",
    headers: { Event: changes.event ?? watched.event, "Subscription-State": state, ...changes.headers },
  });
  clock.advance(0);
}

function lastAnswer(): number {
  return notifier.last((message) => !message.isRequest).status;
}

describe("RFC 6665 §4.1 Subscription", () => {
  describe("when it begins", () => {
    it("sends Event with id, Expires and Contact", () => {
      subscribe({ expires: 600, accept: ["application/pidf+xml"] });
      const request = notifier.last("SUBSCRIBE");
      expect(request.header("Event")).toBe("presence;id=7");
      expect(request.header("Expires")).toBe("600");
      expect(request.header("Contact")).toBe("<sip:192.0.2.1:5060>");
      expect(request.header("Accept")).toBe("application/pidf+xml");
    });

    it("is established by a NOTIFY that comes before the 200", () => {
      const subscription = subscribe();
      notify("active;expires=600");
      expect([lastAnswer(), subscription.state, subscription.secondsLeft]).toEqual([200, "active", 600]);
      notifier.on("SUBSCRIBE", (incoming) => incoming.reply(200, { headers: { Expires: "3600" }, toTag: "n1" }));
      clock.advance(4000);
      expect(subscription.state).toBe("active");
      expect(course).toEqual(["active"]);
    });

    it.each([200, 202])("is not established by a %i alone and ends when timer N fires", (status) => {
      notifier.answer("SUBSCRIBE", status);
      const subscription = subscribe();
      clock.advance(31_999);
      expect(subscription.state).toBe("notify_wait");
      clock.advance(1);
      expect(course).toEqual(["over 408: any-time"]);
      notify("active;expires=600");
      expect(lastAnswer()).toBe(481);
    });

    it.each([403, 489, 603])("ends when it is refused with %i", (status) => {
      notifier.answer("SUBSCRIBE", status);
      subscribe();
      expect(course).toEqual([`over ${status}: any-time`]);
      expect(clock.pendingCount).toBeLessThanOrEqual(1);
    });

    it("asks for Min-Expires after 423", () => {
      notifier.on(
        (message) => message.header("Expires") === "60",
        (incoming) => incoming.reply(423, { headers: { "Min-Expires": "300" } }),
      );
      subscribe({ expires: 60 });
      expect(notifier.last("SUBSCRIBE").header("Expires")).toBe("300");
    });

    it("fetches the state once with Expires 0", () => {
      notifier.answer("SUBSCRIBE", 200);
      subscribe({ expires: 0 });
      notify("terminated;reason=timeout");
      expect(course).toEqual(["terminated", "over timeout: now"]);
      expect(subscriber.count).toBe(0);
    });
  });

  describe("when NOTIFYs come", () => {
    it("follows pending and active, and takes the time of the last", () => {
      notifier.answer("SUBSCRIBE", 200);
      const subscription = subscribe();
      notify("pending;expires=3600");
      expect(subscription.state).toBe("pending");
      notify("active;expires=100");
      expect([subscription.state, subscription.secondsLeft]).toEqual(["active", 100]);
      notify("active");
      expect(subscription.secondsLeft).toBe(100);
    });

    it("refuses one that was overtaken", () => {
      notifier.answer("SUBSCRIBE", 200);
      subscribe();
      notify("active;expires=100", { number: 50 });
      notify("pending;expires=100", { number: 49 });
      expect(lastAnswer()).toBe(500);
      expect(course).toEqual(["active"]);
    });

    it.each([
      ["of another id", { event: "presence;id=8" }, 481],
      ["without id", { event: "presence" }, 481],
      ["of a package that is not understood", { event: "dialog" }, 489],
      ["without Event", { headers: { Event: undefined } }, 489],
      ["without Subscription-State", { headers: { "Subscription-State": undefined } }, 400],
      ["without Contact", { headers: { Contact: undefined } }, 400],
    ])("refuses one %s", (_what, changes, status) => {
      notifier.answer("SUBSCRIBE", 200);
      subscribe();
      notify("active;expires=100", changes);
      expect(lastAnswer()).toBe(status);
      expect(course).toEqual([]);
    });

    it("refuses a body of a type it did not ask for", () => {
      notifier.answer("SUBSCRIBE", 200);
      subscribe({ accept: ["application/pidf+xml"] });
      const request = notifier.last("SUBSCRIBE");
      const headers = { Event: watched.event, "Subscription-State": "active" };
      const dialog = { fromTag: "n1", to: "<sip:alice@192.0.2.1>", toTag: request.fromTag, callId: request.callId };
      const body = { body: "x", contentType: "text/plain" };
      notifier.sendRequest({ method: "NOTIFY", uri: request.contactUri, ...dialog, ...body, headers });
      clock.advance(0);
      expect(lastAnswer()).toBe(415);
    });

    it.each([
      ["deactivated", "now"],
      ["probation;retry-after=90", "after"],
      ["rejected", "never"],
      ["timeout", "now"],
      ["giveup", "after"],
      ["noresource", "never"],
      ["invariant", "never"],
      ["strange", "any-time"],
      ["strange;retry-after=5", "after"],
    ])("tells what reason=%s asks for", (reason, kind) => {
      notifier.answer("SUBSCRIBE", 200);
      subscribe();
      notify(`terminated;reason=${reason}`);
      expect(course.at(-1)).toBe(`over ${reason.split(";")[0]}: ${kind}`);
      notify("active;expires=5");
      expect(lastAnswer()).toBe(481);
    });
  });

  describe("when another notifier answers too", () => {
    it("refuses it with 481 unless forks are wanted", () => {
      subscribe();
      notify("active;expires=100");
      notify("active;expires=100", { tag: "n2" });
      expect(lastAnswer()).toBe(481);
    });

    it("makes a subscription of its own of it, as long as timer N runs", () => {
      notifier.answer("SUBSCRIBE", 200);
      const first = subscribe({}, { ...listener("one "), onFork: () => listener("two ") });
      notify("active;expires=1000");
      notify("pending;expires=1000", { tag: "n2" });
      expect(course).toEqual(["one active", "two pending"]);
      expect(subscriber.count).toBe(2);
      notify("terminated;reason=rejected", { tag: "n2" });
      expect(first.state).toBe("active");
      clock.advance(32_000);
      notify("active;expires=1000", { tag: "n3" });
      expect(lastAnswer()).toBe(481);
    });
  });

  describe("when it is refreshed", () => {
    it("asks again in the dialog that the NOTIFY made", () => {
      notifier.answer("SUBSCRIBE", 200);
      subscribe();
      notify("active;expires=600", { headers: { "Record-Route": "<sip:192.0.2.9:5060;lr>, <sip:p2.example.com;lr>" } });
      clock.advance(540_000);
      const [first, second] = notifier.messages("SUBSCRIBE");
      expect(second?.requestUri).toBe("sip:agent@192.0.2.9:5060");
      expect(second?.values("Route")).toEqual(["<sip:192.0.2.9:5060;lr>", "<sip:p2.example.com;lr>"]);
      expect([second?.toTag, second?.callId, second?.fromTag]).toEqual(["n1", first?.callId, first?.fromTag]);
      expect(second?.sequenceNumber).toBe((first?.sequenceNumber ?? 0) + 1);
      expect(second?.header("Event")).toBe("presence;id=7");
    });

    it.each([481, 489, 404, 604])("ends at a %i", (status) => {
      notifier.on(
        (message) => message.toTag !== undefined,
        (incoming) => incoming.reply(status),
      );
      notifier.answer("SUBSCRIBE", 200);
      const subscription = subscribe();
      notify("active;expires=600");
      subscription.refresh();
      clock.advance(0);
      expect(course.at(-1)).toBe(`over ${status}: ${status === 481 ? "now" : "any-time"}`);
    });

    it.each([500, 503, 403])("lives on until its expiry after a %i", (status) => {
      notifier.on(
        (message) => message.toTag !== undefined,
        (incoming) => incoming.reply(status),
      );
      notifier.answer("SUBSCRIBE", 200);
      const subscription = subscribe();
      notify("active;expires=600");
      clock.advance(599_000);
      expect(subscription.state).toBe("active");
      clock.advance(1000);
      expect(course.at(-1)).toBe("over timeout: now");
    });

    it("ends when neither answer nor NOTIFY comes", () => {
      notifier.on(
        (message) => message.toTag !== undefined,
        () => {},
      );
      notifier.answer("SUBSCRIBE", 200);
      const subscription = subscribe();
      notify("active;expires=600");
      subscription.refresh();
      clock.advance(32_000);
      expect(course.at(-1)).toMatch(/^over 408/);
    });
  });

  describe("when it ends", () => {
    it("sends Expires 0 and waits for the last NOTIFY", () => {
      notifier.answer("SUBSCRIBE", 200);
      const subscription = subscribe();
      notify("active;expires=600");
      subscription.unsubscribe();
      clock.advance(0);
      expect(notifier.last("SUBSCRIBE").header("Expires")).toBe("0");
      notify("active;expires=3");
      expect(subscription.state).toBe("active");
      notify("terminated;reason=timeout");
      expect(course).toEqual(["active", "active", "terminated", "over timeout: now"]);
    });

    it("is over although the last NOTIFY never comes", () => {
      notifier.answer("SUBSCRIBE", 200);
      const subscription = subscribe();
      notify("active;expires=600");
      subscription.unsubscribe();
      clock.advance(32_000);
      expect(subscriber.count).toBe(0);
    });

    it("waits with the removal for the first NOTIFY", () => {
      notifier.answer("SUBSCRIBE", 200);
      subscribe().unsubscribe();
      clock.advance(1000);
      expect(notifier.messages("SUBSCRIBE")).toHaveLength(1);
      notify("active;expires=600");
      expect(notifier.last("SUBSCRIBE").header("Expires")).toBe("0");
    });
  });

  describe("when it is written down", () => {
    it("goes on in its dialog", () => {
      notifier.answer("SUBSCRIBE", 200);
      const before = subscribe();
      notify("active;expires=600");
      const snapshot = structuredClone(before.snapshot());
      subscriber.close();
      const after = subscriber.restore(snapshot, watched, listener("again "));
      notify("active;expires=500");
      expect([lastAnswer(), after.secondsLeft]).toEqual([200, 500]);
      expect(course).toEqual(["active", "again active"]);
    });

    it("cannot be before the first NOTIFY", () => {
      expect(() => subscribe().snapshot()).toThrow(/no NOTIFY/);
    });
  });
});
