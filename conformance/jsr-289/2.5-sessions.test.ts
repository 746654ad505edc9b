import "reflect-metadata";
import {
  Bye,
  Invite,
  Message,
  SipFactory,
  SipApplicationSessionListener,
  SipServlet,
  SipSessionListener,
  SipSessionsUtil,
  type SipApplicationSession,
  type SipApplicationSessionEvent,
  type SipServletRequest,
  type SipSession,
  type SipSessionEvent,
} from "@siplet/framework";
import { describe, expect, it } from "vitest";
import { ContainerLab } from "./container-lab.js";

const alice = "192.0.2.1";
const minute = 60_000;

/** What the servlets of these tests saw last; each test fills it anew. */
interface Seen {
  events: string[];
  session: SipSession | undefined;
  applicationSession: SipApplicationSession | undefined;
  onInvite: (request: SipServletRequest) => unknown;
  onExpired: (event: SipApplicationSessionEvent) => unknown;
  onReady: (event: SipSessionEvent) => unknown;
  onApplicationReady: (event: SipApplicationSessionEvent) => unknown;
}

const answerIt = (request: SipServletRequest): unknown => request.createResponse(200).send();

function freshSeen(): Seen {
  return {
    events: [],
    session: undefined,
    applicationSession: undefined,
    onInvite: answerIt,
    onExpired: () => undefined,
    onReady: () => undefined,
    onApplicationReady: () => undefined,
  };
}

/** An application that takes calls and writes down what its listeners are told. */
function application(seen: Seen) {
  @SipServlet({ name: "calls" })
  class Calls {
    @Invite() onInvite(request: SipServletRequest): unknown {
      seen.events.push("handler INVITE");
      seen.session = request.session;
      seen.applicationSession = request.applicationSession;
      return seen.onInvite(request);
    }
    @Bye() onBye(request: SipServletRequest): unknown {
      seen.events.push("handler BYE");
      return answerIt(request);
    }
    @Message() onMessage(request: SipServletRequest): unknown {
      seen.session = request.session;
      seen.applicationSession = request.applicationSession;
      return answerIt(request);
    }
  }
  class Life {
    sessionCreated(event: SipSessionEvent | SipApplicationSessionEvent): void {
      seen.events.push(`${event.kind} created`);
    }
    sessionDestroyed(event: SipSessionEvent | SipApplicationSessionEvent): void {
      const names = event.kind === "SipSession" ? event.session : event.applicationSession;
      seen.events.push(`${event.kind} destroyed ${names.getAttributeNames().join()}`.trimEnd());
    }
    sessionReadyToInvalidate(event: SipSessionEvent | SipApplicationSessionEvent): unknown {
      seen.events.push(`${event.kind} ready`);
      return event.kind === "SipSession" ? seen.onReady(event) : seen.onApplicationReady(event);
    }
    sessionExpired(event: SipApplicationSessionEvent): unknown {
      seen.events.push("expired");
      return seen.onExpired(event);
    }
  }
  const listens = [SipSessionListener, SipApplicationSessionListener];
  return { name: "calls", servlets: [Calls], listeners: [{ listenerClass: Life, listens }] };
}

async function start(seen: Seen) {
  const lab = await ContainerLab.start({ applications: [application(seen)] });
  return { lab, caller: lab.agent("alice", alice) };
}

describe("JSR 289 §6.2 SipSession state", () => {
  it("goes from INITIAL over EARLY to CONFIRMED as UAS and TERMINATED with the answer to BYE", async () => {
    const seen = freshSeen();
    const states: string[] = [];
    seen.onInvite = async (request) => {
      states.push(request.session.state);
      await request.createResponse(100).send();
      states.push(request.session.state);
      await request.createResponse(180).send();
      states.push(request.session.state);
      await request.createResponse(200).send();
      states.push(request.session.state);
    };
    const { lab, caller } = await start(seen);
    await using _ = lab;
    const call = await lab.call(caller);
    expect(states).toEqual(["INITIAL", "INITIAL", "EARLY", "CONFIRMED"]);
    seen.onReady = ({ session }) => void states.push(session.state);
    expect(await call.bye()).toBe(200);
    expect(states.at(-1)).toBe("TERMINATED");
  });

  it("is TERMINATED as UAS by a non-2xx final answer", async () => {
    const seen = freshSeen();
    seen.onInvite = (request) => request.createResponse(486).send();
    const states: string[] = [];
    seen.onReady = ({ session }) => void states.push(session.state);
    const { lab, caller } = await start(seen);
    await using _ = lab;
    await lab.call(caller);
    expect(states).toEqual(["TERMINATED"]);
  });

  it("stays INITIAL for requests that make no dialog, and goes when they are answered [K]", async () => {
    const seen = freshSeen();
    const { lab, caller } = await start(seen);
    await using _ = lab;
    await lab.send(caller, { method: "MESSAGE", body: "hi" });
    expect(seen.session?.isValid).toBe(false);
    expect(lab.container.counts.applicationSessions).toBe(0);
  });
});

