import "reflect-metadata";
import {
  Bye,
  Invite,
  Message,
  SipApplicationSessionAttributeListener,
  SipApplicationSessionListener,
  SipFactory,
  SipServlet,
  SipSessionAttributeListener,
  SipSessionListener,
  TimerListener,
  TimerService,
  type SipApplicationSession,
  type SipApplicationSessionEvent,
  type SipServletRequest,
  type SipSession,
  type SipSessionEvent,
} from "@siplet/framework";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ContainerLab } from "./container-lab.js";

const minute = 60_000;

let events: string[];
let sessions: SipSession[];
let onExpired: (session: SipApplicationSession) => void;
let onReady: (session: SipSession) => void;
let onMessage: (request: SipServletRequest) => unknown;
let isRefreshing: boolean;
let lab: ContainerLab;

@SipServlet({ name: "life" })
class Life {
  @Invite() onInvite(request: SipServletRequest) {
    sessions.push(request.session);
    const response = request.createResponse(200);
    if (isRefreshing) response.sessionKeepAlivePreference.enabled = true;
    return response.send();
  }
  @Bye() onBye(request: SipServletRequest) {
    events.push("bye begins");
    const sent = request.createResponse(200).send();
    events.push(`ready inside: ${request.session.isReadyToInvalidate}`);
    return sent;
  }
  @Message() onMessage(request: SipServletRequest) {
    sessions.push(request.session);
    return onMessage(request);
  }
}

/** Hears everything, and writes it down. */
class Ears {
  sessionCreated(event: SipSessionEvent | SipApplicationSessionEvent): void {
    events.push(`${event.kind} created`);
  }
  sessionReadyToInvalidate(event: SipSessionEvent | SipApplicationSessionEvent): void {
    events.push(`${event.kind} ready`);
    if (event.kind === "SipSession") onReady(event.session);
  }
  sessionDestroyed(event: SipSessionEvent | SipApplicationSessionEvent): void {
    events.push(`${event.kind} destroyed`);
  }
  sessionExpired({ applicationSession }: SipApplicationSessionEvent): void {
    events.push(`expired ${applicationSession.expirationTime}`);
    onExpired(applicationSession);
  }
  attributeAdded({ kind, name }: { kind: string; name: string }): void {
    events.push(`${kind} added ${name}`);
  }
  attributeReplaced({ kind, name }: { kind: string; name: string }): void {
    events.push(`${kind} replaced ${name}`);
  }
  attributeRemoved({ kind, name }: { kind: string; name: string }): void {
    events.push(`${kind} removed ${name}`);
  }
  timeout(): void {
    events.push("timer");
  }
}

/** Throws wherever it is told something: the others are told all the same. */
class Broken extends SipSessionListener {
  override sessionCreated(): void {
    throw new TypeError("broken");
  }
  override sessionDestroyed(): Promise<void> {
    return Promise.reject(new TypeError("broken later"));
  }
}

beforeEach(async () => {
  events = [];
  sessions = [];
  isRefreshing = false;
  onExpired = () => undefined;
  onReady = () => undefined;
  onMessage = (request) => request.createResponse(200).send();
  const listens = [
    SipSessionListener,
    SipApplicationSessionListener,
    SipSessionAttributeListener,
    SipApplicationSessionAttributeListener,
    TimerListener,
  ];
  const listeners = [
    { listenerClass: Broken, listens: [SipSessionListener] },
    { listenerClass: Ears, listens },
  ];
  lab = await ContainerLab.start({ applications: [{ name: "life", servlets: [Life], listeners }] });
});
afterEach(() => lab[Symbol.asyncDispose]());

const agent = () => lab.agent("alice", "192.0.2.1");
const factory = () => lab.container.bean("life", SipFactory);

describe("JSR 289 §8 the order of events", () => {
  it("of a call: application session, session, handler; then session and application session ready and destroyed", async () => {
    const call = await lab.call(agent());
    await call.bye();
    expect(events).toEqual([
      "SipApplicationSession created",
      "SipSession created",
      "bye begins",
      "ready inside: true",
      "SipSession ready",
      "SipSession destroyed",
      "SipApplicationSession ready",
      "SipApplicationSession destroyed",
    ]);
    const broken = lab.log.filter(({ fields }) => String(fields["listener"]).startsWith("Broken."));
    expect(broken.map(({ fields }) => fields["listener"])).toEqual([
      "Broken.sessionCreated",
      "Broken.sessionDestroyed",
    ]);
  });

  it("of attributes: bound before added, unbound after the new one is bound, all at the end", () => {
    const session = factory().createApplicationSession();
    const value = (name: string) => ({
      valueBound: ({ name: attribute }: { name: string }) => events.push(`${name} bound to ${attribute}`),
      valueUnbound: ({ name: attribute }: { name: string }) => events.push(`${name} unbound from ${attribute}`),
    });
    events = [];
    session.setAttribute("a", value("one"));
    session.setAttribute("a", value("two"));
    session.removeAttribute("a");
    session.setAttribute("b", value("three"));
    session.invalidate();
    expect(events.filter((event) => !event.includes("created"))).toEqual([
      "one bound to a",
      "SipApplicationSession added a",
      "two bound to a",
      "one unbound from a",
      "SipApplicationSession replaced a",
      "two unbound from a",
      "SipApplicationSession removed a",
      "three bound to b",
      "SipApplicationSession added b",
      "SipApplicationSession destroyed",
      "three unbound from b",
      "SipApplicationSession removed b",
    ]);
  });

  it("a value that stays when it is set again is neither bound nor unbound", () => {
    const session = factory().createApplicationSession();
    const counts = { bound: 0, unbound: 0 };
    const value = { valueBound: () => (counts.bound += 1), valueUnbound: () => (counts.unbound += 1) };
    session.setAttribute("a", value);
    session.setAttribute("a", value);
    expect(counts).toEqual({ bound: 1, unbound: 0 });
  });
});

