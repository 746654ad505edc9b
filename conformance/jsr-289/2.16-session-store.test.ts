import "reflect-metadata";
import {
  Ack,
  Bye,
  DeploymentError,
  Info,
  inject,
  Invite,
  MemorySessionStore,
  SipApplicationSessionActivationListener,
  SipApplicationSessionScoped,
  SipFactory,
  SipServlet,
  SipSessionsUtil,
  Subscribe,
  SuccessResponse,
  TimerListener,
  TimerService,
  type ServletTimer,
  type SipApplicationSessionEvent,
  type SipServletRequest,
  type SipServletResponse,
} from "@siplet/framework";
import type { SessionSnapshot } from "@siplet/framework/spi";
import { ManualClock } from "@siplet/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ContainerLab, createWorld, type LabWorld } from "./container-lab.js";

const addresses = { first: "192.0.2.10", second: "192.0.2.111" } as const;
type Place = keyof typeof addresses;

let world: LabWorld;
let store: MemorySessionStore;
let events: string[];
let labs: ContainerLab[];

beforeEach(() => {
  world = createWorld();
  store = new MemorySessionStore({ isVolatile: false });
  events = [];
  labs = [];
});
afterEach(async () => {
  for (const lab of labs.toReversed()) await lab[Symbol.asyncDispose]();
});

/** The same application in each container; `events` tell which of them did what. */
function application(where: Place) {
  @SipApplicationSessionScoped()
  class Cart {
    items: string[] = [];
    connection: unknown = null;
  }
  @SipServlet({ name: "shop" })
  class Shop {
    constructor(
      @inject(Cart) readonly cart: Cart,
      @inject(TimerService) readonly timers: TimerService,
    ) {}
    @Invite() async onInvite(request: SipServletRequest): Promise<void> {
      if (request.getHeader("Subject") === "unwritable") this.cart.connection = new (class Socket {})();
      request.session.setAttribute("step", "invited");
      const response = request.createResponse(200);
      if (request.getHeader("Session-Expires") !== undefined) response.sessionKeepAlivePreference.enabled = true;
      await response.send().catch((error: Error) => events.push(`${where} ${error.message}`));
    }
    @Ack() onAck(request: SipServletRequest): void {
      request.session.setAttribute("step", "acknowledged");
      this.cart.items.push("apple");
      this.timers.createTimer(request.applicationSession, { delay: 60_000, isPersistent: true, info: "wake" });
    }
    @Info() onInfo(request: SipServletRequest): Promise<void> {
      const step = String(request.session.getAttribute("step"));
      return request.createResponse(200, `${where} ${step} ${this.cart.items.join()}`.trim()).send();
    }
    @Bye() onBye(request: SipServletRequest): Promise<void> {
      for (const timer of request.applicationSession.timers) timer.cancel();
      return request.createResponse(200, where).send();
    }
    @Subscribe() async onSubscribe(request: SipServletRequest): Promise<void> {
      const response = request.createResponse(200);
      response.expires = 3600;
      await response.send();
    }
    @SuccessResponse() async onSuccess(response: SipServletResponse): Promise<void> {
      events.push(`${where} ${response.status} ${response.method}`);
      if (response.method === "INVITE") await response.createAck().send();
    }
  }
  class Moves extends SipApplicationSessionActivationListener {
    override sessionWillPassivate(_event: SipApplicationSessionEvent): void {
      events.push(`${where} passivates`);
    }
    override sessionDidActivate(_event: SipApplicationSessionEvent): void {
      events.push(`${where} activates`);
    }
  }
  class Alarm extends TimerListener {
    timeout(timer: ServletTimer): void {
      events.push(`${where} ${String(timer.info)}`);
    }
  }
  return {
    name: "shop",
    servlets: [Shop],
    listeners: [
      { listenerClass: Moves, listens: [SipApplicationSessionActivationListener] },
      { listenerClass: Alarm, listens: [TimerListener] },
    ],
    distributable: true,
  };
}

