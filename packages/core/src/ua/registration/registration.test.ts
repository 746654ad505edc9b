import { ScriptedUserAgent, type IncomingMessage, type ManualClock, type MemoryNetwork } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { MemoryAgent, openWorld } from "../../../test/ua/memory-agent.js";
import type { RegistrationFailure, RegistrationOptions } from "./registration-options.js";
import { Registration } from "./registration.js";

const addressOfRecord = "sip:alice@192.0.2.9";
const challenge = 'Digest realm="example.com", nonce="n1", qop="auth", algorithm=SHA-256';

let clock: ManualClock;
let network: MemoryNetwork;
let agent: MemoryAgent;
let registrar: ScriptedUserAgent;
let course: string[];

beforeEach(async () => {
  ({ clock, network } = openWorld());
  agent = await MemoryAgent.open(network, clock, [
    { protocol: "udp", address: "192.0.2.1", port: 5060 },
    { protocol: "tcp", address: "192.0.2.1", port: 5060 },
  ]);
  registrar = ScriptedUserAgent.inMemory(network, {
    protocol: "udp",
    address: "192.0.2.9",
    port: 5060,
    name: "registrar",
    clock,
  });
  course = [];
});

function open(options: Partial<RegistrationOptions> = {}, user?: { username: string; password: string }): Registration {
  const tell = ({ statusCode, retryIn }: RegistrationFailure): void => {
    course.push(retryIn === undefined ? `failed ${statusCode}` : `failed ${statusCode}, again`);
  };
  return new Registration(
    agent.partsFor(user),
    { addressOfRecord, ...options },
    {
      onRegistered: ({ expires }) => course.push(`registered ${expires}`),
      onFailed: tell,
      onLapsed: () => course.push("lapsed"),
      onUnregistered: (response) => course.push(response === undefined ? "gone unheard" : "unregistered"),
      onFlowFailed: () => course.push("flow failed"),
    },
  );
}

/** Answers 200 with the Contact of the request and the time granted. */
function grant(seconds: number, headers: Record<string, string | string[]> = {}) {
  return (incoming: IncomingMessage): void => {
    const contact = (incoming.message.header("Contact") ?? "<sip:alice@192.0.2.7>").replace(/;expires=\d+/, "");
    incoming.reply(200, { contact: `${contact};expires=${seconds}`, headers });
  };
}

