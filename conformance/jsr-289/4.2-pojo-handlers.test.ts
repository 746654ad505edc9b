import "reflect-metadata";
import {
  Ack,
  AnyMethod,
  applyDecorators,
  Bye,
  Cancel,
  ErrorResponse,
  Info,
  inject,
  Invite,
  Message,
  Notify,
  Options,
  postConstruct,
  Prack,
  preDestroy,
  ProvisionalResponse,
  Publish,
  RedirectResponse,
  Refer,
  Register,
  SipFactory,
  SipMethod,
  SipPredicate,
  SipResponseCode,
  SipResponseRange,
  SipServlet,
  Subscribe,
  SuccessResponse,
  Update,
  type Predicate,
  type SipServletRequest,
  type SipServletResponse,
} from "@siplet/framework";
import { describe, expect, it } from "vitest";
import { answer, reasonOf, startPojo, takerOf } from "./pojo-lab.js";

describe("JSR 359 §4.1 SIP servlet POJOs", () => {
  it("are made once by the container, injected, told @postConstruct and, at the end, @preDestroy", async () => {
    const seen: string[] = [];
    @SipServlet()
    class Calls {
      constructor(@inject(SipFactory) readonly factory: SipFactory) {
        seen.push("made");
      }
      @postConstruct() begin() {
        seen.push(`ready with ${typeof this.factory.createUri}`);
      }
      @preDestroy() end() {
        seen.push("over");
      }
      @Message() onMessage(request: SipServletRequest) {
        seen.push("message");
        return answer(request, "OK");
      }
    }
    const { lab, agent } = await startPojo(Calls);
    await lab.send(agent, { method: "MESSAGE" });
    await lab.send(agent, { method: "MESSAGE" });
    expect(seen).toEqual(["made", "ready with function", "message", "message"]);
    await lab[Symbol.asyncDispose]();
    expect(seen.at(-1)).toBe("over");
  });

  it("are named by their class unless they name themselves, and can be found by that name in setHandler", async () => {
    @SipServlet()
    class Other {
      @Bye() onBye(request: SipServletRequest) {
        return answer(request, "other");
      }
    }
    @SipServlet({ name: "main" })
    class Main {
      @Invite() onInvite(request: SipServletRequest) {
        request.session.setHandler("Other");
        return answer(request, "main");
      }
    }
    const { lab, agent } = await startPojo(Main, { servlets: [Main, Other], mainServlet: "main" });
    await using _lab = lab;
    const call = await lab.call(agent);
    await call.bye();
    expect(agent.last((message) => message.summary.endsWith("BYE") && !message.isRequest).reasonPhrase).toBe("other");
  });
});

describe("JSR 359 §4.2, §1.15 method decorators", () => {
  const wellKnown = {
    INVITE: Invite,
    OPTIONS: Options,
    REGISTER: Register,
    SUBSCRIBE: Subscribe,
    NOTIFY: Notify,
    MESSAGE: Message,
    INFO: Info,
    REFER: Refer,
    PUBLISH: Publish,
    UPDATE: Update,
  };
  it.each(Object.entries(wellKnown))("@%s takes its method alone", async (method, decorator) => {
    @SipServlet()
    class Named {
      @decorator() onMethod(request: SipServletRequest) {
        return answer(request, "named");
      }
      @AnyMethod() onOther(request: SipServletRequest) {
        return answer(request, "other");
      }
    }
    expect(await reasonOf(Named, method)).toBe("named");
    expect(await reasonOf(Named, method === "MESSAGE" ? "INFO" : "MESSAGE")).toBe("other");
  });

  it("@Ack, @Cancel, @Bye and @Prack take theirs", async () => {
    const seen: string[] = [];
    @SipServlet()
    class Named {
      @Invite() onInvite(request: SipServletRequest) {
        return request.getHeader("Subject") === "wait" ? undefined : answer(request, "OK");
      }
      @Ack() onAck() {
        seen.push("ACK");
      }
      @Cancel() onCancel() {
        seen.push("CANCEL");
      }
      @Prack() onPrack() {
        seen.push("PRACK");
      }
      @Bye() onBye(request: SipServletRequest) {
        seen.push("BYE");
        return answer(request, "OK");
      }
    }
    const { lab, agent } = await startPojo(Named);
    await using _lab = lab;
    const call = await lab.call(agent);
    await call.bye();
    const invite = await lab.send(agent, { method: "INVITE", headers: { Subject: "wait" } });
    await lab.send(agent, { method: "CANCEL", callId: invite.callId, branch: invite.branch });
    expect(seen).toEqual(["ACK", "BYE", "CANCEL"]);
  });

  it("one's own method, by @SipMethod, is compared in exact case", async () => {
    @SipServlet()
    class Own {
      @SipMethod("PING") onPing(request: SipServletRequest) {
        return answer(request, "own");
      }
      @AnyMethod() onOther(request: SipServletRequest) {
        return answer(request, "other");
      }
    }
    expect([await reasonOf(Own, "PING"), await reasonOf(Own, "ping")]).toEqual(["own", "other"]);
  });
});