describe("JSR 289 §6.2.4 ready to invalidate", () => {
  it("ends SipSession, then application session, each told ready before destroyed", async () => {
    const seen = freshSeen();
    const { lab, caller } = await start(seen);
    await using _ = lab;
    const call = await lab.call(caller);
    await call.bye();
    expect(seen.events).toEqual([
      "SipApplicationSession created",
      "SipSession created",
      "handler INVITE",
      "handler BYE",
      "SipSession ready",
      "SipSession destroyed",
      "SipApplicationSession ready",
      "SipApplicationSession destroyed",
    ]);
  });

  it("keeps a session whose listener sets invalidateWhenReady to false, also after an await", async () => {
    const seen = freshSeen();
    seen.onReady = async ({ session }) => {
      await Promise.resolve();
      session.invalidateWhenReady = false;
      session.applicationSession.invalidateWhenReady = false;
    };
    const { lab, caller } = await start(seen);
    await using _ = lab;
    const call = await lab.call(caller);
    await call.bye();
    expect(seen.session?.isValid).toBe(true);
    expect(seen.session?.isReadyToInvalidate).toBe(true);
    expect(seen.events.filter((each) => each === "SipSession ready")).toHaveLength(1);
  });

  it("goes with its application session, which is ready although a session objected", async () => {
    const seen = freshSeen();
    seen.onReady = ({ session }) => void (session.invalidateWhenReady = false);
    const { lab, caller } = await start(seen);
    await using _ = lab;
    const call = await lab.call(caller);
    await call.bye();
    expect([seen.session?.isValid, seen.applicationSession?.isValid]).toEqual([false, false]);
  });

  it("keeps an application session whose flag is off, and lets it go when it is set again", async () => {
    const seen = freshSeen();
    seen.onInvite = (request) => {
      request.applicationSession.invalidateWhenReady = false;
      return answerIt(request);
    };
    const { lab, caller } = await start(seen);
    await using _ = lab;
    const call = await lab.call(caller);
    await call.bye();
    expect(seen.applicationSession?.isValid).toBe(true);
    expect(seen.applicationSession?.isReadyToInvalidate).toBe(true);
  });

  it("does not go while its 2xx waits for the ACK", async () => {
    const seen = freshSeen();
    const { lab, caller } = await start(seen);
    await using _ = lab;
    await lab.send(caller, { method: "INVITE" });
    expect(seen.session?.isReadyToInvalidate).toBe(false);
  });

  it("does not count an application session that never had a child as ready [K]", async () => {
    const seen = freshSeen();
    const { lab } = await start(seen);
    await using _ = lab;
    const made = lab.container.bean("calls", SipFactory).createApplicationSession();
    expect(made.isReadyToInvalidate).toBe(false);
    expect(made.isValid).toBe(true);
  });
});

