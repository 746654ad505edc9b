import "reflect-metadata";
import {
  bootstrap,
  inject,
  Message,
  ServletTimer,
  SipServlet,
  TimerListener,
  TimerService,
  type SipContainer,
  type SipServletRequest,
} from "@siplet/framework";
import type { ContainerObserver } from "@siplet/framework/spi";
import { silentLogger, type Logger } from "@siplet/core";
import { createSeededRandom, ManualClock, MemoryNetwork, ScriptedUserAgent } from "@siplet/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

@SipServlet()
class Answers {
  constructor(@inject(TimerService) private readonly timers: TimerService) {}

  @Message() async onMessage(request: SipServletRequest): Promise<void> {
    const { applicationSession, session } = request;
    if (request.requestUri.toString().includes("fail")) throw new Error("no more paper");
    session.invalidateWhenReady = !request.requestUri.toString().includes("stay");
    this.timers.createTimer(applicationSession, 1000, false);
    await request.createResponse(200).send();
  }
}

class Alarm extends TimerListener {
  timeout(): void {}
}

describe("ContainerObserver", () => {
  const clock = new ManualClock();
  const warnings: unknown[] = [];
  const log: Logger = { ...silentLogger, warn: (fields: object) => void warnings.push(fields) };
  let container: SipContainer;
  let phone: ScriptedUserAgent;
  let seen: string[];
  let stop: () => void;

  const observer: ContainerObserver = {
    onInvocation: ({ applicationName, handler, message }) => {
      seen.push(`${applicationName} ${handler} ${message?.method ?? "-"}`);
      return (error) => void seen.push(`end ${handler} ${error instanceof Error ? error.message : "well"}`);
    },
    onSessionCreated: () => void seen.push("created"),
    onSessionDestroyed: ({ state }) => void seen.push(`destroyed ${state}`),
    onTimer: (timer, what) => void seen.push(`${what} ${timer instanceof ServletTimer}`),
  };

  beforeEach(async () => {
    const network = new MemoryNetwork({ clock });
    seen = [];
    warnings.length = 0;
    container = await bootstrap({
      applications: [
        { name: "desk", servlets: [Answers], listeners: [{ listenerClass: Alarm, listens: [TimerListener] }] },
      ],
      listen: [network.transport({ protocol: "udp", address: "192.0.2.10", port: 5060 })],
      clock,
      log,
      random: createSeededRandom(1),
      drainTimeout: 0,
    });
    stop = container.observe(observer);
    const peer = { address: "192.0.2.10", port: 5060 };
    phone = ScriptedUserAgent.inMemory(network, {
      name: "phone",
      clock,
      peer,
      protocol: "udp",
      address: "192.0.2.2",
      port: 5060,
    });
  });

  afterEach(async () => {
    const closed = container.close();
    await clock.advanceAsync(100);
    await closed;
  });

  async function send(user: string): Promise<void> {
    phone.sendRequest({ method: "MESSAGE", uri: `sip:${user}@192.0.2.10`, callId: `${user}-call` });
    await clock.advanceAsync(0);
  }

  it("sees sessions, handlers and timers in their order", async () => {
    await send("stay");
    await clock.advanceAsync(1500);
    expect(seen).toEqual([
      "created",
      "desk Answers.onMessage MESSAGE",
      "set true",
      "end Answers.onMessage well",
      "fired true",
      "desk TimerListener.timeout -",
      "end TimerListener.timeout well",
      "destroyed INITIAL",
    ]);
  });

  it("hears what escaped a handler", async () => {
    await send("fail");
    expect(seen).toContain("end Answers.onMessage no more paper");
  });

  it("can read a session that ends", async () => {
    await send("go");
    expect(seen.at(-1)).toBe("destroyed INITIAL");
  });

  it("lists the application sessions that live", async () => {
    expect(container.getApplicationSessions()).toEqual([]);
    await send("stay");
    expect(container.getApplicationSessions("desk").map(({ applicationName }) => applicationName)).toEqual(["desk"]);
    expect(container.getApplicationSessions("other")).toEqual([]);
  });

  it("hears nothing more once it has ended", async () => {
    stop();
    await send("stay");
    expect(seen).toEqual([]);
  });

  it("cannot disturb the container", async () => {
    container.observe({
      onInvocation: () => {
        throw new RangeError("a bad observer");
      },
    });
    await send("stay");
    expect(phone.last((message) => !message.isRequest).status).toBe(200);
    expect(warnings).toHaveLength(1);
    expect(seen).toContain("end Answers.onMessage well");
  });

  it("sees messages by a tap", async () => {
    const lines: string[] = [];
    const end = container.addTap({
      onMessage: ({ direction, startLine }) => void lines.push(`${direction} ${startLine}`),
    });
    await send("stay");
    end();
    expect(lines).toEqual(["in MESSAGE sip:stay@192.0.2.10 SIP/2.0", "out SIP/2.0 200 OK"]);
  });
});