describe("JSR 289 §6.2.4 invalidate when ready", () => {
  it("is on for new sessions, and off where a listener says so while it is told", async () => {
    onReady = (session) => {
      session.invalidateWhenReady = false;
      session.applicationSession.invalidateWhenReady = false;
    };
    await lab.send(agent(), { method: "MESSAGE" });
    const [session] = sessions;
    expect([session?.isValid, session?.isReadyToInvalidate, session?.invalidateWhenReady]).toEqual([true, true, false]);
  });

  it("is looked at when a handler has returned, never in the middle of it", async () => {
    onMessage = async (request) => {
      await request.createResponse(200).send();
      events.push(`valid behind the answer: ${request.session.isValid}`);
    };
    await lab.send(agent(), { method: "MESSAGE" });
    expect(events.slice(2)).toEqual([
      "valid behind the answer: true",
      "SipSession ready",
      "SipSession destroyed",
      "SipApplicationSession ready",
      "SipApplicationSession destroyed",
    ]);
  });

  it("waits for the timers of the application session", async () => {
    onMessage = (request) => {
      lab.container.bean("life", TimerService).createTimer(request.applicationSession, 10_000);
      return request.createResponse(200).send();
    };
    await lab.send(agent(), { method: "MESSAGE" });
    expect([sessions[0]?.isValid, lab.container.counts.applicationSessions]).toEqual([false, 1]);
    await lab.settle(10_000);
    expect(events.slice(-3)).toEqual(["timer", "SipApplicationSession ready", "SipApplicationSession destroyed"]);
  });
});

describe("JSR 289 §6.3 expiry", () => {
  it("is told with the smallest time; then sessions go before their application session", async () => {
    await lab.call(agent());
    events = [];
    await lab.settle(3 * minute);
    expect(events).toEqual([
      `expired ${Number.MIN_SAFE_INTEGER}`,
      "SipSession destroyed",
      "SipApplicationSession destroyed",
    ]);
    expect(lab.log.find(({ level, text }) => level === "warn" && text.includes("expired"))?.text).toMatch(
      /sessionTimeout/,
    );
  });

  it("does not end a call that a session timer refreshes in time (RFC 4028)", async () => {
    const caller = agent();
    const granted = { headers: { "Session-Expires": "120;refresher=uac", Require: "timer" } };
    caller.on("UPDATE", (refresh) => void refresh.reply(200, granted));
    isRefreshing = true;
    const headers = { Supported: "timer", "Session-Expires": "120;refresher=uas", Allow: "UPDATE" };
    await lab.call(caller, { headers });
    await lab.settle(20 * minute);
    expect([sessions[0]?.isValid, caller.messages("UPDATE").length > 10]).toEqual([true, true]);
  });

  it("is not put off by what is merely sent in sessionExpired", async () => {
    onExpired = (session) => {
      void factory().createRequest(session, "MESSAGE", "sip:a@x", "sip:b@192.0.2.1").send();
    };
    factory().createApplicationSession();
    await lab.settle(3 * minute);
    expect(lab.container.counts.applicationSessions).toBe(0);
  });

  it("is put off by setExpires there, as long as it says, and comes again", async () => {
    const session = factory().createApplicationSession();
    onExpired = (each) => {
      onExpired = () => undefined;
      expect(each.setExpires(2)).toBe(2);
    };
    await lab.settle(3 * minute);
    expect(session.isValid).toBe(true);
    await lab.settle(2 * minute - 1);
    expect(session.isValid).toBe(true);
    await lab.settle(1);
    expect([session.isValid, events.filter((event) => event.startsWith("expired"))]).toEqual([
      false,
      [`expired ${Number.MIN_SAFE_INTEGER}`, `expired ${Number.MIN_SAFE_INTEGER}`],
    ]);
  });

  it("counts from the last request or response; attributes and our own responses do not count", async () => {
    const caller = agent();
    caller.answer("MESSAGE", 200);
    const call = await lab.call(caller);
    const expiry = () => (sessions[0]?.applicationSession.expirationTime ?? 0) - lab.clock.now();
    expect(expiry()).toBe(3 * minute);
    await lab.settle(minute);
    sessions[0]?.setAttribute("x", 1);
    expect(expiry()).toBe(2 * minute);
    await sessions[0]?.createRequest("MESSAGE").send();
    expect(expiry()).toBe(3 * minute);
    await lab.settle(minute);
    await call.request("OPTIONS");
    expect(expiry()).toBe(3 * minute);
  });

  it("never comes for 0, told as 0 and granted as 2147483647; and cannot be set on a session that has ended", async () => {
    const session = factory().createApplicationSession();
    expect([session.setExpires(0), session.expirationTime, session.setExpires(-5)]).toEqual([
      2147483647, 0, 2147483647,
    ]);
    await lab.settle(1000 * minute);
    expect(session.isValid).toBe(true);
    expect(session.setExpires(1)).toBe(1);
    await lab.settle(minute);
    expect(session.isValid).toBe(false);
    expect(() => session.setExpires(1)).toThrow(expect.objectContaining({ code: "state.invalid-application-session" }));
  });

  it("of a session that never had a child comes too: until then it lives [K]", async () => {
    const session = factory().createApplicationSession();
    await lab.settle(3 * minute - 1);
    expect([session.isValid, session.isReadyToInvalidate]).toEqual([true, false]);
    await lab.settle(1);
    expect(session.isValid).toBe(false);
  });
});