describe("JSR 289 §6.1.2 invalidate", () => {
  it("takes children first, then timers and attributes; sessionDestroyed still sees the attributes [K]", async () => {
    const seen = freshSeen();
    seen.onInvite = (request) => {
      const bound = (name: string) => ({
        valueBound: () => seen.events.push(`bound ${name}`),
        valueUnbound: () => seen.events.push(`unbound ${name}`),
      });
      request.session.setAttribute("leg", bound("leg"));
      request.applicationSession.setAttribute("call", bound("call"));
      return answerIt(request);
    };
    const { lab, caller } = await start(seen);
    await using _ = lab;
    await lab.call(caller);
    seen.events = [];
    seen.applicationSession?.invalidate();
    expect(seen.events).toEqual([
      "SipSession destroyed leg",
      "unbound leg",
      "SipApplicationSession destroyed call",
      "unbound call",
    ]);
    expect(lab.container.counts).toMatchObject({ applicationSessions: 0, dialogs: 0 });
  });

  it("answers 481 to what comes later in the dialog and sends no BYE", async () => {
    const seen = freshSeen();
    const { lab, caller } = await start(seen);
    await using _ = lab;
    const call = await lab.call(caller);
    seen.session?.invalidate();
    expect(await call.bye()).toBe(481);
    expect(caller.messages("BYE")).toHaveLength(0);
  });

  it("answers 481 to a request whose session ends while it waits in the queue", async () => {
    const seen = freshSeen();
    let release = (): void => undefined;
    seen.onInvite = async (request) => {
      await answerIt(request);
      await new Promise<void>((resolve) => (release = resolve));
      request.session.invalidate();
    };
    const { lab, caller } = await start(seen);
    await using _ = lab;
    const call = await lab.call(caller);
    const answer = call.bye();
    release();
    expect(await answer).toBe(481);
    expect(seen.events).not.toContain("handler BYE");
  });

  it("throws on every use of an invalid session except id, isValid and applicationSession", async () => {
    const seen = freshSeen();
    const { lab, caller } = await start(seen);
    await using _ = lab;
    await lab.call(caller);
    const { session, applicationSession } = seen as Required<Seen> & {
      session: SipSession;
      applicationSession: SipApplicationSession;
    };
    applicationSession.invalidate();
    expect([session.id, session.isValid, session.applicationSession]).toEqual([session.id, false, applicationSession]);
    const uses: (() => unknown)[] = [
      () => session.state,
      () => session.localParty,
      () => session.remoteParty,
      () => session.creationTime,
      () => session.lastAccessedTime,
      () => session.servletContext,
      () => session.invalidateWhenReady,
      () => session.isReadyToInvalidate,
      () => session.createRequest("INFO"),
      () => session.setHandler("calls"),
      () => session.getAttribute("x"),
      () => session.setAttribute("x", 1),
      () => session.invalidate(),
      () => session.getActiveRequests("UAS"),
    ];
    for (const use of uses) expect(use).toThrow(expect.objectContaining({ code: "state.invalid-session" }));
    const others: (() => unknown)[] = [
      () => applicationSession.creationTime,
      () => applicationSession.lastAccessedTime,
      () => applicationSession.expirationTime,
      () => applicationSession.setExpires(1),
      () => applicationSession.invalidate(),
      () => applicationSession.isReadyToInvalidate,
      () => applicationSession.getSessions(),
      () => applicationSession.getSipSession("x"),
      () => applicationSession.timers,
      () => applicationSession.getTimer("x"),
      () => applicationSession.addIndexKey("x"),
      () => applicationSession.indexKeys,
      () => applicationSession.taskFutures,
      () => applicationSession.getTaskFuture("x"),
      () => applicationSession.getAttributeNames(),
      () => applicationSession.clearAttributes(),
    ];
    for (const use of others) {
      expect(use).toThrow(expect.objectContaining({ code: "state.invalid-application-session" }));
    }
    expect([applicationSession.applicationName, applicationSession.isValid]).toEqual(["calls", false]);
  });
});

