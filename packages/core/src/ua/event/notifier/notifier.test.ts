import { ScriptedUserAgent, type ManualClock, type MemoryNetwork, type RequestTextOptions } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { MemoryAgent, openWorld } from "../../../../test/ua/memory-agent.js";
import type { EventPackageSupport, SubscriptionDecision } from "./event-package-support.js";
import { Notifier } from "./notifier.js";

let clock: ManualClock;
let network: MemoryNetwork;
let agent: MemoryAgent;
let watcher: ScriptedUserAgent;
let notifier: Notifier;
let decision: SubscriptionDecision;
let ended: (string | undefined)[];
let document: string;

const pidf = "application/pidf+xml";

const presence: EventPackageSupport = {
  name: "presence",
  contentTypes: [pidf],
  defaultExpires: 1800,
  decide: () => decision,
  state: () => ({ body: document, contentType: pidf }),
  onTerminated: (_subscription, reason) => ended.push(reason),
};

beforeEach(async () => {
  ({ clock, network } = openWorld());
  agent = await MemoryAgent.open(network, clock, [{ protocol: "udp", address: "192.0.2.1", port: 5060 }]);
  watcher = ScriptedUserAgent.inMemory(network, {
    protocol: "udp",
    address: "192.0.2.9",
    port: 5060,
    name: "watcher",
    clock,
    peer: { address: "192.0.2.1", port: 5060 },
  });
  notifier = new Notifier(agent.partsFor(), { packages: [presence] });
  agent.onRequests = (transaction) => notifier.receiveSubscribe(transaction);
  decision = "active";
  document = "open";
  ended = [];
});

/** Sends a SUBSCRIBE and gives the answer. */
function subscribe(options: Partial<RequestTextOptions> = {}) {
  const { headers, ...others } = options;
  watcher.sendRequest({
    method: "SUBSCRIBE",
    uri: "sip:bob@192.0.2.1",
    from: "<sip:alice@192.0.2.9>",
    fromTag: "w1",
    contact: "<sip:watcher@192.0.2.9:5060>",
    ...others,
    headers: { Event: "presence", Expires: "600", ...headers },
  });
  clock.advance(0);
  return watcher.last((message) => !message.isRequest);
}

function inDialog(sequenceNumber: number, expires: number, event = "presence") {
  const toTag = watcher.last("200 SUBSCRIBE").toTag;
  return subscribe({ toTag, sequenceNumber, headers: { Expires: String(expires), Event: event } });
}

function states(): (string | undefined)[] {
  return watcher.messages("NOTIFY").map((message) => message.header("Subscription-State"));
}

