import "reflect-metadata";
import {
  Ack,
  AnyMethod,
  AnyResponse,
  ErrorResponse,
  Info,
  Invite,
  Message,
  SipApplicationKey,
  SipPredicate,
  SipResponseCode,
  SipResponseRange,
  SipServlet,
  SuccessResponse,
  type SipServletRequest,
  type SipServletResponse,
} from "@siplet/framework";
import { describe, expect, it } from "vitest";
import { answer, reasonOf, startPojo, takerOf } from "./pojo-lab.js";

describe("JSR 359 §4.5 which one wins", () => {
  it("a named method over @AnyMethod and over a predicate alone, wherever they stand", async () => {
    @SipServlet()
    class Ranked {
      @AnyMethod() onAny(request: SipServletRequest) {
        return answer(request, "any");
      }
      @SipPredicate((request: SipServletRequest) => request.isInitial) onPredicate(request: SipServletRequest) {
        return answer(request, "predicate");
      }
      @Message() onMessage(request: SipServletRequest) {
        return answer(request, "message");
      }
    }
    expect([await reasonOf(Ranked, "MESSAGE"), await reasonOf(Ranked, "INFO")]).toEqual(["message", "predicate"]);
  });

  it("a predicate that holds over none [K]", async () => {
    @SipServlet()
    class Ranked {
      @Message() onMessage(request: SipServletRequest) {
        return answer(request, "plain");
      }
      @Message() @SipPredicate((request: SipServletRequest) => request.getHeader("Subject") !== undefined) onSubject(
        request: SipServletRequest,
      ) {
        return answer(request, "subject");
      }
    }
    expect(await reasonOf(Ranked, "MESSAGE")).toBe("plain");
    expect(await reasonOf(Ranked, "MESSAGE", { Subject: "x" })).toBe("subject");
  });

  it.each([
    ["INVITE", 200, "invite-200"],
    ["INVITE", 202, "invite-2xx"],
    ["INVITE", 486, "invite"],
    ["OPTIONS", 404, "404"],
    ["OPTIONS", 405, "400-409"],
    ["OPTIONS", 480, "error"],
    ["OPTIONS", 302, "every"],
  ])("for responses: method, then code, then the narrower range [K]: %s %i → %s", async (method, status, taker) => {
    class Ranked {
      constructor(readonly seen: string[]) {}
      @AnyResponse() onEvery(_response: SipServletResponse) {
        this.seen.push("every");
      }
      @ErrorResponse() onError(_response: SipServletResponse) {
        this.seen.push("error");
      }
      @SipResponseRange(400, 409) onFew(_response: SipServletResponse) {
        this.seen.push("400-409");
      }
      @SipResponseCode(404) onOne(_response: SipServletResponse) {
        this.seen.push("404");
      }
      @Invite() @AnyResponse() onInvite(_response: SipServletResponse) {
        this.seen.push("invite");
      }
      @Invite() @SuccessResponse() onAnswered(_response: SipServletResponse) {
        this.seen.push("invite-2xx");
      }
      @Invite() @SipResponseCode(200) onOk(_response: SipServletResponse) {
        this.seen.push("invite-200");
      }
    }
    expect(await takerOf(Ranked, method, status)).toBe(taker);
  });

  it("the first in the source, and a warning, when predicates of equal rank both hold [?]", async () => {
    @SipServlet()
    class Tied {
      @Message() @SipPredicate(() => true) onFirst(request: SipServletRequest) {
        return answer(request, "first");
      }
      @Message() @SipPredicate(() => true) onSecond(request: SipServletRequest) {
        return answer(request, "second");
      }
    }
    const { lab, agent } = await startPojo(Tied);
    await using _lab = lab;
    await lab.send(agent, { method: "MESSAGE" });
    expect(agent.last((message) => !message.isRequest).reasonPhrase).toBe("first");
    const warning = lab.log.find(({ level, fields }) => level === "warn" && "taken" in fields);
    expect(warning?.fields).toMatchObject({ taken: "Tied.onFirst", other: "Tied.onSecond" });
  });
});

describe("JSR 359 §4.5 a handler is chosen when its turn comes", () => {
  it("by the servlet that a handler before it has set, though the message was here already", async () => {
    const released: (() => void)[] = [];
    @SipServlet({ name: "main" })
    class Main {
      @Invite() async onInvite(request: SipServletRequest) {
        await answer(request, "main");
        await new Promise<void>((resolve) => released.push(resolve));
        request.session.setHandler("second");
      }
      @Ack() onAck() {}
      @Info() onInfo(request: SipServletRequest) {
        return answer(request, "main");
      }
    }
    @SipServlet({ name: "second" })
    class Second {
      @Info() onInfo(request: SipServletRequest) {
        return answer(request, "second");
      }
    }
    const { lab, agent } = await startPojo(Main, { servlets: [Main, Second], mainServlet: "main" });
    await using _lab = lab;
    const call = await lab.call(agent);
    await call.request("INFO");
    released[0]?.();
    await lab.settle();
    expect(agent.last((message) => message.summary.endsWith("INFO") && !message.isRequest).reasonPhrase).toBe("second");
  });

  it("a predicate that throws fails that call alone, and the log names the handler", async () => {
    @SipServlet()
    class Broken {
      @Message()
      @SipPredicate((request: SipServletRequest) => {
        if (request.getHeader("Subject") === "bad") throw new TypeError("no such thing");
        return true;
      })
      onMessage(request: SipServletRequest) {
        return answer(request, "fine");
      }
    }
    const { lab, agent } = await startPojo(Broken);
    await using _lab = lab;
    await lab.send(agent, { method: "MESSAGE", headers: { Subject: "bad" } });
    expect(agent.last((message) => !message.isRequest).status).toBe(500);
    expect(lab.log.filter(({ level }) => level === "error").map(({ fields }) => String(fields["error"]))).toEqual([
      expect.stringContaining("Broken.onMessage"),
    ]);
    await lab.send(agent, { method: "MESSAGE" });
    expect(agent.last((message) => !message.isRequest).reasonPhrase).toBe("fine");
    await lab.settle(64_000);
    expect(lab.container.counts.applicationSessions).toBe(0);
  });

  it("an application key that cannot be computed fails that call alone, and the log names its method", async () => {
    @SipServlet()
    class Keyed {
      @SipApplicationKey() static key(request: SipServletRequest): string | undefined {
        if (request.getHeader("Subject") === "bad") throw new TypeError("no such thing");
        return undefined;
      }
      @Message() onMessage(request: SipServletRequest) {
        return answer(request, "fine");
      }
    }
    const { lab, agent } = await startPojo(Keyed);
    await using _lab = lab;
    await lab.send(agent, { method: "MESSAGE", headers: { Subject: "bad" } });
    expect(agent.last((message) => !message.isRequest).status).toBe(500);
    expect(lab.log.filter(({ level }) => level === "error").map(({ fields }) => String(fields["error"]))).toEqual([
      expect.stringContaining("Keyed.key"),
    ]);
    await lab.send(agent, { method: "MESSAGE" });
    expect(agent.last((message) => !message.isRequest).reasonPhrase).toBe("fine");
  });
});