describe("RFC 3261 §10.2 Registration", () => {
  describe("when it registers", () => {
    it("sends domain, address, Contact, expiry and Supported: path", () => {
      registrar.on("REGISTER", grant(3600));
      open().register();
      clock.advance(0);
      const request = registrar.last("REGISTER");
      expect(request.requestUri).toBe("sip:192.0.2.9");
      expect(request.header("To")).toBe(`<${addressOfRecord}>`);
      expect(request.header("From")).toMatch(/^<sip:alice@192.0.2.9>;tag=\w+$/);
      expect(request.header("Contact")).toBe("<sip:alice@192.0.2.1:5060>;expires=3600");
      expect(request.header("Supported")).toBe("path");
      expect(course).toEqual(["registered 3600"]);
    });

    it("refreshes by the granted time, not the one asked for, in the same Call-ID with a higher number", () => {
      registrar.on("REGISTER", grant(600));
      open().register();
      clock.advance(539_999);
      expect(registrar.messages("REGISTER")).toHaveLength(1);
      clock.advance(1);
      const [first, second] = registrar.messages("REGISTER");
      expect(second?.callId).toBe(first?.callId);
      expect(second?.sequenceNumber).toBe((first?.sequenceNumber ?? 0) + 1);
      expect(second?.fromTag).toBe(first?.fromTag);
    });

    it("reads the time of its own Contact among those of others", () => {
      const others = "<sip:alice@192.0.2.77>;expires=3000, <sip:Alice@192.0.2.1:5060>;expires=3000";
      registrar.on("REGISTER", (incoming) => {
        incoming.reply(200, { contact: `${others}, <sip:%61lice@192.0.2.1:5060>;expires=120` });
      });
      open().register();
      clock.advance(0);
      expect(course).toEqual(["registered 120"]);
    });

    it("takes a lone Contact that was rewritten on the way for its own", () => {
      registrar.on("REGISTER", (incoming) =>
        incoming.reply(200, { contact: "<sip:alice@203.0.113.5:1024>;expires=90" }),
      );
      open().register();
      clock.advance(0);
      expect(course).toEqual(["registered 90"]);
    });

    it("takes Expires where the Contact tells no time", () => {
      registrar.on("REGISTER", (incoming) => {
        incoming.reply(200, { contact: "<sip:alice@192.0.2.1:5060>", headers: { Expires: "1800" } });
      });
      open().register();
      clock.advance(0);
      expect(course).toEqual(["registered 1800"]);
    });

    it("tries again when the list of a 200 lacks it", () => {
      registrar.on("REGISTER", (incoming) => incoming.reply(200, { contact: "<sip:x@192.0.2.7>, <sip:y@192.0.2.8>" }));
      open().register();
      clock.advance(0);
      expect(course).toEqual(["failed 200, again"]);
    });

    it("keeps Service-Route and Path of the last 200 and forgets them when the next has none", () => {
      const routes = ["<sip:p2.example.com;lr>", "<sip:p1.example.com;lr>"];
      registrar.on(
        (message) => message.sequenceNumber === 1,
        grant(600, { "Service-Route": routes, Path: "<sip:edge.example.com;lr>" }),
      );
      registrar.on("REGISTER", grant(600));
      const registration = open();
      registration.register();
      clock.advance(0);
      expect(registration.serviceRoutes).toEqual(routes);
      expect(registration.binding?.path).toEqual(["<sip:edge.example.com;lr>"]);
      expect(registrar.last("REGISTER").header("Route")).toBeUndefined();
      registration.register();
      clock.advance(0);
      expect(registration.serviceRoutes).toEqual([]);
    });
  });

  describe("when it is answered otherwise", () => {
    it("asks for Min-Expires after 423 and keeps to it", () => {
      registrar.on(
        (message) => message.sequenceNumber === 1,
        (incoming) => incoming.reply(423, { headers: { "Min-Expires": "1800" } }),
      );
      registrar.on("REGISTER", grant(1800));
      const registration = open({ expires: 60 });
      registration.register();
      clock.advance(0);
      registration.register();
      clock.advance(0);
      const asked = registrar.messages("REGISTER").map((request) => request.header("Expires"));
      expect(asked).toEqual(["60", "1800", "1800"]);
    });

    it.each([undefined, "30"])("gives up at a 423 with Min-Expires %s", (least) => {
      registrar.on("REGISTER", (incoming) => incoming.reply(423, { headers: { "Min-Expires": least } }));
      open({ expires: 60 }).register();
      clock.advance(0);
      expect(course).toEqual(["failed 423"]);
    });

    it("answers a challenge, and the next REGISTER carries credentials at once", () => {
      registrar.on(
        (message) => message.header("Authorization") === undefined,
        (incoming) => incoming.reply(401, { headers: { "WWW-Authenticate": challenge } }),
      );
      registrar.on("REGISTER", grant(600));
      open({}, { username: "alice", password: "secret" }).register();
      clock.advance(540_000);
      expect(registrar.messages("REGISTER").map(({ sequenceNumber }) => sequenceNumber)).toEqual([1, 2, 3]);
      expect(registrar.last("REGISTER").header("Authorization")).toContain("nc=00000002");
    });

    it("stops at a wrong password", () => {
      registrar.on("REGISTER", (incoming) => incoming.reply(401, { headers: { "WWW-Authenticate": challenge } }));
      open({}, { username: "alice", password: "wrong" }).register();
      clock.advance(10_000_000);
      expect(registrar.messages("REGISTER")).toHaveLength(2);
      expect(course).toEqual(["failed 401"]);
    });

    it.each([403, 404, 501, 603])("stops at %i", (status) => {
      registrar.answer("REGISTER", status);
      open().register();
      clock.advance(10_000_000);
      expect(course).toEqual([`failed ${status}`]);
    });

    it("waits longer and longer after failures, and begins anew after a success", () => {
      registrar.on(
        (message) => message.sequenceNumber <= 8,
        (incoming) => incoming.reply(500),
      );
      registrar.on("REGISTER", grant(3600));
      open().register();
      clock.advance(10_000_000);
      const times = registrar.times("REGISTER");
      const waits = times.slice(1, 9).map((time, index) => (time - (times[index] ?? 0)) / 1000);
      for (const [index, wait] of waits.entries()) {
        const longest = Math.min(1800, 30 * 2 ** (index + 1));
        expect(wait).toBeGreaterThanOrEqual(longest / 2);
        expect(wait).toBeLessThanOrEqual(longest);
      }
    });

    it("waits as long as Retry-After says", () => {
      registrar.on(
        (message) => message.sequenceNumber === 1,
        (incoming) => incoming.reply(503, { headers: { "Retry-After": "7 (soon)" } }),
      );
      registrar.on("REGISTER", grant(3600));
      open().register();
      clock.advance(7000);
      expect(course).toEqual(["failed 503, again", "registered 3600"]);
    });

    it("treats silence as 408 and tells when the binding lapses", () => {
      registrar.on((message) => message.sequenceNumber === 1, grant(60));
      const registration = open();
      registration.register();
      clock.advance(0);
      expect(registration.isRegistered).toBe(true);
      clock.advance(62_000);
      expect(course).toEqual(["registered 60", "lapsed", "failed 408, again"]);
      expect(registration.isRegistered).toBe(false);
    });
  });

  describe("when several things are wanted at once", () => {
    it("has one REGISTER under way at a time", () => {
      const registration = open();
      registration.register();
      registration.query((contacts) => course.push(`knows ${contacts.length}`));
      registration.unregister();
      clock.advance(10_000);
      expect(new Set(registrar.messages("REGISTER").map(({ sequenceNumber }) => sequenceNumber)).size).toBe(1);
      registrar.on("REGISTER", grant(600));
      clock.advance(30_000);
      const sent = registrar.messages("REGISTER").map(({ sequenceNumber }) => sequenceNumber);
      expect(sent).toEqual(sent.toSorted((one, other) => one - other));
      expect(course).toEqual(["knows 1", "unregistered"]);
    });

    it("registers again after a removal that was under way", () => {
      registrar.on("REGISTER", grant(600));
      const registration = open();
      registration.register();
      clock.advance(0);
      registration.unregister();
      registration.register();
      clock.advance(0);
      expect(course).toEqual(["registered 600", "unregistered", "registered 600"]);
      expect(registration.state).toBe("registered");
    });
  });

  describe("when it ends", () => {
    it("removes its own Contact with expiry 0 and stays quiet", () => {
      registrar.on("REGISTER", grant(600));
      const registration = open();
      registration.register();
      clock.advance(0);
      registration.unregister();
      clock.advance(10_000_000);
      expect(registrar.last("REGISTER").header("Contact")).toBe("<sip:alice@192.0.2.1:5060>;expires=0");
      expect(registrar.last("REGISTER").header("Expires")).toBe("0");
      expect(registrar.messages("REGISTER")).toHaveLength(2);
      expect(registration.state).toBe("idle");
    });

    it("removes all bindings by *", () => {
      registrar.on("REGISTER", grant(600));
      open().unregisterAll();
      clock.advance(0);
      expect(registrar.last("REGISTER").header("Contact")).toBe("*");
      expect(registrar.last("REGISTER").header("Expires")).toBe("0");
    });

    it("is gone although nobody answers the removal", () => {
      registrar.on((message) => message.sequenceNumber === 1, grant(3600));
      const registration = open();
      registration.register();
      clock.advance(0);
      registration.unregister();
      clock.advance(32_000);
      expect(course).toEqual(["registered 3600", "gone unheard"]);
      expect(clock.pendingCount).toBe(0);
    });

    it("leaves no timer behind when closed", () => {
      registrar.on("REGISTER", grant(600));
      const registration = open();
      registration.register();
      clock.advance(10_000);
      registration.close();
      expect(clock.pendingCount).toBe(0);
    });
  });

  describe("when it is written down", () => {
    it("goes on with the same Call-ID and refreshes when it is due", () => {
      registrar.on("REGISTER", grant(600));
      const before = open();
      before.register();
      clock.advance(100_000);
      const snapshot = structuredClone(before.snapshot());
      before.close();
      const after = open({ snapshot });
      expect(after.isRegistered).toBe(true);
      clock.advance(440_000);
      const [first, second] = registrar.messages("REGISTER");
      expect(second?.callId).toBe(first?.callId);
      expect(second?.sequenceNumber).toBe(2);
    });

    it("starts idle when the binding has ended meanwhile", () => {
      registrar.on("REGISTER", grant(60));
      const before = open();
      before.register();
      clock.advance(0);
      const snapshot = before.snapshot();
      before.close();
      clock.advance(60_000);
      expect(open({ snapshot }).state).toBe("idle");
    });
  });
});