describe("RFC 6665 §4.2 Notifier", () => {
  describe("when a SUBSCRIBE cannot be taken", () => {
    it.each([
      ["an unknown package", { headers: { Event: "dialog" } }, 489],
      ["no Event", { headers: { Event: undefined } }, 489],
      ["a package in another case", { headers: { Event: "Presence" } }, 489],
      ["nothing acceptable", { headers: { Accept: "text/plain, image/*" } }, 406],
      ["too brief an expiry", { headers: { Expires: "5" } }, 423],
      ["no Contact", { headers: { Contact: undefined } }, 400],
      ["a dialog that does not exist", { toTag: "gone" }, 481],
    ])("answers %s", (_what, options, status) => {
      const answer = subscribe(options);
      expect(answer.status).toBe(status);
      expect(answer.header("Allow-Events")).toBe(status === 489 ? "presence" : undefined);
      expect(answer.header("Min-Expires")).toBe(status === 423 ? "60" : undefined);
      expect(states()).toEqual([]);
    });

    it("answers what policy says", () => {
      decision = { statusCode: 603 };
      expect(subscribe().status).toBe(603);
    });
  });

  describe("when a SUBSCRIBE is taken", () => {
    it("answers 200 with Expires and Contact, then tells the state at once", () => {
      watcher.answer("NOTIFY", 200);
      const answer = subscribe({ headers: { Event: "presence;id=a1;other=x", Accept: "application/*" } });
      expect([answer.status, answer.header("Expires")]).toEqual([200, "600"]);
      expect(answer.header("Contact")).toBe("<sip:192.0.2.1:5060>");
      const notify = watcher.last("NOTIFY");
      expect(watcher.received.map(({ message }) => message.summary)).toEqual(["200 SUBSCRIBE", "NOTIFY"]);
      expect(notify.requestUri).toBe("sip:watcher@192.0.2.9:5060");
      expect([notify.fromTag, notify.toTag]).toEqual([answer.toTag, "w1"]);
      expect(notify.header("Event")).toBe("presence;id=a1;other=x");
      expect(notify.header("Subscription-State")).toBe("active;expires=600");
      expect([notify.header("Content-Type"), notify.body]).toEqual([pidf, "open"]);
      expect(notify.header("Contact")).toBe("<sip:192.0.2.1:5060>");
    });

    it("grants the time of the package where none is asked for, never more than asked", () => {
      expect(subscribe({ headers: { Expires: undefined } }).header("Expires")).toBe("1800");
    });

    it("tells nothing of the state while policy has to ask", () => {
      watcher.answer("NOTIFY", 200);
      decision = "pending";
      subscribe();
      expect([states(), watcher.last("NOTIFY").body]).toEqual([["pending;expires=600"], ""]);
      clock.advance(10_000);
      notifier.subscriptions()[0]?.grant();
      clock.advance(0);
      expect([states().at(-1), watcher.last("NOTIFY").body]).toEqual(["active;expires=590", "open"]);
    });

    it("answers a fetch with the state in the last NOTIFY", () => {
      watcher.answer("NOTIFY", 200);
      expect(subscribe({ headers: { Expires: "0" } }).header("Expires")).toBe("0");
      expect(states()).toEqual(["terminated;reason=timeout"]);
      expect(watcher.last("NOTIFY").body).toBe("open");
      expect(notifier.subscriptions()).toEqual([]);
    });

    it("tells a fetch nothing that policy has not allowed", () => {
      watcher.answer("NOTIFY", 200);
      decision = "pending";
      subscribe({ headers: { Expires: "0" } });
      expect(watcher.last("NOTIFY").body).toBe("");
    });
  });

  describe("when it lives", () => {
    it("tells changes, one NOTIFY at a time, the latest state last", () => {
      subscribe();
      for (document of ["busy", "away", "closed"]) notifier.subscriptions()[0]?.notify();
      clock.advance(100);
      expect(watcher.messages("NOTIFY")).toHaveLength(1);
      watcher.answer("NOTIFY", 200);
      clock.advance(400);
      expect(watcher.messages("NOTIFY").map(({ body }) => body)).toEqual(["open", "open", "closed"]);
      const numbers = watcher.messages("NOTIFY").map(({ sequenceNumber }) => sequenceNumber);
      expect(numbers[2]).toBe((numbers[0] ?? 0) + 1);
    });

    it("answers a refresh with 200 and a NOTIFY, and moves to the new Contact", () => {
      watcher.answer("NOTIFY", 200);
      subscribe();
      clock.advance(100_000);
      expect(inDialog(2, 900).header("Expires")).toBe("900");
      expect(states().at(-1)).toBe("active;expires=900");
      expect(inDialog(2, 900).status).toBe(500);
    });

    it("refuses another package in the same dialog, and another id", () => {
      watcher.answer("NOTIFY", 200);
      subscribe();
      expect(inDialog(2, 900, "presence;id=other").status).toBe(403);
    });

    it("ends at Expires 0 with a last NOTIFY", () => {
      watcher.answer("NOTIFY", 200);
      subscribe();
      expect(inDialog(2, 0).status).toBe(200);
      expect(states().at(-1)).toBe("terminated;reason=timeout");
      expect(inDialog(3, 600).status).toBe(481);
      expect(ended).toEqual(["timeout"]);
    });

    it("ends at its expiry", () => {
      watcher.answer("NOTIFY", 200);
      subscribe();
      clock.advance(600_000);
      expect(states().at(-1)).toBe("terminated;reason=timeout");
    });

    it("ends by policy with reason and retry-after", () => {
      watcher.answer("NOTIFY", 200);
      subscribe();
      notifier.subscriptions()[0]?.terminate("probation", 30);
      clock.advance(0);
      expect(states().at(-1)).toBe("terminated;reason=probation;retry-after=30");
      expect(watcher.last("NOTIFY").body).toBe("");
    });

    it.each([481, 404, 489, 604])("is over when a NOTIFY is answered with %i", (status) => {
      watcher.answer("NOTIFY", status);
      subscribe();
      expect([notifier.subscriptions(), ended]).toEqual([[], [undefined]]);
    });

    it.each([500, 503, 403])("lives on when a NOTIFY is answered with %i", (status) => {
      watcher.answer("NOTIFY", status);
      subscribe();
      expect(notifier.subscriptions()).toHaveLength(1);
    });

    it("is over when nobody answers a NOTIFY", () => {
      subscribe();
      clock.advance(32_000);
      expect(notifier.subscriptions()).toEqual([]);
    });

    it("goes on from a snapshot", () => {
      watcher.answer("NOTIFY", 200);
      subscribe();
      const [subscription] = notifier.subscriptions();
      const snapshot = structuredClone(subscription?.snapshot());
      notifier.close();
      if (snapshot === undefined) throw new TypeError("there is a subscription");
      notifier.restore(snapshot).notify();
      clock.advance(0);
      const [first, second] = watcher.messages("NOTIFY");
      expect(second?.sequenceNumber).toBe((first?.sequenceNumber ?? 0) + 1);
      clock.advance(600_000);
      expect(states().at(-1)).toBe("terminated;reason=timeout");
    });
  });
});