async function start(where: Place, options: Partial<Parameters<typeof ContainerLab.start>[0]> = {}) {
  const applications = [application(where)];
  const lab = await ContainerLab.start({ applications, engineName: where, ...options }, world, addresses[where]);
  labs.push(lab);
  return lab;
}

/** Two containers without a store: sessions are moved by hand. */
const startTwo = async () => ({ first: await start("first"), second: await start("second") });

async function move(from: ContainerLab, to: ContainerLab): Promise<void> {
  const [id = ""] = from.container.bean("shop", SipSessionsUtil).getSipApplicationSessionIds();
  const snapshot = await from.container.passivateSession(id);
  to.container.activateSession(JSON.parse(JSON.stringify(snapshot)) as SessionSnapshot);
}

describe("JSR 289 §6.3 what moves with an application session", () => {
  it("a running session timer: the container that took the call refreshes it (RFC 4028)", async () => {
    const { first, second } = await startTwo();
    const caller = first.agent("alice", "192.0.2.1");
    caller.answer("UPDATE", 200);
    const headers = { Supported: "timer", "Session-Expires": "100;refresher=uas", Allow: "INVITE, UPDATE" };
    await first.call(caller, { headers });
    await first.settle(20_000);
    await move(first, second);
    await first.settle(29_000);
    expect(caller.messages("UPDATE")).toHaveLength(0);
    await first.settle(2000);
    expect(caller.messages("UPDATE")).toHaveLength(1);
    expect(caller.last("UPDATE").header("Session-Expires")).toMatch(/^100/);
  });

  it("a session timer that nobody refreshed meanwhile ends the call at once", async () => {
    const { first, second } = await startTwo();
    const caller = first.agent("alice", "192.0.2.1");
    caller.answer("BYE", 200);
    await first.call(caller, { headers: { Supported: "timer", "Session-Expires": "100;refresher=uac" } });
    const [id = ""] = first.container.bean("shop", SipSessionsUtil).getSipApplicationSessionIds();
    const snapshot = await first.container.passivateSession(id);
    await first.settle(99_000);
    second.container.activateSession(snapshot);
    await first.settle();
    expect(caller.messages("BYE")).toHaveLength(1);
  });

  it("the subscriptions of a notifier: its last NOTIFY ends the session there", async () => {
    const { first, second } = await startTwo();
    const watcher = first.agent("watcher", "192.0.2.1");
    watcher.answer("NOTIFY", 200);
    await first.send(watcher, { method: "SUBSCRIBE", headers: { Event: "presence", Expires: "3600" } });
    await move(first, second);
    const [id = ""] = second.container.bean("shop", SipSessionsUtil).getSipApplicationSessionIds();
    const session = second.container.bean("shop", SipSessionsUtil).getApplicationSessionById(id)?.getSessions("SIP")[0];
    expect(session?.state).toBe("CONFIRMED");
    await session?.terminateDialog();
    await first.settle();
    const notify = watcher.last("NOTIFY");
    expect([notify.header("Event"), notify.header("Subscription-State")]).toEqual([
      "presence",
      "terminated;reason=noresource",
    ]);
    expect(second.container.counts.applicationSessions).toBe(0);
  });

  it("a call that the application made: the callee ends it there", async () => {
    const { first, second } = await startTwo();
    const callee = first.agent("bob", "192.0.2.2");
    callee.answer("INVITE", 200);
    const factory = first.container.bean("shop", SipFactory);
    const sas = factory.createApplicationSession();
    await factory.createRequest(sas, "INVITE", "sip:app@192.0.2.10", callee.uri).send();
    await first.settle(33_000);
    await move(first, second);
    const invite = callee.last("INVITE");
    const answer = callee.sent.find((message) => message.status === 200);
    const { callId } = invite;
    const bye = { method: "BYE", callId, from: invite.header("To"), fromTag: answer?.toTag, toTag: invite.fromTag };
    callee.sendRequest({ uri: "sip:192.0.2.111", ...bye }, { address: addresses.second, port: 5060 });
    await first.settle();
    expect(callee.last((message) => !message.isRequest).reasonPhrase).toBe("second");
  });

  it("the family of forked sessions with its attributes", async () => {
    const { first, second } = await startTwo();
    const caller = first.agent("alice", "192.0.2.1");
    await first.call(caller);
    const util = (lab: ContainerLab) => lab.container.bean("shop", SipSessionsUtil);
    const only = (lab: ContainerLab) =>
      util(lab)
        .getApplicationSessionById(util(lab).getSipApplicationSessionIds()[0] ?? "")
        ?.getSessions("SIP")[0];
    only(first)?.forkingContext.setAttribute("colour", "blue");
    await move(first, second);
    const session = only(second);
    expect(session?.forkingContext.getAttribute("colour")).toBe("blue");
    expect(session?.forkingContext.sipSessions).toEqual([session]);
  });
});