describe("RFC 5626 §4.2 Registration over a flow", () => {
  const outbound = { instanceId: "urn:uuid:00000000-0000-1000-8000-000A95A0E128", registrationId: 1 };
  const routes = ["<sip:192.0.2.20;transport=tcp;lr>"];

  function openEdge(): ScriptedUserAgent {
    return ScriptedUserAgent.inMemory(network, {
      protocol: "tcp",
      address: "192.0.2.20",
      port: 5060,
      name: "edge",
      clock,
    });
  }

  it("sends instance, reg-id and the option tags by way of the edge", () => {
    const edge = openEdge().on("REGISTER", grant(600, { Require: "outbound" }));
    const registration = open({ outbound, routes });
    registration.register();
    clock.advance(0);
    const request = edge.last("REGISTER");
    expect(request.header("Contact")).toContain(`;+sip.instance="<${outbound.instanceId}>";reg-id=1`);
    expect(request.header("Supported")).toBe("path, outbound, gruu");
    expect(request.header("Route")).toBe(routes[0]);
    expect(registration.binding?.isOutbound).toBe(true);
    expect(registration.connection?.remote.address).toBe("192.0.2.20");
  });

  it("is not in force unless the 200 requires it", () => {
    openEdge().on("REGISTER", grant(600));
    const registration = open({ outbound, routes });
    registration.register();
    clock.advance(0);
    expect(registration.binding?.isOutbound).toBe(false);
  });

  it("registers without outbound after 439", () => {
    const edge = openEdge()
      .on(
        (message) => message.header("Supported")?.includes("outbound") === true,
        (incoming) => incoming.reply(439),
      )
      .on("REGISTER", grant(600));
    open({ outbound, routes }).register();
    clock.advance(0);
    expect(edge.last("REGISTER").header("Contact")).not.toContain("reg-id");
    expect(course).toEqual(["registered 600"]);
  });

  it("sets up the flow again at once when its connection ends, with the same reg-id", () => {
    const edge = openEdge().on("REGISTER", grant(600, { Require: "outbound" }));
    const registration = open({ outbound, routes });
    agent.onConnectionClosed = (connection) => registration.connectionClosed(connection);
    registration.register();
    clock.advance(1000);
    network.reset("192.0.2.1");
    clock.advance(1);
    expect(course).toEqual(["registered 600", "flow failed", "registered 600"]);
    expect(edge.last("REGISTER").header("Contact")).toContain("reg-id=1");
    expect(edge.messages("REGISTER")).toHaveLength(2);
  });

  it("backs off while the edge refuses connections", () => {
    const edge = openEdge().on("REGISTER", grant(600, { Require: "outbound" }));
    const registration = open({ outbound, routes });
    agent.onConnectionClosed = (connection) => registration.connectionClosed(connection);
    registration.register();
    clock.advance(1000);
    network.refuse({ address: "192.0.2.20", port: 5060 });
    network.reset("192.0.2.1");
    clock.advance(29_000);
    expect(course).toEqual(["registered 600", "flow failed", "failed 503, again"]);
    network.accept({ address: "192.0.2.20", port: 5060 });
    clock.advance(31_001);
    expect(edge.messages("REGISTER")).toHaveLength(2);
    expect(course.at(-1)).toBe("registered 600");
  });

  it("reads the GRUUs of its own Contact and of no other", () => {
    openEdge().on("REGISTER", (incoming) => {
      const own = `${incoming.message.header("Contact")};pub-gruu="sip:alice@example.com;gr=urn:x";temp-gruu="sip:t@example.com;gr"`;
      const other = '<sip:alice@192.0.2.3>;+sip.instance="<urn:other>";pub-gruu="sip:alice@example.com;gr=urn:other"';
      incoming.reply(200, { contact: `${other}, ${own}`, headers: { Require: "outbound" } });
    });
    const registration = open({ outbound, routes });
    registration.register();
    clock.advance(0);
    expect(registration.binding?.gruus).toEqual({
      public: "sip:alice@example.com;gr=urn:x",
      temporary: "sip:t@example.com;gr",
    });
    clock.advance(3_600_000);
    registration.unregister();
    clock.advance(0);
    expect(registration.binding).toBeUndefined();
  });

  it.each([0, 2 ** 31, 1.5])("does not take %d for a reg-id", (registrationId) => {
    expect(() => open({ outbound: { ...outbound, registrationId } })).toThrow(/reg-id/);
  });
});
