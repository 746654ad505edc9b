import "reflect-metadata";
import {
  DeploymentError,
  Invite,
  SipApplication,
  SipApplicationKey,
  SipMethod,
  SipPredicate,
  SipResponseRange,
  SipServlet,
  SipServletBase,
  TimerListener,
  type Predicate,
  type ServletTimer,
  type SipServletRequest,
  type SipServletResponse,
} from "@siplet/framework";
import { describe, expect, it } from "vitest";
import { ContainerLab } from "./container-lab.js";
import { startPojo } from "./pojo-lab.js";

describe("JSR 359 §4.6 deployment errors", () => {
  class Timers extends TimerListener {
    timeout(_timer: ServletTimer): void {}
  }
  class MoreTimers extends TimerListener {
    timeout(_timer: ServletTimer): void {}
  }
  @SipServlet({ name: "twin" })
  class One {}
  @SipServlet({ name: "twin" })
  class Other {}
  @SipServlet()
  class Plain {
    @Invite() onInvite(_request: SipServletRequest) {}
  }
  @SipServlet()
  class Ambiguous {
    @Invite() onInvite(_request: SipServletRequest) {}
    @SipMethod("INVITE") onSame(_request: SipServletRequest) {}
  }
  @SipServlet()
  class AmbiguousResponses {
    @SipResponseRange(200, 299) onSuccess(_response: SipServletResponse) {}
    @SipResponseRange(250, 349) onOverlap(_response: SipServletResponse) {}
  }
  class Demanding implements Predicate<SipServletRequest> {
    constructor(readonly what: string) {}
    apply() {
      return true;
    }
  }
  @SipServlet()
  class BadPredicate {
    // What only JavaScript can write.
    @SipPredicate(Demanding as unknown as new () => Predicate<SipServletRequest>) onAsked(_r: SipServletRequest) {}
  }
  @SipServlet()
  class TwoKeys {
    @SipApplicationKey() static one(_request: SipServletRequest): string {
      return "1";
    }
    @SipApplicationKey() static two(_request: SipServletRequest): string {
      return "2";
    }
  }
  @SipServlet()
  class ClassStyle extends SipServletBase {
    @Invite() onInvite(_request: SipServletRequest) {}
  }
  @SipApplication({ name: "elsewhere" })
  @SipServlet()
  class Named {}
  @SipApplication({ name: "else" })
  class NamedToo {}

  it.each<[string, object, string, string]>([
    ["two handlers nothing can tell apart [K]", { servlets: [Ambiguous] }, "handler.ambiguous", "onInvite"],
    ["ranges of equal width that overlap [K]", { servlets: [AmbiguousResponses] }, "handler.ambiguous", "onSuccess"],
    ["a predicate class that wants parameters [K]", { servlets: [BadPredicate] }, "handler.predicate", "onAsked"],
    ["two application keys [K]", { servlets: [TwoKeys] }, "application.key", ""],
    ["an unknown main servlet [K]", { servlets: [Plain], mainServlet: "none" }, "application.main-servlet", ""],
    ["several servlets and no choice", { servlets: [Plain, One] }, "application.selection", ""],
    ["a servlet name that stands twice [K]", { servlets: [One, Other], mainServlet: "twin" }, "servlet.duplicate", ""],
    [
      "two TimerListeners [K]",
      {
        servlets: [Plain],
        listeners: [
          { listenerClass: Timers, listens: [TimerListener] },
          { listenerClass: MoreTimers, listens: [TimerListener] },
        ],
      },
      "application.timer-listener",
      "",
    ],
    ["handler decorators in the class style", { servlets: [ClassStyle] }, "class.handlers", ""],
    ["two @SipApplication", { servlets: [Named], classes: [NamedToo] }, "application.setting", ""],
    ["nothing at all", {}, "application.empty", ""],
  ])("%s", async (_what, definition, code, method) => {
    const failure = await startPojo(Plain, { servlets: undefined, ...definition }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DeploymentError);
    const problem = (failure as DeploymentError).problems.find((each) => each.code === code);
    expect(problem).toMatchObject({ application: "pojo", code, ...(method !== "" && { method }) });
    expect(problem?.reason.length).toBeGreaterThan(10);
    expect(problem?.mend.length).toBeGreaterThan(10);
  });

  it("an application without a name [K]", async () => {
    const failure = await startPojo(Plain, { name: undefined }).catch((error: unknown) => error);
    expect((failure as DeploymentError).problems.map(({ code }) => code)).toEqual(["application.name"]);
  });

  it("all problems of all applications come together", async () => {
    const applications = [
      { name: "one", servlets: [Ambiguous, BadPredicate], mainServlet: "none" },
      { name: "two", servlets: [TwoKeys] },
    ];
    const failure = await ContainerLab.start({ applications }).catch((error: unknown) => error);
    const problems = (failure as DeploymentError).problems.map(({ application, code }) => `${application} ${code}`);
    expect(problems.toSorted()).toEqual([
      "one application.main-servlet",
      "one handler.ambiguous",
      "one handler.predicate",
      "two application.key",
    ]);
  });
});
