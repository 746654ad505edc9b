import "reflect-metadata";
import {
  Bye,
  inject,
  Invite,
  MemorySessionStore,
  Message,
  SipApplicationSessionActivationListener,
  SipApplicationSessionScoped,
  SipFactory,
  SipServlet,
  SipSessionsUtil,
  TimerListener,
  TimerService,
  type Address,
  type ServletTimer,
  type SipApplicationSessionEvent,
  type SipServletRequest,
  type SipSession,
} from "@siplet/framework";
import type { SessionSnapshot, SessionStore } from "@siplet/framework/spi";
import { describe, expect, it } from "vitest";
import { ContainerLab, createWorld } from "./container-lab.js";

class Invoice {
  lines: string[] = [];
  total(): number {
    return this.lines.length;
  }
}

interface Seen {
  events: string[];
  attributes: Record<string, unknown>;
}

/** The same application in two containers; `seen` tells which of them did what. */
function application(seen: Seen, where: string) {
  @SipApplicationSessionScoped()
  class CallClock {
    ticks = 0;
    constructor(@inject(SipFactory) readonly factory: SipFactory) {}
  }
  @SipServlet({ name: "calls" })
  class Calls {
    constructor(
      @inject(CallClock) readonly clock: CallClock,
      @inject(TimerService) readonly timers: TimerService,
    ) {}
    @Invite() async onInvite(request: SipServletRequest): Promise<void> {
      const { applicationSession, session } = request;
      this.clock.ticks += 1;
      for (const [name, value] of Object.entries(seen.attributes)) applicationSession.setAttribute(name, value);
      applicationSession.setAttribute("leg", session);
      session.setAttribute("caller", request.from.clone());
      applicationSession.addIndexKey("all-calls");
      this.timers.createTimer(applicationSession, { delay: 60_000, isPersistent: true, info: { ring: 1 } });
      this.timers.createTimer(applicationSession, { delay: 60_000, info: "lost" });
      await request.createResponse(200).send();
    }
    @Bye() async onBye(request: SipServletRequest): Promise<void> {
      this.clock.ticks += 1;
      const invoice = request.applicationSession.getAttribute("invoice") as Invoice | undefined;
      seen.events.push(
        `${where} BYE ticks ${this.clock.ticks} factory ${typeof this.clock.factory.createUri} total ${invoice?.total() ?? "-"}`,
      );
      const leg = request.applicationSession.getAttribute("leg") as SipSession;
      const caller = request.session.getAttribute("caller") as Address;
      seen.events.push(`${leg === request.session ? "same leg" : "other leg"} ${caller.uri?.toString() ?? ""}`);
      for (const timer of request.applicationSession.timers) timer.cancel();
      await request.createResponse(200).send();
    }
    @Message() onMessage(request: SipServletRequest): Promise<void> {
      return request.createResponse(200).send();
    }
  }
  class Moves extends SipApplicationSessionActivationListener {
    override sessionWillPassivate({ applicationSession }: SipApplicationSessionEvent): void {
      seen.events.push(`${where} passivates ${applicationSession.isValid}`);
    }
    override sessionDidActivate({ applicationSession }: SipApplicationSessionEvent): void {
      seen.events.push(`${where} activates ${applicationSession.isValid}`);
    }
  }
  class Alarm extends TimerListener {
    timeout(timer: ServletTimer): void {
      seen.events.push(`${where} timer ${JSON.stringify(timer.info)}`);
    }
  }
  return {
    name: "calls",
    servlets: [Calls],
    listeners: [
      { listenerClass: Moves, listens: [SipApplicationSessionActivationListener] },
      { listenerClass: Alarm, listens: [TimerListener] },
    ],
    snapshotClasses: [Invoice],
    distributable: true,
    applicationKey: (request: SipServletRequest): string | undefined => request.getHeader("Subject"),
  };
}

async function startTwo(seen: Seen) {
  const world = createWorld();
  const first = await ContainerLab.start({ applications: [application(seen, "first")] }, world, "192.0.2.10");
  const second = await ContainerLab.start({ applications: [application(seen, "second")] }, world, "192.0.2.111");
  return { first, second, caller: first.agent("alice", "192.0.2.1") };
}

