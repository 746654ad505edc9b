import { describe, expect, it, vi } from "vitest";
import type { SipServletRequest } from "../api/object-model.js";
import { SipSessionListener } from "../api/session-listener.js";
import { TimerListener } from "../api/timer-listener.js";
import { AnyMethod } from "../decorators/any-method.js";
import { Bye } from "../decorators/bye.js";
import { Invite } from "../decorators/invite.js";
import { SipApplicationKey } from "../decorators/sip-application-key.js";
import { SipApplication } from "../decorators/sip-application.js";
import { SipListener } from "../decorators/sip-listener.js";
import { SipPredicate } from "../decorators/sip-predicate.js";
import { SipServlet } from "../decorators/sip-servlet.js";
import { SuccessResponse } from "../decorators/success-response.js";
import type { DeploymentError } from "../errors/deployment-error.js";
import type { ApplicationDefinition } from "../model/application-definition.js";
import { listenersOf } from "../model/application-model.js";
import { equal, exists } from "../model/condition.js";
import { formatHandlerTable } from "../model/format-handler-table.js";
import type { HandlerTie } from "../model/handler-table.js";
import { SipServletBase } from "../model/sip-servlet-base.js";
import { deploy, failureOf, problemsOf } from "../../test/deploy.js";
import { scanApplications } from "./scan-applications.js";

const fixtures = new URL("../../test/scan/", import.meta.url);

/** What plain JavaScript could hand over. */
const rude = (definition: object) => definition as ApplicationDefinition;
const request = (method: string, changes: object = {}) => ({ method, ...changes }) as object as SipServletRequest;

@SipServlet()
class Calls {
  @Invite() onInvite() {}
  @Bye() onBye() {}
}
@SipServlet({ name: "messages" })
class Messages {
  @AnyMethod() onAny() {}
}

describe("an application given as classes", () => {
  it("has the defaults of the JSR, and one session at a time", async () => {
    const model = await deploy({ name: "phone", servlets: [Calls] });
    expect(model).toMatchObject({
      name: "phone",
      displayName: "phone",
      description: "",
      proxyTimeout: 180,
      sessionTimeout: 3,
      concurrencyMode: "APPLICATIONSESSION",
      distributable: false,
      listeners: [],
      initParameters: {},
      applicationKey: undefined,
    });
    expect(model.servlets).toMatchObject([
      { name: "Calls", servletClass: Calls, style: "pojo", loadOnStartup: -1, description: "", initParameters: {} },
    ]);
  });

  it("cannot change any more", async () => {
    const model = await deploy({ name: "phone", servlets: [Calls], listeners: [] });
    const parts = [model, model.servlets, model.servlets[0], model.listeners, model.initParameters];
    expect(parts.every((part) => Object.isFrozen(part))).toBe(true);
  });

  it("takes its settings from @SipApplication, and the definition's before these", async () => {
    @SipApplication({
      name: "annotated",
      displayName: "Annotated",
      proxyTimeout: 30,
      sessionTimeout: 0,
      distributable: true,
    })
    @SipServlet()
    class Main {}
    expect(await deploy({ servlets: [Main] })).toMatchObject({
      name: "annotated",
      displayName: "Annotated",
      proxyTimeout: 30,
      sessionTimeout: 0,
      distributable: true,
    });
    const definition = {
      name: "other",
      servlets: [Main],
      proxyTimeout: 60,
      concurrencyMode: "VENDORSPECIFIC",
    } as const;
    expect(await deploy(definition)).toMatchObject({
      name: "other",
      proxyTimeout: 60,
      sessionTimeout: 0,
      concurrencyMode: "VENDORSPECIFIC",
    });
  });

  it("takes its name from what its servlets say, when nothing else has one", async () => {
    @SipServlet({ applicationName: "named" })
    class Main {}
    expect((await deploy({ servlets: [Main] })).name).toBe("named");
  });

  it("registers servlets by definition, the same class under two names", async () => {
    class Plain {
      @Invite() onInvite() {}
    }
    const options = { loadOnStartup: 2, initParameters: { a: "1" }, description: "d" };
    const model = await deploy({
      name: "phone",
      mainServlet: "first",
      servlets: [
        { name: "first", servletClass: Plain, ...options },
        { name: "second", servletClass: Plain },
      ],
    });
    expect(model.servlets).toMatchObject([
      { name: "first", servletClass: Plain, ...options },
      { name: "second", servletClass: Plain, loadOnStartup: -1 },
    ]);
  });

  it("lets a definition beat the decorator of the same name", async () => {
    @SipServlet({ name: "main", loadOnStartup: 1, description: "decorator" })
    class Main {}
    const model = await deploy({ name: "phone", servlets: [{ name: "main", servletClass: Main, loadOnStartup: 5 }] });
    expect(model.servlets).toMatchObject([{ name: "main", loadOnStartup: 5, description: "decorator" }]);
  });

  it("counts a class once, however often it is listed", async () => {
    @SipServlet()
    @SipListener()
    class Both {
      timeout() {}
    }
    const model = await deploy({ name: "phone", servlets: [Both, Both], listeners: [Both], classes: [Both] });
    expect(model.servlets).toHaveLength(1);
    expect(model.listeners).toHaveLength(1);
  });
});

