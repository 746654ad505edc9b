import "reflect-metadata";
import { setImmediate } from "node:timers/promises";
import {
  inject,
  ManagedSipExecutorService,
  Message,
  SipApplicationKey,
  SipServlet,
  type SipServletRequest,
} from "@siplet/framework";
import { createSeededRandom } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { ContainerLab } from "./container-lab.js";

describe("JSR 359 ten thousand messages for a hundred application sessions", () => {
  it("never interleave inside a session, keep their order, and lose no task they post", async () => {
    const random = createSeededRandom(5);
    const running = new Map<string, string>();
    const seen = new Map<string, number[]>();
    const tasks = { posted: 0, ran: 0 };
    const failures: string[] = [];
    /** Holds the session across awaits; whoever finds it held has interleaved. */
    const hold = async (room: string, what: string): Promise<void> => {
      const other = running.get(room);
      if (other !== undefined) failures.push(`${what} while ${other} holds ${room}`);
      running.set(room, what);
      for (let turns = random.integer(4); turns > 0; turns--) {
        if (random.integer(10) === 0) await setImmediate();
        else await Promise.resolve();
      }
      running.delete(room);
    };
    @SipServlet({ name: "rooms" })
    class Rooms {
      constructor(@inject(ManagedSipExecutorService) readonly executor: ManagedSipExecutorService) {}
      @SipApplicationKey() static room(request: SipServletRequest): string | undefined {
        return request.getHeader("Subject");
      }
      @Message() async onMessage(request: SipServletRequest): Promise<void> {
        const room = request.getHeader("Subject") ?? "";
        const number = Number(request.callId.split("-")[1]);
        request.applicationSession.invalidateWhenReady = false;
        seen.set(room, [...(seen.get(room) ?? []), number]);
        if (random.integer(4) === 0) this.post(`room-${random.integer(100)}`);
        await hold(room, `message ${number}`);
        await request.createResponse(200).send();
      }
      post(room: string): void {
        const number = ++tasks.posted;
        const task = async (): Promise<void> => {
          await hold(room, `task ${number}`);
          tasks.ran += 1;
          if (random.integer(5) === 0) this.post(`room-${random.integer(100)}`);
        };
        this.executor.execute(task, { applicationSessionKey: room });
      }
    }
    await using lab = await ContainerLab.start({ applications: [{ name: "rooms", servlets: [Rooms] }] });
    const agent = lab.agent("alice", "192.0.2.1");
    const sent = new Map<string, number[]>();
    for (let number = 0; number < 10_000; number++) {
      const room = `room-${random.integer(100)}`;
      sent.set(room, [...(sent.get(room) ?? []), number]);
      const request = {
        method: "MESSAGE",
        uri: "sip:app@192.0.2.10",
        callId: `call-${number}`,
        branch: `z9hG4bK-${number}`,
      };
      agent.sendRequest({ ...request, headers: { Subject: room } });
      if (number % 200 === 199) await lab.settle();
    }
    for (let rounds = 0; rounds < 100 && tasks.ran < tasks.posted; rounds++) await setImmediate();
    await lab.settle();
    expect(failures).toEqual([]);
    expect(seen).toEqual(sent);
    expect(tasks.posted).toBeGreaterThan(2000);
    expect(tasks.ran).toBe(tasks.posted);
    expect(agent.messages("200 MESSAGE")).toHaveLength(10_000);
  }, 60_000);
});