describe("JSR 359 §4.3, §4.4 several decorators on one method", () => {
  it("several methods mean or", async () => {
    @SipServlet()
    class Both {
      @Message() @Info() onBoth(request: SipServletRequest) {
        return answer(request, "both");
      }
    }
    expect([await reasonOf(Both, "MESSAGE"), await reasonOf(Both, "INFO")]).toEqual(["both", "both"]);
    expect(await reasonOf(Both, "OPTIONS")).toBe("Not Implemented");
  });

  it.each([
    [180, "some"],
    [183, "some"],
    [200, "some"],
    [302, ""],
    [486, "some"],
    [487, ""],
  ])("several response selectors mean or, with the method and: %i", async (status, taker) => {
    class Some {
      constructor(readonly seen: string[]) {}
      @Invite() @ProvisionalResponse() @SuccessResponse() @SipResponseCode(486) onSome(_response: SipServletResponse) {
        this.seen.push("some");
      }
    }
    expect(await takerOf(Some, "INVITE", status)).toBe(taker);
    expect(await takerOf(Some, "MESSAGE", status)).toBe("");
  });

  it("several predicates mean or, with the method and [?]", async () => {
    const subjectIs = (text: string) => (request: SipServletRequest) => request.getHeader("Subject") === text;
    @SipServlet()
    class Asked {
      @Message() @SipPredicate(subjectIs("a")) @SipPredicate(subjectIs("b")) onAsked(request: SipServletRequest) {
        return answer(request, "asked");
      }
      @AnyMethod() onOther(request: SipServletRequest) {
        return answer(request, "other");
      }
    }
    expect(await reasonOf(Asked, "MESSAGE", { Subject: "a" })).toBe("asked");
    expect(await reasonOf(Asked, "MESSAGE", { Subject: "b" })).toBe("asked");
    expect(await reasonOf(Asked, "MESSAGE", { Subject: "c" })).toBe("other");
    expect(await reasonOf(Asked, "INFO", { Subject: "a" })).toBe("other");
  });

  it("one's own decorators may carry several selectors, predicate classes included", async () => {
    class IsInitial implements Predicate<SipServletRequest> {
      apply(request: SipServletRequest) {
        return request.isInitial;
      }
    }
    const InitialInvite = () => applyDecorators(SipPredicate(IsInitial), SipMethod("INVITE"));
    @SipServlet()
    class Own {
      @InitialInvite() onNewCall(request: SipServletRequest) {
        return answer(request, "new call");
      }
      @Invite() onReinvite(request: SipServletRequest) {
        return answer(request, "re-INVITE");
      }
    }
    const { lab, agent } = await startPojo(Own);
    await using _lab = lab;
    const call = await lab.call(agent);
    expect(call.answer.reasonPhrase).toBe("new call");
    await call.request("INVITE");
    expect(agent.last((message) => !message.isRequest).reasonPhrase).toBe("re-INVITE");
  });

  it("asks predicates last, and only where everything else matches", async () => {
    const asked: string[] = [];
    const noted = (name: string, verdict: boolean) => (request: SipServletRequest) => {
      asked.push(`${name} ${request.method}`);
      return verdict;
    };
    @SipServlet()
    class Asked {
      @Info() @SipPredicate(noted("info", true)) onInfo(request: SipServletRequest) {
        return answer(request, "info");
      }
      @Message() @SipPredicate(noted("message", true)) onMessage(request: SipServletRequest) {
        return answer(request, "message");
      }
    }
    expect(await reasonOf(Asked, "MESSAGE")).toBe("message");
    expect(asked).toEqual(["message MESSAGE"]);
  });

  it.each([
    [SuccessResponse, 200, 299],
    [RedirectResponse, 300, 399],
    [ErrorResponse, 400, 699],
  ])("%o takes its range", async (selector, first, last) => {
    class Ranged {
      constructor(readonly seen: string[]) {}
      @selector() onRange(_response: SipServletResponse) {
        this.seen.push("range");
      }
    }
    expect([await takerOf(Ranged, "OPTIONS", first), await takerOf(Ranged, "OPTIONS", last)]).toEqual([
      "range",
      "range",
    ]);
    expect(await takerOf(Ranged, "OPTIONS", first === 200 ? 300 : 200)).toBe("");
  });

  it("100 never comes, even to a method for every provisional response", async () => {
    class Ranged {
      constructor(readonly seen: string[]) {}
      @SipResponseRange(100, 199) onProvisional(response: SipServletResponse) {
        this.seen.push(String(response.status));
      }
    }
    expect(await takerOf(Ranged, "INVITE", 100)).toBe("");
    expect(await takerOf(Ranged, "INVITE", 198)).toBe("198");
  });
});