describe("JSR 289 §16 choosing the servlet", () => {
  it("the only servlet is the main servlet", async () => {
    const model = await deploy({ name: "phone", servlets: [Calls] });
    expect(model.mainServlet?.name).toBe("Calls");
    expect(model.selectServlet(request("INVITE"))).toBe(model.mainServlet);
  });

  it("the main servlet that is named", async () => {
    const model = await deploy({ name: "phone", servlets: [Calls, Messages], mainServlet: "messages" });
    expect(model.selectServlet(request("INVITE"))).toBe(model.servlets.find(({ name }) => name === "messages"));
  });

  it("the first mapping that holds, or none", async () => {
    const model = await deploy({
      name: "phone",
      servlets: [Calls, Messages],
      servletMappings: [
        { servletName: "Calls", pattern: equal("request.method", "INVITE") },
        { servletName: "messages", pattern: equal("request.method", "MESSAGE") },
        { servletName: "messages", pattern: equal("request.method", "INVITE") },
      ],
    });
    expect(model.mainServlet).toBeUndefined();
    expect(["INVITE", "MESSAGE", "BYE"].map((method) => model.selectServlet(request(method))?.name)).toEqual([
      "Calls",
      "messages",
      undefined,
    ]);
  });

  it("a mapping holds for a single servlet as well", async () => {
    const servletMappings = [{ servletName: "Calls", pattern: equal("request.method", "INVITE") }];
    const model = await deploy({ name: "phone", servlets: [Calls], servletMappings });
    expect(model.selectServlet(request("BYE"))).toBeUndefined();
  });

  it.each<[string, Partial<ApplicationDefinition>, string]>([
    ["neither main servlet nor mapping", {}, "application.selection"],
    ["an unknown main servlet", { mainServlet: "nobody" }, "application.main-servlet"],
    [
      "both",
      { mainServlet: "Calls", servletMappings: [{ servletName: "Calls", pattern: exists("request.method") }] },
      "application.selection",
    ],
    [
      "an unknown servlet",
      { servletMappings: [{ servletName: "x", pattern: exists("request.uri") }] },
      "mapping.servlet",
    ],
    [
      "an unknown variable",
      { servletMappings: [{ servletName: "Calls", pattern: { kind: "exists", variable: "request.hots" } }] },
      "mapping.variable",
    ],
  ])("fails with %s", async (_name, parts, code) => {
    expect(await problemsOf({ name: "phone", servlets: [Calls, Messages], ...parts })).toEqual([code]);
  });
});