describe("JSR 289 §6.3 distributable application sessions", () => {
  it("move established calls to another container of the application, where they end", async () => {
    const invoice = new Invoice();
    invoice.lines.push("one", "two");
    const seen: Seen = { events: [], attributes: { invoice } };
    const { first, second, caller } = await startTwo(seen);
    await using _first = first;
    await using _second = second;
    const calls = [];
    for (let index = 0; index < 5; index++) calls.push(await first.call(caller));
    const ids = first.container.bean("calls", SipSessionsUtil).getSipApplicationSessionIds("all-calls");
    expect(ids).toHaveLength(5);
    for (const id of ids) {
      const snapshot = await first.container.passivateSession(id);
      second.container.activateSession(JSON.parse(JSON.stringify(snapshot)) as SessionSnapshot);
    }
    expect(first.container.counts).toMatchObject({ applicationSessions: 0, dialogs: 0 });
    expect(second.container.counts).toMatchObject({ applicationSessions: 5, dialogs: 5 });
    expect(second.container.bean("calls", SipSessionsUtil).getSipApplicationSessionIds("all-calls")).toEqual(ids);
    seen.events = [];
    for (const call of calls) expect(await call.bye("192.0.2.111")).toBe(200);
    expect(seen.events.slice(0, 2)).toEqual([
      "second BYE ticks 2 factory function total 2",
      "same leg sip:alice@example.org",
    ]);
    expect(second.container.counts).toMatchObject({ applicationSessions: 0, dialogs: 0 });
  });

  it("bring their key, persistent timers and expiry along, and leave the other timers behind", async () => {
    const seen: Seen = { events: [], attributes: {} };
    const { first, second, caller } = await startTwo(seen);
    await using _first = first;
    await using _second = second;
    await first.call(caller, { headers: { Subject: "room" } });
    const util = second.container.bean("calls", SipSessionsUtil);
    const session = first.container.bean("calls", SipSessionsUtil).getApplicationSessionByKey("room", false);
    const { expirationTime } = session ?? {};
    const snapshot = await first.container.passivateSession(session?.id ?? "");
    expect(session?.isValid).toBe(false);
    second.container.activateSession(snapshot);
    expect(util.getApplicationSessionByKey("room", false)?.expirationTime).toBe(expirationTime);
    await first.settle(60_000);
    expect(seen.events).toEqual(["first passivates true", "second activates true", 'second timer {"ring":1}']);
    await first.settle(180_000);
    expect(second.container.counts.applicationSessions).toBe(0);
  });

  it("let the container that took a call send in it: BYE with the next number, to the same target", async () => {
    const seen: Seen = { events: [], attributes: {} };
    const { first, second, caller } = await startTwo(seen);
    await using _first = first;
    await using _second = second;
    caller.answer("BYE", 200);
    const call = await first.call(caller);
    const [id = ""] = first.container.bean("calls", SipSessionsUtil).getSipApplicationSessionIds();
    const restored = second.container.activateSession(await first.container.passivateSession(id));
    await restored.getSessions("SIP")[0]?.createRequest("BYE").send();
    await first.settle();
    const bye = caller.last("BYE");
    expect([bye.callId, bye.fromTag, bye.toTag]).toEqual([call.callId, call.answer.toTag, call.answer.fromTag]);
  });

  it.each([
    ["a function", () => 1, "a function"],
    ["an instance of an unknown class", new (class Socket {})(), "an instance of Socket"],
    ["a value deep inside", { list: [new Map([["x", Symbol("y")]])] }, "a symbol"],
  ])("refuse %s when it is stored, naming key and class", async (_what, value, reason) => {
    const seen: Seen = { events: [], attributes: {} };
    const { first, second } = await startTwo(seen);
    await using _first = first;
    await using _second = second;
    const session = first.container.bean("calls", SipFactory).createApplicationSession();
    expect(() => session.setAttribute("bad", value)).toThrow(expect.objectContaining({ code: "argument.content" }));
    expect(() => session.setAttribute("bad", value)).toThrow(new RegExp(`attribute "bad".*${reason}`));
    expect(session.getAttributeNames()).toEqual([]);
  });

  it("refuse to move while a transaction is under way", async () => {
    const seen: Seen = { events: [], attributes: {} };
    const { first, second, caller } = await startTwo(seen);
    await using _first = first;
    await using _second = second;
    await first.send(caller, { method: "INVITE" });
    const [id = ""] = first.container.bean("calls", SipSessionsUtil).getSipApplicationSessionIds();
    await expect(first.container.passivateSession(id)).rejects.toMatchObject({ code: "state.transaction" });
    expect(first.container.counts.applicationSessions).toBe(1);
  });

  it("refuse a session that is here already, and an unknown layout", async () => {
    const seen: Seen = { events: [], attributes: {} };
    const { first, second, caller } = await startTwo(seen);
    await using _first = first;
    await using _second = second;
    await first.call(caller);
    const [id = ""] = first.container.bean("calls", SipSessionsUtil).getSipApplicationSessionIds();
    const snapshot = await first.container.passivateSession(id);
    second.container.activateSession(snapshot);
    expect(() => second.container.activateSession(snapshot)).toThrow(
      expect.objectContaining({ code: "argument.session" }),
    );
    expect(() => first.container.activateSession({ ...snapshot, format: 99 })).toThrow(
      expect.objectContaining({ code: "argument.session" }),
    );
  });
});