describe("JSR 289 §6.3 a store behind the containers", () => {
  /** Containers that share the store; the first may have a clock that stands still, as one that crashed has. */
  async function startShared(isFrozen = false) {
    const first = await start("first", { store, ...(isFrozen && { clock: new ManualClock() }) });
    const second = await start("second", { store });
    return { first, second, caller: first.agent("alice", "192.0.2.1") };
  }

  it("is written when a handler changes attributes, beans and timers without sending", async () => {
    const { first, caller } = await startShared(true);
    const call = await first.call(caller);
    await call.request("INFO", undefined, addresses.second);
    expect(caller.last((message) => message.summary === "200 INFO").reasonPhrase).toBe("second acknowledged apple");
    expect(events).toEqual(["second activates"]);
    await first.settle(60_000);
    expect(events).toEqual(["second activates", "second wake"]);
  });

  it("is written outside of handlers too, once for a turn", async () => {
    const { first, caller } = await startShared();
    await first.call(caller);
    const [id = ""] = first.container.bean("shop", SipSessionsUtil).getSipApplicationSessionIds();
    const version = () => store.get(id)?.version ?? 0;
    const session = first.container.bean("shop", SipSessionsUtil).getApplicationSessionById(id);
    const before = version();
    session?.setAttribute("a", 1);
    session?.setAttribute("b", 2);
    session?.getSessions("SIP")[0]?.setAttribute("c", 3);
    await first.settle();
    expect(version()).toBe(before + 1);
    session?.getAttribute("a");
    await first.settle();
    expect(version()).toBe(before + 1);
  });

  it("hands over sessions whose timers are overdue, because their engine is gone", async () => {
    const { first, caller } = await startShared(true);
    await first.call(caller);
    await world.clock.advanceAsync(69_000);
    expect(events).toEqual([]);
    await world.clock.advanceAsync(10_000);
    expect(events).toEqual(["second activates", "second wake"]);
  });

  it("leaves a session alone whose engine fires its timers", async () => {
    const { first, caller } = await startShared();
    await first.call(caller);
    await world.clock.advanceAsync(100_000);
    expect(events).toEqual(["first wake"]);
  });

  it("keeps sessions when their container closes: calls go on elsewhere, and nobody hears of an end", async () => {
    const { first, caller } = await startShared();
    const call = await first.call(caller);
    await first.container.close();
    await world.clock.advanceAsync(100);
    expect(events).toEqual(["first passivates"]);
    const [id = ""] = store.find({ kind: "dialog", value: `${call.callId}\n${call.answer.toTag}\nalice-tag` });
    expect([store.get(id)?.owner, id === ""]).toEqual([undefined, false]);
    expect(await call.bye(addresses.second)).toBe(200);
    expect(caller.last((message) => message.summary === "200 BYE").reasonPhrase).toBe("second");
    expect(store.get(id)).toBeUndefined();
  });

  it("leaves nothing behind when a deployment fails", async () => {
    const before = world.clock.pendingCount;
    const failure = await ContainerLab.start({ applications: [{}], store }, world).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DeploymentError);
    expect(world.clock.pendingCount).toBe(before);
  });

  it("refuses what cannot be written: send rejects, nothing leaves, bean, field and class are named", async () => {
    const { first, caller } = await startShared();
    await first.send(caller, { method: "INVITE", headers: { Subject: "unwritable" } });
    expect(events).toEqual([expect.stringMatching(/^first .*Cart\.connection is an instance of Socket/)]);
    expect(caller.messages("200")).toEqual([]);
    expect(first.log.some(({ level, text }) => level === "error" && text.includes("could not be written"))).toBe(true);
  });
});

