import "reflect-metadata";
import {
  inject,
  Message,
  SipApplicationSession,
  SipFactory,
  SipInvocationScoped,
  SipServlet,
  TimerListener,
  TimerService,
  type ServletTimer,
  type SipServletRequest,
} from "@siplet/framework";
import { describe, expect, it } from "vitest";
import { ContainerLab } from "./container-lab.js";

interface Seen {
  fired: (readonly [info: unknown, at: number])[];
  onTimeout: (timer: ServletTimer) => unknown;
  current: SipApplicationSession | undefined;
}

function application(seen: Seen, now: () => number) {
  @SipInvocationScoped()
  class Note {
    texts: unknown[] = [];
  }
  @SipServlet({ name: "timers" })
  class Timers {
    @Message() onMessage(request: SipServletRequest): unknown {
      return request.createResponse(200).send();
    }
  }
  class Alarm extends TimerListener {
    constructor(
      @inject(SipApplicationSession) readonly current: SipApplicationSession,
      @inject(Note) readonly note: Note,
    ) {
      super();
    }
    timeout(timer: ServletTimer): void | Promise<void> {
      this.note.texts.push(timer.info);
      expect(this.note.texts).toHaveLength(1);
      expect(this.current.id).toBe(timer.applicationSession.id);
      seen.fired.push([timer.info, now()]);
      return seen.onTimeout(timer) as void | Promise<void>;
    }
  }
  return { name: "timers", servlets: [Timers], listeners: [{ listenerClass: Alarm, listens: [TimerListener] }] };
}

async function start() {
  const seen: Seen = { fired: [], onTimeout: () => undefined, current: undefined };
  let now = (): number => 0;
  const lab = await ContainerLab.start({ applications: [application(seen, () => now())] });
  const begin = lab.clock.monotonic();
  now = () => lab.clock.monotonic() - begin;
  const service = lab.container.bean("timers", TimerService);
  const applicationSession = lab.container.bean("timers", SipFactory).createApplicationSession();
  applicationSession.setExpires(0);
  return { lab, seen, service, applicationSession };
}

