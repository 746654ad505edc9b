import "reflect-metadata";
import { setImmediate } from "node:timers/promises";
import {
  inject,
  isServletError,
  ManagedScheduledSipExecutorService,
  ManagedSipExecutorService,
  Message,
  SipContextService,
  SipFactory,
  SipServlet,
  SipSessionsUtil,
  type ConcurrencyMode,
  type SipApplicationSession,
  type SipServletRequest,
} from "@siplet/framework";
import { createSeededRandom } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { ContainerLab } from "./container-lab.js";

type Handler = (request: SipServletRequest, executor: ManagedSipExecutorService) => unknown;

/** An application whose handler each test writes. */
async function start(onMessage: Handler = () => undefined, concurrencyMode: ConcurrencyMode = "APPLICATIONSESSION") {
  @SipServlet({ name: "work" })
  class Work {
    constructor(@inject(ManagedSipExecutorService) readonly executor: ManagedSipExecutorService) {}
    @Message() async onMessage(request: SipServletRequest): Promise<void> {
      await request.createResponse(200).send();
      await onMessage(request, this.executor);
    }
  }
  const key = (request: SipServletRequest): string | undefined => request.getHeader("Subject");
  const definition = { name: "work", servlets: [Work], applicationKey: key, concurrencyMode };
  const lab = await ContainerLab.start({ applications: [definition], stuckTimeout: 5000 });
  const bean = <T>(token: abstract new (...parameters: never[]) => T): T => lab.container.bean("work", token);
  const create = (): SipApplicationSession => {
    const made = bean(SipFactory).createApplicationSession();
    made.setExpires(0);
    return made;
  };
  const executor = bean(ManagedScheduledSipExecutorService);
  return { lab, executor, util: bean(SipSessionsUtil), contexts: bean(SipContextService), create, bean };
}

const codeOf = (error: unknown): string | undefined => (isServletError(error) ? error.code : String(error));
const failureOf = async (promise: PromiseLike<unknown>): Promise<string | undefined> => {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
};

describe("JSR 359 concurrency mode APPLICATIONSESSION", () => {
  it("runs 10,000 asynchronous tasks of 100 sessions without interleaving, in order, losing none", async () => {
    const { lab, executor, create } = await start();
    await using _ = lab;
    const random = createSeededRandom(11);
    const sessions = Array.from({ length: 100 }, create);
    const running = new Set<string>();
    const submitted = new Map(sessions.map(({ id }) => [id, [] as number[]]));
    const ran = new Map(sessions.map(({ id }) => [id, [] as number[]]));
    const all: PromiseLike<unknown>[] = [];
    let count = 0;
    const pick = (): SipApplicationSession => sessions[random.integer(sessions.length)] ?? create();
    const post = ({ id }: SipApplicationSession): void => {
      if (count >= 10_000) return;
      const number = count++;
      submitted.get(id)?.push(number);
      all.push(executor.submit(() => work(id, number), { applicationSessionId: id }).then(() => undefined));
    };
    const work = async (id: string, number: number): Promise<void> => {
      expect(running.has(id)).toBe(false);
      running.add(id);
      ran.get(id)?.push(number);
      for (let turns = random.integer(4); turns > 0; turns--) {
        if (random.integer(10) === 0) await setImmediate();
        else await Promise.resolve();
      }
      for (let posts = random.integer(3); posts > 0; posts--) post(pick());
      running.delete(id);
    };
    // `post` counts.
    // oxlint-disable-next-line eslint/no-unmodified-loop-condition
    while (count < 10_000) {
      for (let index = 0; index < 500; index++) post(pick());
      await Promise.all(all.splice(0));
    }
    await Promise.all(all);
    expect([...ran.values()].reduce((sum, each) => sum + each.length, 0)).toBe(10_000);
    expect(ran).toEqual(submitted);
  });

  it("serialises handlers of one session, also across await", async () => {
    const order: string[] = [];
    const { lab } = await start(async (request) => {
      const name = request.getHeader("X-Name") ?? "";
      order.push(`${name} begins`);
      await setImmediate();
      order.push(`${name} ends`);
    });
    await using _ = lab;
    const caller = lab.agent("alice", "192.0.2.1");
    for (const name of ["one", "two"]) {
      caller.sendRequest({
        method: "MESSAGE",
        uri: "sip:app@192.0.2.10",
        callId: name,
        headers: { Subject: "same", "X-Name": name },
      });
    }
    await lab.settle();
    await lab.settle();
    expect(order).toEqual(["one begins", "one ends", "two begins", "two ends"]);
  });

  it("VENDORSPECIFIC runs them as they come", async () => {
    const order: string[] = [];
    const { lab, executor, create } = await start(undefined, "VENDORSPECIFIC");
    await using _ = lab;
    const { id } = create();
    const task = (name: string) => async (): Promise<void> => {
      order.push(`${name} begins`);
      await setImmediate();
      order.push(`${name} ends`);
    };
    const futures = ["one", "two"].map((name) => executor.submit(task(name), { applicationSessionId: id }));
    await Promise.all(futures);
    expect(order.slice(0, 2)).toEqual(["one begins", "two begins"]);
  });
});