describe("a store that containers share", () => {
  async function startShared(seen: Seen, delay = 0) {
    const world = createWorld();
    const memory = new MemorySessionStore({ isVolatile: false });
    const store: SessionStore = {
      isVolatile: false,
      commit: async (batch) => {
        const results = memory.commit(batch);
        if (delay > 0) {
          await new Promise((resolve) => world.clock.setTimeout(() => resolve(undefined), delay, undefined));
        }
        return results;
      },
      get: (id) => memory.get(id),
      find: (lookup) => memory.find(lookup),
      takeOver: (id, epoch, owner) => memory.takeOver(id, epoch, owner),
      release: (id, epoch) => memory.release(id, epoch),
      delete: (id, epoch) => memory.delete(id, epoch),
      due: (before, limit) => memory.due(before, limit),
      close: () => undefined,
    };
    const start = (name: string, address: string) =>
      ContainerLab.start({ applications: [application(seen, name)], store, engineName: name }, world, address);
    const first = await start("first", "192.0.2.10");
    const second = await start("second", "192.0.2.111");
    return { first, second, memory, caller: first.agent("alice", "192.0.2.1") };
  }

  it("lets another container end a call that it never saw", async () => {
    const seen: Seen = { events: [], attributes: {} };
    const { first, second, memory, caller } = await startShared(seen);
    await using _first = first;
    await using _second = second;
    const call = await first.call(caller);
    expect(call.answer.status).toBe(200);
    expect(await call.bye("192.0.2.111")).toBe(200);
    expect(seen.events).toContain("second BYE ticks 2 factory function total -");
    expect(second.container.counts.applicationSessions).toBe(0);
    expect(memory.find({ kind: "index", value: "all-calls" })).toEqual([]);
  });

  it("holds a message back until the state behind it is written", async () => {
    const seen: Seen = { events: [], attributes: {} };
    const { first, second, caller } = await startShared(seen, 50);
    await using _first = first;
    await using _second = second;
    await first.send(caller, { method: "INVITE" });
    expect(caller.messages("200 INVITE")).toHaveLength(0);
    await first.settle(50);
    expect(caller.messages("200 INVITE")).toHaveLength(1);
  });

  it("keeps what an engine sends from leaving once another owns the session", async () => {
    const seen: Seen = { events: [], attributes: {} };
    const { first, second, memory, caller } = await startShared(seen);
    await using _first = first;
    await using _second = second;
    await first.call(caller);
    const [id = ""] = memory.find({ kind: "index", value: "all-calls" });
    memory.takeOver(id, 1, "second");
    const session = first.container.bean("calls", SipSessionsUtil).getApplicationSessionById(id);
    const sent = session?.getSessions("SIP")[0]?.createRequest("BYE").send();
    await Promise.allSettled([sent]);
    await first.settle();
    expect(caller.messages("BYE")).toHaveLength(0);
    expect(first.container.counts.applicationSessions).toBe(0);
  });
});