describe("JSR 289 §15.11 initial requests that lead to a stored session", () => {
  async function startShared() {
    const secret = "shared";
    const options = { store, secret };
    const key = (request: SipServletRequest): string | undefined => request.getHeader("Room");
    const applications = (where: Place) => [{ ...application(where), applicationKey: key }];
    const first = await start("first", { ...options, applications: applications("first") });
    const second = await start("second", { ...options, applications: applications("second") });
    return { first, second, caller: first.agent("alice", "192.0.2.1") };
  }
  const idsOf = (lab: ContainerLab) => lab.container.bean("shop", SipSessionsUtil).getSipApplicationSessionIds();
  const toSecond = { address: addresses.second, port: 5060 };

  it("by application key", async () => {
    const { first, second, caller } = await startShared();
    await first.call(caller, { headers: { Room: "blue" } });
    const ids = idsOf(first);
    caller.sendRequest(
      { method: "INVITE", uri: "sip:192.0.2.111", callId: "new", headers: { Room: "blue" } },
      toSecond,
    );
    await first.settle();
    expect([idsOf(second), caller.last((message) => message.callId === "new").status]).toEqual([ids, 200]);
    expect(events).toEqual(["second activates"]);
    caller.sendRequest(
      { method: "INVITE", uri: "sip:192.0.2.111", callId: "other", headers: { Room: "red" } },
      toSecond,
    );
    await first.settle();
    expect(idsOf(second)).toHaveLength(2);
  });

  it("by an encoded URI", async () => {
    const { first, second, caller } = await startShared();
    await first.call(caller);
    const [id = ""] = idsOf(first);
    const uri = first.container.bean("shop", SipFactory).createUri("sip:app@192.0.2.111");
    first.container.bean("shop", SipSessionsUtil).getApplicationSessionById(id)?.encodeUri(uri);
    caller.sendRequest({ method: "INVITE", uri: uri.toString(), callId: "new" }, toSecond);
    await first.settle();
    expect(idsOf(second)).toEqual([id]);
  });

  it.each(["Replaces", "Join"])("by %s", async (name) => {
    const { first, second, caller } = await startShared();
    const call = await first.call(caller);
    const ids = idsOf(first);
    const headers = { [name]: `${call.callId};to-tag=${call.answer.toTag};from-tag=alice-tag` };
    caller.sendRequest({ method: "INVITE", uri: "sip:192.0.2.111", callId: "new", headers }, toSecond);
    await first.settle();
    expect(idsOf(second)).toEqual(ids);
    const util = second.container.bean("shop", SipSessionsUtil);
    const sessions = util.getApplicationSessionById(ids[0] ?? "")?.getSessions("SIP") ?? [];
    const fresh = sessions.find(({ callId }) => callId === "new");
    expect(fresh && util.getCorrespondingSipSession(fresh, name)?.callId).toBe(call.callId);
  });

  it("and is served as any other when the store cannot be asked", async () => {
    const { second, caller } = await startShared();
    store.find = () => {
      throw new RangeError("no connection");
    };
    caller.sendRequest({ method: "INVITE", uri: "sip:192.0.2.111", headers: { Room: "blue" } }, toSecond);
    await second.settle();
    expect(caller.last((message) => !message.isRequest).status).toBe(200);
  });
});