describe("JSR 289 §15 the application key", () => {
  class Keys {
    readonly kind = "keys";
    @SipApplicationKey() static key(initial: SipServletRequest) {
      return initial.callId;
    }
  }

  it("is found on any class of the application, and inherited once", async () => {
    class More extends Keys {}
    const model = await deploy({ name: "phone", servlets: [Calls], classes: [Keys, More] });
    expect(model.applicationKey?.(request("INVITE", { callId: "a84b4c76e66710" }))).toBe("a84b4c76e66710");
  });

  it.each([undefined, null, "", 5, {}])("%s is no key", async (key) => {
    const model = await deploy(rude({ name: "phone", servlets: [Calls], applicationKey: () => key }));
    expect(model.applicationKey?.(request("INVITE"))).toBeUndefined();
  });

  it("ignores a method that names another application", async () => {
    class Other {
      readonly kind = "keys";
      @SipApplicationKey({ applicationName: "other" }) static key() {
        return "key";
      }
    }
    expect((await deploy({ name: "phone", servlets: [Calls], classes: [Other] })).applicationKey).toBeUndefined();
  });

  it("may be computed in one place only", async () => {
    const applicationKey = () => "key";
    const definition = { name: "phone", servlets: [Calls], classes: [Keys], applicationKey };
    expect(await problemsOf(definition)).toEqual(["application.key"]);
  });

  it("fails with a wrong signature", async () => {
    const wrong = (name: string, decorate: (target: { prototype: object }) => void) => {
      const keys = { [name]: class {} }[name] ?? Keys;
      decorate(keys);
      return keys;
    };
    const mark = SipApplicationKey() as (target: object, name: string) => void;
    const classes = [
      wrong("Instance", ({ prototype }) => mark(prototype, "key")),
      wrong("Absent", (target) => mark(target, "key")),
      wrong("TwoParameters", (target) => {
        Object.assign(target, { key: (_one: unknown, _two: unknown) => "key" });
        mark(target, "key");
      }),
      wrong("Async", (target) => {
        Object.assign(target, { key: async () => "key" });
        mark(target, "key");
      }),
      wrong("Typed", (target) => {
        Object.assign(target, { key: () => "key" });
        mark(target, "key");
        Reflect.defineMetadata("design:paramtypes", [String], target, "key");
      }),
      wrong("Returns", (target) => {
        Object.assign(target, { key: () => "key" });
        mark(target, "key");
        Reflect.defineMetadata("design:returntype", Number, target, "key");
      }),
    ];
    const problems = await problemsOf({ name: "phone", servlets: [Calls], classes });
    expect(problems).toEqual([
      "application.key",
      ...["Instance", "Absent", "TwoParameters", "Async", "Typed", "Returns"].map(
        (name) => `application.key ${name} key`,
      ),
    ]);
  });
});

describe("JSR 289 §8 listeners", () => {
  it("are kept with the interfaces they implement", async () => {
    @SipListener()
    class Timers {
      timeout() {}
      noAckReceived() {}
    }
    @SipListener({ listens: [SipSessionListener] })
    class Sessions {
      sessionCreated() {}
    }
    class Flows {
      flowFailed() {}
    }
    const listeners = [Timers, Sessions, { listenerClass: Flows }];
    const model = await deploy({ name: "phone", servlets: [Calls], listeners });
    expect(listenersOf(model, TimerListener)).toEqual([Timers]);
    expect(listenersOf(model, SipSessionListener)).toEqual([Sessions]);
    expect(model.listeners.map(({ listenerClass }) => listenerClass)).toEqual([Flows, Timers, Sessions]);
  });

  it("at most one may get the timers", async () => {
    @SipListener()
    class First {
      timeout() {}
    }
    @SipListener()
    class Second {
      timeout() {}
    }
    const definition = { name: "phone", servlets: [Calls], listeners: [First, Second] };
    expect(await problemsOf(definition)).toEqual(["application.timer-listener"]);
  });
});