describe("JSR 289 §6.3 application session expiry", () => {
  it("expires after the default of three minutes without traffic", async () => {
    const seen = freshSeen();
    const { lab, caller } = await start(seen);
    await using _ = lab;
    await lab.call(caller);
    await lab.settle(3 * minute - 1);
    expect(seen.applicationSession?.isValid).toBe(true);
    await lab.settle(1);
    expect(seen.applicationSession?.isValid).toBe(false);
    expect(seen.events.slice(-3)).toEqual(["expired", "SipSession destroyed", "SipApplicationSession destroyed"]);
  });

  it("starts anew with each message, but not with attributes", async () => {
    const seen = freshSeen();
    const { lab, caller } = await start(seen);
    await using _ = lab;
    const call = await lab.call(caller);
    await lab.settle(2 * minute);
    await call.request("MESSAGE");
    await lab.settle(2 * minute);
    expect(seen.applicationSession?.isValid).toBe(true);
    seen.applicationSession?.setAttribute("x", 1);
    await lab.settle(minute);
    expect(seen.applicationSession?.isValid).toBe(false);
  });

  it("is prolonged in sessionExpired by setExpires, also after an await", async () => {
    const seen = freshSeen();
    let time = 0;
    seen.onExpired = async ({ applicationSession }) => {
      time = applicationSession.expirationTime;
      await Promise.resolve();
      if (seen.events.filter((each) => each === "expired").length === 1) applicationSession.setExpires(2);
    };
    const { lab, caller } = await start(seen);
    await using _ = lab;
    await lab.call(caller);
    await lab.settle(3 * minute);
    expect(time).toBe(Number.MIN_SAFE_INTEGER);
    expect(seen.applicationSession?.isValid).toBe(true);
    expect(seen.applicationSession?.expirationTime).toBe(lab.clock.now() + 2 * minute);
    await lab.settle(2 * minute);
    expect(seen.applicationSession?.isValid).toBe(false);
  });

  it("grants 2147483647 for never and tells 0 as the time", async () => {
    const seen = freshSeen();
    const { lab, caller } = await start(seen);
    await using _ = lab;
    await lab.call(caller);
    expect(seen.applicationSession?.setExpires(0)).toBe(2_147_483_647);
    expect(seen.applicationSession?.expirationTime).toBe(0);
    await lab.settle(100 * 24 * 60 * minute);
    expect(seen.applicationSession?.isValid).toBe(true);
    expect(seen.applicationSession?.setExpires(60 * 24 * 40)).toBe(60 * 24 * 40);
    await lab.settle(39 * 24 * 60 * minute);
    expect(seen.applicationSession?.isValid).toBe(true);
    await lab.settle(24 * 60 * minute);
    expect(seen.applicationSession?.isValid).toBe(false);
  });
});

describe("JSR 289 §6.3 the sessions of an application session", () => {
  it("lists valid SIP sessions, nothing for HTTP and unknown protocols, and finds them by id", async () => {
    const seen = freshSeen();
    const { lab, caller } = await start(seen);
    await using _ = lab;
    await lab.call(caller);
    const { applicationSession, session } = seen;
    expect(applicationSession?.getSessions()).toEqual([session]);
    expect(applicationSession?.getSessions("SIP")).toEqual([session]);
    expect(applicationSession?.getSessions("HTTP")).toEqual([]);
    expect(applicationSession?.getSessions("FAX" as "HTTP")).toEqual([]);
    expect(applicationSession?.getSipSession(session?.id ?? "")).toBe(session);
    expect(applicationSession?.getSession(session?.id ?? "", "SIP")).toBe(session);
    expect(() => applicationSession?.getSipSession(undefined as unknown as string)).toThrow(
      expect.objectContaining({ code: "argument.missing" }),
    );
  });

  it("are told created before any handler when the factory makes them, in order", async () => {
    const seen = freshSeen();
    const { lab } = await start(seen);
    await using _ = lab;
    const factory = lab.container.bean("calls", SipFactory);
    const applicationSession = factory.createApplicationSession();
    expect(seen.events).toEqual(["SipApplicationSession created"]);
    factory.createRequest(applicationSession, "INVITE", "sip:a@example.com", "sip:b@192.0.2.1");
    expect(seen.events).toEqual(["SipApplicationSession created", "SipSession created"]);
  });
});

describe("JSR 289 §15.11.2 application keys, JSR 359 index keys", () => {
  const byUser = (request: SipServletRequest): string | undefined => request.getHeader("Subject");

  it("puts requests of one key into one application session, of no key into new ones", async () => {
    const seen = freshSeen();
    const lab = await ContainerLab.start({ applications: [{ ...application(seen), applicationKey: byUser }] });
    await using _ = lab;
    const caller = lab.agent("alice", alice);
    const made: (SipApplicationSession | undefined)[] = [];
    for (const subject of ["one", "one", "two", undefined, undefined]) {
      await lab.call(caller, { headers: { Subject: subject } });
      made.push(seen.applicationSession);
    }
    expect(made[0]).toBe(made[1]);
    expect(new Set(made).size).toBe(4);
    const util = lab.container.bean("calls", SipSessionsUtil);
    expect(util.getApplicationSessionByKey("one", false)).toBe(made[0]);
    expect(util.getApplicationSessionByKey("three", false)).toBeUndefined();
    const factory = lab.container.bean("calls", SipFactory);
    expect(factory.createApplicationSessionByKey("two")).toBe(made[2]);
    expect(util.getApplicationSessionById(made[2]?.id ?? "")).toBe(made[2]);
    made[0]?.invalidate();
    expect(util.getApplicationSessionByKey("one", true)).not.toBe(made[0]);
  });

  it("finds sessions by index key until it is removed or they end", async () => {
    const seen = freshSeen();
    const { lab } = await start(seen);
    await using _ = lab;
    const factory = lab.container.bean("calls", SipFactory);
    const util = lab.container.bean("calls", SipSessionsUtil);
    const [first, second] = [factory.createApplicationSession(), factory.createApplicationSession()];
    for (const each of [first, second]) each.addIndexKey("conference-7");
    first.addIndexKey("vip");
    expect(first.indexKeys).toEqual(["conference-7", "vip"]);
    expect(util.getSipApplicationSessionIds("conference-7")).toEqual([first.id, second.id]);
    first.removeIndexKey("conference-7");
    expect(util.getSipApplicationSessionIds("conference-7")).toEqual([second.id]);
    second.invalidate();
    expect(util.getSipApplicationSessionIds("conference-7")).toEqual([]);
    expect(util.getSipApplicationSessionIds()).toEqual([first.id]);
  });
});