describe("JSR 359 managed executors", () => {
  it("run a task in the session of the handler that submits it, after the handler", async () => {
    const order: string[] = [];
    let current: string | undefined;
    let own: string | undefined;
    const { lab, util } = await start((request, executor) => {
      own = request.applicationSession.id;
      executor.execute(async () => {
        await Promise.resolve();
        current = util.currentApplicationSession?.id;
        order.push("task");
      });
      order.push("handler");
    });
    await using _ = lab;
    await lab.send(lab.agent("alice", "192.0.2.1"), { method: "MESSAGE" });
    expect(order).toEqual(["handler", "task"]);
    expect(current).toBe(own);
  });

  it("find the session by id, by key and make a new one, and refuse two at once", async () => {
    const { lab, executor, util, create } = await start();
    await using _ = lab;
    const { id } = create();
    const currentId = (): string | undefined => util.currentApplicationSession?.id;
    expect(await executor.submit(currentId, { applicationSessionId: id })).toBe(id);
    const byKey = await executor.submit(currentId, { applicationSessionKey: "k" });
    expect(util.getApplicationSessionByKey("k", false)?.id).toBe(byKey);
    const made = await executor.submit(currentId, { createApplicationSession: true });
    expect([id, byKey]).not.toContain(made);
    const twice = (): unknown => executor.submit(currentId, { applicationSessionId: id, applicationSessionKey: "k" });
    expect(twice).toThrow(expect.objectContaining({ code: "argument.invalid" }));
    const nowhere = expect.objectContaining({ code: "state.invalid-application-session" });
    expect(() => executor.submit(currentId)).toThrow(nowhere);
    expect(() => executor.submit(currentId, { applicationSessionId: "nobody" })).toThrow(nowhere);
    expect(util.currentApplicationSession).toBeUndefined();
  });

  it("list futures on the session by id and cancel them with it [?]", async () => {
    const { lab, executor, create } = await start();
    await using _ = lab;
    const session = create();
    const future = executor.schedule(() => "late", 1000, { applicationSessionId: session.id, id: "bill" });
    expect(session.getTaskFuture("bill")).toBe(future);
    expect(session.taskFutures).toEqual([future]);
    expect([future.delay, future.isDone, future.isCancelled]).toEqual([1000, false, false]);
    const again = (): unknown => executor.schedule(() => 1, 1, { applicationSessionId: session.id, id: "bill" });
    expect(again).toThrow(expect.objectContaining({ code: "argument.invalid" }));
    session.invalidate();
    expect([future.isDone, future.isCancelled]).toEqual([true, true]);
    expect(await failureOf(future)).toBe("state.cancelled");
    expect(future.cancel()).toBe(false);
  });

  it("keep their session from being ready until the task is done [?]", async () => {
    let session: SipApplicationSession | undefined;
    const { lab } = await start((request, executor) => {
      session = request.applicationSession;
      const scheduled = executor as ManagedScheduledSipExecutorService;
      scheduled.schedule(() => undefined, 1000);
    });
    await using _ = lab;
    await lab.send(lab.agent("alice", "192.0.2.1"), { method: "MESSAGE" });
    expect(session?.isValid).toBe(true);
    await lab.settle(1000);
    expect(session?.isValid).toBe(false);
  });

  it("repeat at a fixed rate, with a fixed delay and by trigger", async () => {
    const { lab, executor, create } = await start();
    await using _ = lab;
    const { id } = create();
    const begin = lab.clock.monotonic();
    const times: Record<string, number[]> = { rate: [], delay: [], trigger: [] };
    const slow = (name: string) => (): Promise<void> => {
      times[name]?.push(lab.clock.monotonic() - begin);
      return new Promise((resolve) => lab.clock.setTimeout(() => resolve(), 30, undefined));
    };
    const rate = executor.scheduleAtFixedRate(slow("rate"), 100, 100, { applicationSessionId: id });
    await lab.settle(350);
    expect(rate.cancel()).toBe(true);
    const delay = executor.scheduleWithFixedDelay(slow("delay"), 100, 100, { applicationSessionId: id });
    await lab.settle(400);
    delay.cancel();
    let runs = 0;
    const trigger = {
      nextRunTime: () => (runs++ < 3 ? lab.clock.now() + 50 : undefined),
      skipRun: () => runs === 2,
    };
    const triggered = executor.schedule(slow("trigger"), trigger, { applicationSessionId: id });
    await lab.settle(400);
    expect(triggered.isDone).toBe(true);
    expect(times).toEqual({ rate: [100, 200, 300], delay: [450, 580, 710], trigger: [800, 880] });
  });

  it("log a task that fails when nobody waits, and reject whoever does", async () => {
    const { lab, executor, create } = await start();
    await using _ = lab;
    const fail = (): never => {
      throw new TypeError("broken");
    };
    const { id } = create();
    executor.execute(fail, { applicationSessionId: id });
    expect(lab.log.filter(({ text }) => text === "a task failed")).toHaveLength(1);
    const slowly = async (): Promise<never> => {
      await Promise.resolve();
      return fail();
    };
    expect(await failureOf(executor.submit(slowly, { applicationSessionId: id }))).toBe("TypeError: broken");
    expect(lab.log.filter(({ text }) => text === "a task failed")).toHaveLength(1);
  });
});