describe("JSR 289 §9 TimerService", () => {
  it("fires a timer once, with its info, in the context of its application session", async () => {
    const { lab, seen, service, applicationSession } = await start();
    await using _ = lab;
    const timer = service.createTimer(applicationSession, 1000, false, "ring");
    expect(applicationSession.timers).toEqual([timer]);
    expect(applicationSession.getTimer(timer.id)).toBe(timer);
    expect([timer.timeRemaining, timer.scheduledExecutionTime]).toEqual([1000, lab.clock.now() + 1000]);
    applicationSession.invalidateWhenReady = false;
    await lab.settle(5000);
    expect(seen.fired).toEqual([["ring", 1000]]);
    expect(timer.timeRemaining).toBe(-4000);
    expect(applicationSession.timers).toEqual([]);
  });

  it("keeps its application session from being ready until it has fired [K]", async () => {
    const { lab, service, applicationSession } = await start();
    await using _ = lab;
    service.createTimer(applicationSession, 1000);
    expect(applicationSession.isReadyToInvalidate).toBe(false);
    await lab.settle(999);
    expect(applicationSession.isValid).toBe(true);
    await lab.settle(1);
    expect(applicationSession.isValid).toBe(false);
  });

  it("counts a fixed delay from the end of the last run", async () => {
    const { lab, seen, service, applicationSession } = await start();
    await using _ = lab;
    seen.onTimeout = () => new Promise((resolve) => lab.clock.setTimeout(resolve, 30, undefined));
    service.createTimer(applicationSession, { delay: 100, period: 100, fixedDelay: true });
    await lab.settle(400);
    expect(seen.fired.map(([, at]) => at)).toEqual([100, 230, 360]);
  });

  it("counts a fixed rate from the schedule and catches up what was missed", async () => {
    const { lab, seen, service, applicationSession } = await start();
    await using _ = lab;
    let isFirst = true;
    seen.onTimeout = () => {
      const wait = isFirst ? 250 : 0;
      isFirst = false;
      return new Promise((resolve) => lab.clock.setTimeout(resolve, wait, undefined));
    };
    service.createTimer(applicationSession, { delay: 100, period: 100 });
    await lab.settle(520);
    expect(seen.fired.map(([, at]) => at)).toEqual([100, 350, 350, 400, 500]);
  });

  it("never fires again once it was cancelled inside timeout; cancelling twice does nothing", async () => {
    const { lab, seen, service, applicationSession } = await start();
    await using _ = lab;
    applicationSession.invalidateWhenReady = false;
    seen.onTimeout = (timer) => {
      if (seen.fired.length === 2) timer.cancel();
      if (seen.fired.length === 2) timer.cancel();
    };
    service.createTimer(applicationSession, { delay: 10, period: 10 });
    await lab.settle(100);
    expect(seen.fired).toHaveLength(2);
    expect(applicationSession.timers).toEqual([]);
  });

  it("goes on after a timeout that threw, and logs it", async () => {
    const { lab, seen, service, applicationSession } = await start();
    await using _ = lab;
    seen.onTimeout = () => {
      throw new TypeError("broken");
    };
    service.createTimer(applicationSession, { delay: 10, period: 10 });
    await lab.settle(25);
    expect(seen.fired).toHaveLength(2);
    expect(
      lab.log.filter(({ level, fields }) => level === "error" && fields["handler"] === "TimerListener.timeout"),
    ).toHaveLength(2);
  });

  it("costs no timer of the event loop: a hundred thousand share one", async () => {
    const { lab, seen, service, applicationSession } = await start();
    await using _ = lab;
    const before = lab.clock.pendingCount;
    for (let index = 0; index < 100_000; index++) {
      service.createTimer(applicationSession, { delay: 60_000 + (index % 1000), period: 60_000, info: index });
    }
    expect([lab.clock.pendingCount, applicationSession.timers.length]).toEqual([before + 1, 100_000]);
    applicationSession.invalidate();
    expect(lab.clock.pendingCount).toBe(before);
    expect(seen.fired).toEqual([]);
  }, 60_000);

  it("is cancelled with its application session", async () => {
    const { lab, seen, service, applicationSession } = await start();
    await using _ = lab;
    service.createTimer(applicationSession, 10);
    applicationSession.invalidate();
    await lab.settle(100);
    expect(seen.fired).toEqual([]);
  });

  it("counts as access: the expiry of its application session starts anew [K]", async () => {
    const { lab, service, applicationSession } = await start();
    await using _ = lab;
    applicationSession.setExpires(1);
    service.createTimer(applicationSession, { delay: 50_000, period: 50_000 });
    await lab.settle(200_000);
    expect(applicationSession.isValid).toBe(true);
  });

  it.each([
    ["a negative delay", { delay: -1 }],
    ["a period of nothing", { delay: 1, period: 0 }],
    ["no number", { delay: Number.NaN }],
  ])("refuses %s [K]", async (_what, options) => {
    const { lab, service, applicationSession } = await start();
    await using _ = lab;
    const create = (): ServletTimer => service.createTimer(applicationSession, options);
    expect(create).toThrow(expect.objectContaining({ code: "argument.invalid" }));
  });

  it("refuses an invalid application session, and an application without TimerListener", async () => {
    const { lab, service, applicationSession } = await start();
    await using _ = lab;
    applicationSession.invalidate();
    expect(() => service.createTimer(applicationSession, 1)).toThrow(expect.objectContaining({ code: "state.timer" }));
    @SipServlet()
    class Plain {
      @Message() onMessage(): void {}
    }
    await lab.container.deploy({ name: "plain", servlets: [Plain] });
    const other = lab.container.bean("plain", SipFactory).createApplicationSession();
    const plainService = lab.container.bean("plain", TimerService);
    expect(() => plainService.createTimer(other, 1)).toThrow(expect.objectContaining({ code: "state.timer" }));
    expect(() => service.createTimer(other, 1)).toThrow(expect.objectContaining({ code: "argument.session" }));
  });
});