describe("everything that is wrong", () => {
  it("is told at once, for all applications, with place and mend", async () => {
    @SipServlet({ name: "Calls" })
    class Twin {
      @Invite() first() {}
      @Invite() second() {}
    }
    class Bare {}
    const error = await failureOf([
      { servlets: [Calls] },
      { name: "phone", servlets: [Calls, Twin, Bare], proxyTimeout: -1 },
      { name: "phone", servlets: [Calls] },
    ]);
    expect(error.problems.map(({ application, code }) => `${application}: ${code}`)).toEqual([
      "(unnamed 1): application.name",
      "phone: application.setting",
      "phone: servlet.duplicate",
      "phone: class.undecorated",
      "phone: application.duplicate",
    ]);
    expect(error.message.split("\n")[0]).toBe("Deployment failed with 5 problems.");
    expect(error.problems.every(({ reason, mend }) => reason !== "" && mend !== "" && !mend.endsWith("."))).toBe(true);
  });

  it.each<[string, object, string]>([
    ["nothing in it", { servlets: [] }, "application.empty"],
    ["undefined instead of a class", { servlets: [Calls, undefined] }, "class.invalid"],
    ["null", { servlets: [Calls, null] }, "class.invalid"],
    ["an instance", { servlets: [Calls, new Messages()] }, "class.invalid"],
    ["an arrow function", { servlets: [Calls, () => undefined] }, "class.invalid"],
    ["a definition without a class", { servlets: [Calls, { name: "x" }] }, "class.invalid"],
    ["the abstract base", { servlets: [Calls, SipServletBase] }, "class.invalid SipServletBase"],
    ["a name that is taken by a running application", { name: "running", servlets: [Calls] }, "application.duplicate"],
    ["an unknown concurrency mode", { servlets: [Calls], concurrencyMode: "NONE" }, "application.setting"],
    ["a session timeout that is no number", { servlets: [Calls], sessionTimeout: Number.NaN }, "application.setting"],
    [
      "a servlet with a start order that is no integer",
      { servlets: [{ name: "a", servletClass: class A {}, loadOnStartup: 0.5 }] },
      "application.setting A",
    ],
    ["a servlet without a name", { servlets: [{ name: "", servletClass: class A {} }] }, "servlet.name A"],
    [
      "two definitions of one name",
      {
        servlets: [
          { name: "a", servletClass: class A {} },
          { name: "a", servletClass: class B {} },
        ],
      },
      "servlet.duplicate B",
    ],
    ["a listener without @SipListener", { servlets: [Calls], listeners: [Messages] }, "class.undecorated Messages"],
  ])("%s", async (_name, definition, problem) => {
    const definitions = [rude({ name: "phone", mainServlet: undefined, ...definition })];
    const error = await scanApplications(definitions, { deployed: ["running"] }).catch((cause: unknown) => cause);
    const problems = (error as DeploymentError).problems.map(({ code, class: name }) =>
      name ? `${code} ${name}` : code,
    );
    expect(problems).toContain(problem);
  });

  it("a class of another application", async () => {
    @SipServlet({ applicationName: "other" })
    class Foreign {}
    expect(await problemsOf({ name: "phone", servlets: [Foreign] })).toEqual(["class.foreign Foreign"]);
  });

  it("handlers on a class that is no servlet, or that has the class style", async () => {
    @SipListener()
    class Listener {
      timeout() {}
      @Invite() onInvite() {}
    }
    @SipServlet()
    class Styled extends SipServletBase {
      @Invite() onInvite() {}
    }
    expect(await problemsOf({ name: "phone", servlets: [Styled], listeners: [Listener] })).toEqual([
      "class.handlers Listener",
      "class.handlers Styled",
    ]);
  });

  it("decorators compiled the standard way", async () => {
    class Standard {}
    (SipServlet() as (target: typeof Standard, context: object) => void)(Standard, { kind: "class" });
    const error = await failureOf([{ name: "phone", servlets: [Standard] }]);
    expect(error.problems).toMatchObject([{ code: "class.invalid", class: "Standard" }]);
    expect(error.message).toContain("experimentalDecorators");
  });
});