describe("JSR 359 contextual proxies", () => {
  it("run the calls of an object in the session they were made for, one after the other", async () => {
    const { lab, contexts, util, create } = await start();
    await using _ = lab;
    const session = create();
    class Counter {
      count = 0;
      inside: (string | undefined)[] = [];
      async add(by: number): Promise<number> {
        this.inside.push(util.currentApplicationSession?.id);
        const before = this.count;
        await setImmediate();
        this.count = before + by;
        return this.count;
      }
    }
    const counter = new Counter();
    const proxy = contexts.createContextualProxy(counter, { applicationSessionId: session.id });
    expect(await Promise.all([proxy.add(1), proxy.add(2), proxy.add(3)])).toEqual([1, 3, 6]);
    expect(counter.inside).toEqual([session.id, session.id, session.id]);
    session.invalidate();
    expect(await failureOf(proxy.add(1))).toBe("state.invalid-application-session");
  });

  it("enter their own session again without waiting for it", async () => {
    const results: unknown[] = [];
    const holder: { contexts?: SipContextService } = {};
    const { lab, contexts } = await start(async () => {
      const proxy = holder.contexts?.createContextualProxy((number: number) => number * 2);
      results.push(await proxy?.(21));
    });
    holder.contexts = contexts;
    await using _ = lab;
    await lab.send(lab.agent("alice", "192.0.2.1"), { method: "MESSAGE" });
    await lab.settle();
    expect(results).toEqual([42]);
  });
});