describe("JSR 289 §15.11.1 encodeUri", () => {
  it("leads a later initial request into the same application session", async () => {
    const seen = freshSeen();
    const { lab, caller } = await start(seen);
    await using _ = lab;
    await lab.call(caller);
    const first = seen.applicationSession;
    const uri = lab.container.bean("calls", SipFactory).createSipUri("app", "192.0.2.10");
    first?.encodeUri(uri);
    await lab.call(caller, { uri: uri.toString() });
    expect(seen.applicationSession).toBe(first);
    expect(first?.getSessions()).toHaveLength(2);
    first?.invalidate();
    await lab.call(caller, { uri: uri.toString() });
    expect(seen.applicationSession).not.toBe(first);
  });

  it("takes no token that was made elsewhere or changed", async () => {
    const seen = freshSeen();
    const { lab, caller } = await start(seen);
    await using _ = lab;
    await lab.call(caller);
    const first = seen.applicationSession;
    const uri = lab.container.bean("calls", SipFactory).createSipUri("app", "192.0.2.10");
    first?.encodeUri(uri);
    const forged = uri.toString().replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    await lab.call(caller, { uri: forged });
    expect(seen.applicationSession).not.toBe(first);
  });

  it("refuses what is no SIP URI", async () => {
    const seen = freshSeen();
    const { lab } = await start(seen);
    await using _ = lab;
    const factory = lab.container.bean("calls", SipFactory);
    expect(() => factory.createApplicationSession().encodeUri(factory.createUri("tel:+12025552600"))).toThrow(
      expect.objectContaining({ code: "argument.scheme" }),
    );
  });
});

describe("JSR 289 §6.2.3 createRequest", () => {
  it.each(["ACK", "CANCEL", "", "BAD METHOD"])("refuses %j", async (method) => {
    const seen = freshSeen();
    const { lab, caller } = await start(seen);
    await using _ = lab;
    await lab.call(caller);
    expect(() => seen.session?.createRequest(method)).toThrow(expect.objectContaining({ code: "argument.method" }));
  });

  it("sends again on a UAC session that fell back to INITIAL: same Call-ID and From, higher CSeq", async () => {
    const seen = freshSeen();
    const { lab, caller } = await start(seen);
    await using _ = lab;
    const factory = lab.container.bean("calls", SipFactory);
    const request = factory.createRequest(
      factory.createApplicationSession(),
      "INVITE",
      "sip:app@example.com",
      `sip:alice@${alice}`,
    );
    const { session } = request;
    session.applicationSession.invalidateWhenReady = false;
    session.invalidateWhenReady = false;
    caller.answer("INVITE", 486);
    await request.send();
    expect(() => session.createRequest("INVITE")).toThrow(expect.objectContaining({ code: "state.transaction" }));
    await lab.settle(10);
    expect(session.state).toBe("INITIAL");
    await session.createRequest("INVITE").send();
    await lab.settle(10);
    const [first, second] = caller.messages("INVITE");
    expect(second?.callId).toBe(first?.callId);
    expect(second?.fromTag).toBe(first?.fromTag);
    expect([first?.sequenceNumber, second?.sequenceNumber]).toEqual([1, 2]);
    expect(second?.toTag).toBeUndefined();
  });
});