describe("ties at run time", () => {
  it("are handed to the hook", async () => {
    @SipServlet()
    class Tied {
      @Invite() @SipPredicate(() => true) first() {}
      @Invite() @SipPredicate(() => true) second() {}
    }
    const onTie = vi.fn<(tie: HandlerTie) => void>();
    const [model] = await scanApplications([{ name: "phone", servlets: [Tied] }], { onTie });
    expect(model?.mainServlet?.handlers.forRequest(request("INVITE"))?.name).toBe("first");
    expect(onTie).toHaveBeenCalledTimes(1);
  });
});

describe("an application given by a scan", () => {
  it("finds the decorated classes its modules export, each once, and leaves those of others", async () => {
    const model = await deploy({ scan: "calls/**/*.ts", scanRoot: fixtures });
    expect(model).toMatchObject({ name: "scanned", sessionTimeout: 10 });
    expect(model.servlets.map(({ name }) => name)).toEqual(["calls"]);
    expect(model.mainServlet?.handlers.forRequest(request("INVITE"))?.name).toBe("onInvite");
    expect(listenersOf(model, TimerListener).map(({ name }) => name)).toEqual(["Timers"]);
  });

  it("leaves the settings of another application to that one", async () => {
    const model = await deploy({
      name: "elsewhere",
      scan: ["calls/*.ts"],
      scanRoot: fixtures.href,
      mainServlet: "Foreign",
    });
    expect(model).toMatchObject({ name: "elsewhere", sessionTimeout: 3 });
    expect(model.servlets.map(({ name }) => name)).toEqual(["calls", "Foreign"]);
  });

  it("joins classes that are given", async () => {
    const model = await deploy({
      scan: "calls/call-servlet.ts",
      scanRoot: fixtures,
      name: "a",
      servlets: [Messages],
      mainServlet: "calls",
    });
    expect(model.servlets.map(({ name }) => name)).toEqual(["messages", "calls"]);
  });

  it.each([
    ["no file", "none/*.js", ["scan.empty", "application.empty"]],
    ["no decorated class", "empty/*.ts", ["scan.empty", "application.empty"]],
    ["declarations only", "calls/*.d.ts", ["scan.empty", "application.empty"]],
    ["a module that does not load", "broken/*.ts", ["scan.module", "application.empty"]],
  ])("fails with %s", async (_name, scan, problems) => {
    expect(await problemsOf({ name: "phone", scan, scanRoot: fixtures })).toEqual(problems);
  });
});

describe("the printed handler table", () => {
  it("shows every handler with its conditions, in columns", async () => {
    const isInitial = (initial: SipServletRequest) => initial.isInitial;
    @SipServlet({ name: "calls" })
    class Routes {
      @Invite() @SipPredicate(isInitial) onNewCall(_request: SipServletRequest) {}
      @Invite() @AnyMethod() onOther() {}
      @Invite() @SuccessResponse() onAnswered() {}
    }
    @SipServlet({ name: "old" })
    class Styled extends SipServletBase {
      protected override doInvite() {}
      protected override doErrorResponse() {}
    }
    @SipServlet({ name: "quiet" })
    class Quiet {}
    const model = await deploy({ name: "phone", servlets: [Routes, Styled, Quiet], mainServlet: "calls" });
    expect(formatHandlerTable(model)).toBe(
      [
        "application  servlet       kind      selectors             handler",
        "phone        calls (main)  request   INVITE, if isInitial  Routes.onNewCall",
        "phone        calls (main)  request   INVITE, any method    Routes.onOther",
        "phone        calls (main)  response  INVITE, 200-299       Routes.onAnswered",
        "phone        old           both      class style           Styled: doInvite doErrorResponse",
        "phone        quiet         none                            Quiet (no handler)",
      ].join("\n"),
    );
  });
});