describe("JSR 359 waits that would never end", () => {
  it("refuses to await, in a handler, a task of one's own session", async () => {
    let failure: unknown;
    const { lab } = await start(async (_request, executor) => {
      try {
        await executor.submit(() => 1, { id: "self" });
      } catch (error) {
        failure = error;
      }
    });
    await using _ = lab;
    await lab.send(lab.agent("alice", "192.0.2.1"), { method: "MESSAGE" });
    expect(codeOf(failure)).toBe("state.waiting");
    expect(String(failure)).toContain("Work.onMessage");
    expect(String(failure)).toContain('task "self"');
  });

  it.each(["all", "then", "return", "race"])("sees the wait through %s", async (way) => {
    let failure: string | undefined;
    const { lab } = await start(async (_request, executor) => {
      const future = executor.submit(() => 1);
      const waits: Record<string, () => PromiseLike<unknown>> = {
        all: () => Promise.all([future, setImmediate()]),
        // One of the ways under test.
        // oxlint-disable-next-line unicorn/no-thenable
        then: () => future.then((value) => value).then((value) => value),
        return: () => (async () => future)(),
        race: () => Promise.race([future, new Promise(() => undefined)]),
      };
      failure = await failureOf(waits[way]?.() ?? future);
    });
    await using _ = lab;
    await lab.send(lab.agent("alice", "192.0.2.1"), { method: "MESSAGE" });
    expect(failure).toBe("state.waiting");
  });

  it("lets a handler chain something behind its own task without waiting", async () => {
    const results: unknown[] = [];
    const { lab } = await start((_request, executor) => {
      const chained = executor.submit(() => 7).then((value) => results.push(value)) as Promise<number>;
      void chained.finally(() => results.push("end"));
    });
    await using _ = lab;
    await lab.send(lab.agent("alice", "192.0.2.1"), { method: "MESSAGE" });
    expect(results).toEqual([7, "end"]);
  });

  it("breaks the circle of two sessions that wait for each other, naming both waits", async () => {
    const { lab, executor, create } = await start();
    await using _ = lab;
    const [a, b] = [create(), create()];
    const failures: unknown[] = [];
    const cross = (other: SipApplicationSession, name: string) => async (): Promise<string> => {
      await setImmediate();
      try {
        await executor.submit(() => "inner", { applicationSessionId: other.id, id: `inner-${name}` });
      } catch (error) {
        failures.push(error);
      }
      return name;
    };
    const first = executor.submit(cross(b, "a"), { applicationSessionId: a.id, id: "outer-a" });
    const second = executor.submit(cross(a, "b"), { applicationSessionId: b.id, id: "outer-b" });
    await expect(Promise.all([first, second])).resolves.toEqual(["a", "b"]);
    expect(failures.map(codeOf)).toEqual(["state.waiting"]);
    for (const name of ["outer-a", "outer-b", "inner-a", "inner-b"]) expect(String(failures[0])).toContain(name);
  });

  it("lets one session wait for another that does not wait back", async () => {
    const { lab, executor, create } = await start();
    await using _ = lab;
    const [a, b] = [create(), create()];
    const outer = executor.submit(async () => executor.submit(() => 5, { applicationSessionId: b.id }), {
      applicationSessionId: a.id,
    });
    expect(await outer).toBe(5);
  });

  it("reports a handler that does not return, once, with its name", async () => {
    let release = (): void => undefined;
    const { lab } = await start(() => new Promise<void>((resolve) => (release = resolve)));
    await using _ = lab;
    await lab.send(lab.agent("alice", "192.0.2.1"), { method: "MESSAGE" });
    await lab.settle(4999);
    const reports = () => lab.log.filter(({ fields }) => fields["handler"] === "Work.onMessage");
    expect(reports()).toHaveLength(0);
    await lab.settle(20_000);
    expect(reports()).toHaveLength(1);
    release();
  });
});
