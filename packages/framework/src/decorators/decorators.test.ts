import { describe, expect, it } from "vitest";
import { SipServletRequest, SipServletResponse } from "../api/object-model.js";
import { TimerListener } from "../api/timer-listener.js";
import {
  hasStandardDecorators,
  readApplicationRecord,
  readListenerRecord,
  readScope,
  readServletRecord,
} from "../metadata/class-records.js";
import { readDesignTypes } from "../metadata/design-types.js";
import { readHandlers, type Selector } from "../metadata/handler-record.js";
import { readKeyRecords } from "../metadata/key-record.js";
import { readLifecycle } from "../metadata/lifecycle-record.js";
import { Ack } from "./ack.js";
import { AnyMethod } from "./any-method.js";
import { AnyResponse } from "./any-response.js";
import { applyDecorators } from "./apply-decorators.js";
import { BranchResponse } from "./branch-response.js";
import { Bye } from "./bye.js";
import { Cancel } from "./cancel.js";
import { ErrorResponse } from "./error-response.js";
import { Info } from "./info.js";
import { Invite } from "./invite.js";
import { Message } from "./message.js";
import { Notify } from "./notify.js";
import { Options } from "./options.js";
import { postConstruct } from "./post-construct.js";
import { Prack } from "./prack.js";
import { preDestroy } from "./pre-destroy.js";
import { ProvisionalResponse } from "./provisional-response.js";
import { Publish } from "./publish.js";
import { RedirectResponse } from "./redirect-response.js";
import { Refer } from "./refer.js";
import { Register } from "./register.js";
import { SipApplicationKey } from "./sip-application-key.js";
import { SipApplicationSessionScoped } from "./sip-application-session-scoped.js";
import { SipApplication } from "./sip-application.js";
import { SipInvocationScoped } from "./sip-invocation-scoped.js";
import { SipListener } from "./sip-listener.js";
import { SipMethod } from "./sip-method.js";
import { SipPredicate } from "./sip-predicate.js";
import { SipResponseCode } from "./sip-response-code.js";
import { SipResponseRange } from "./sip-response-range.js";
import { SipServlet } from "./sip-servlet.js";
import { Subscribe } from "./subscribe.js";
import { SuccessResponse } from "./success-response.js";
import { Update } from "./update.js";

const isInitial = (request: SipServletRequest) => request.isInitial;

/** The selectors a class wrote, by method name. */
function selectorsOf(target: object): Record<string, readonly Selector[]> {
  return Object.fromEntries(readHandlers(target).map((record) => [String(record.name), record.selectors]));
}

describe("JSR 359 §1.15 method decorators", () => {
  describe("of the well-known methods", () => {
    const methods = {
      Invite,
      Ack,
      Bye,
      Cancel,
      Options,
      Register,
      Prack,
      Subscribe,
      Notify,
      Message,
      Info,
      Update,
      Refer,
      Publish,
    };
    it.each(Object.entries(methods))("@%s stands for its method in upper case", (name, decorator) => {
      class Servlet {
        @decorator() handle() {}
      }
      expect(selectorsOf(Servlet)).toEqual({ handle: [{ kind: "method", method: name.toUpperCase() }] });
    });
  });

  describe("of responses", () => {
    it.each([
      ["@ProvisionalResponse", ProvisionalResponse, { kind: "range", begin: 101, end: 199 }],
      ["@SuccessResponse", SuccessResponse, { kind: "range", begin: 200, end: 299 }],
      ["@RedirectResponse", RedirectResponse, { kind: "range", begin: 300, end: 399 }],
      ["@ErrorResponse", ErrorResponse, { kind: "range", begin: 400, end: 699 }],
      ["@AnyResponse", AnyResponse, { kind: "anyResponse" }],
      ["@BranchResponse", BranchResponse, { kind: "branchResponse" }],
    ] as const)("%s covers its statuses", (_name, decorator, selector) => {
      class Servlet {
        @decorator() handle() {}
      }
      expect(selectorsOf(Servlet)).toEqual({ handle: [selector] });
    });
  });

  describe("several on one method", () => {
    it("keeps them in the order of the source", () => {
      class Servlet {
        @SipMethod("INVITE") @Bye() @SipResponseCode(486) @SipResponseRange(180, 189) handle() {}
        @AnyMethod() @SipPredicate(isInitial) other() {}
      }
      expect(selectorsOf(Servlet)).toEqual({
        handle: [
          { kind: "method", method: "INVITE" },
          { kind: "method", method: "BYE" },
          { kind: "code", code: 486 },
          { kind: "range", begin: 180, end: 189 },
        ],
        other: [{ kind: "anyMethod" }, { kind: "predicate", source: isInitial }],
      });
    });

    it("composed by applyDecorators, as if they stood there", () => {
      const MyRinging = () => applyDecorators(SipMethod("INVITE"), SipResponseRange(180, 189));
      class Servlet {
        @Bye() @MyRinging() handle() {}
      }
      expect(selectorsOf(Servlet).handle).toEqual([
        { kind: "method", method: "BYE" },
        { kind: "method", method: "INVITE" },
        { kind: "range", begin: 180, end: 189 },
      ]);
    });

    it("lets a decorator that wraps the method take part in applyDecorators", () => {
      const calls: string[] = [];
      const Traced =
        (label: string): MethodDecorator =>
        (_target, _name, descriptor) => {
          const original: unknown = descriptor.value;
          const value = function traced(this: unknown) {
            calls.push(label);
            return typeof original === "function" ? (original.call(this) as unknown) : undefined;
          };
          return { ...descriptor, value } as typeof descriptor;
        };
      const Both = () => applyDecorators(Traced("outer"), Invite(), Traced("inner"));
      class Servlet {
        @Both() handle() {
          calls.push("method");
        }
      }
      new Servlet().handle();
      expect(calls).toEqual(["outer", "inner", "method"]);
      expect(selectorsOf(Servlet).handle).toEqual([{ kind: "method", method: "INVITE" }]);
    });
  });

  describe("in a class that extends another", () => {
    class Base {
      @Invite() onInvite() {}
      @Bye() onBye() {}
    }
    it("inherits handlers, keeps them for a plain override, and replaces them for a decorated one", () => {
      class Derived extends Base {
        override onInvite() {}
        @AnyMethod() override onBye() {}
        @Ack() onAck() {}
      }
      expect(selectorsOf(Derived)).toEqual({
        onInvite: [{ kind: "method", method: "INVITE" }],
        onBye: [{ kind: "anyMethod" }],
        onAck: [{ kind: "method", method: "ACK" }],
      });
      expect(Object.keys(selectorsOf(Base))).toEqual(["onInvite", "onBye"]);
    });

    it("adds nothing to a sibling", () => {
      class First extends Base {
        @Ack() onAck() {}
      }
      class Second extends Base {}
      expect(Object.keys(selectorsOf(First))).toEqual(["onInvite", "onBye", "onAck"]);
      expect(Object.keys(selectorsOf(Second))).toEqual(["onInvite", "onBye"]);
    });
  });

  it("tells static methods and symbols apart", () => {
    const named = Symbol("handler");
    class Servlet {
      @Invite() static onInvite() {}
      @Bye() [named]() {}
    }
    const found = new Map(readHandlers(Servlet).map(({ name, isStatic }) => [name, isStatic]));
    expect(found).toEqual(
      new Map<string | symbol, boolean>([
        ["onInvite", true],
        [named, false],
      ]),
    );
  });
});

describe("JSR 359 §1.15 class decorators", () => {
  it("write what they were given, for that class only", () => {
    @SipApplication({ name: "calls", proxyTimeout: 30, concurrencyMode: "VENDORSPECIFIC" })
    @SipServlet({ name: "main", loadOnStartup: 1 })
    @SipListener({ description: "timers", listens: [TimerListener] })
    class Servlet {
      timeout() {}
    }
    class Derived extends Servlet {}

    expect(readApplicationRecord(Servlet)).toEqual({
      name: "calls",
      proxyTimeout: 30,
      concurrencyMode: "VENDORSPECIFIC",
    });
    expect(readServletRecord(Servlet)).toEqual({ name: "main", loadOnStartup: 1 });
    expect(readListenerRecord(Servlet)).toEqual({ description: "timers", listens: [TimerListener] });
    expect(hasStandardDecorators(Servlet)).toBe(false);
    expect([readApplicationRecord(Derived), readServletRecord(Derived), readListenerRecord(Derived)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("write the scope of beans", () => {
    @SipApplicationSessionScoped()
    class Clock {}
    @SipInvocationScoped()
    class Trace {}
    expect([readScope(Clock), readScope(Trace), readScope(Object)]).toEqual([
      "applicationSession",
      "invocation",
      undefined,
    ]);
  });

  it("notice that they were compiled as standard decorators", () => {
    class Servlet {}
    const decorate = SipServlet() as (target: typeof Servlet, context: unknown) => void;
    decorate(Servlet, { kind: "class", name: "Servlet" });
    expect(hasStandardDecorators(Servlet)).toBe(true);
  });
});

describe("JSR 289 §15 @SipApplicationKey", () => {
  it("is found in the class and in those that extend it, with the class it was written in", () => {
    class Base {
      readonly kind = "servlet";
      @SipApplicationKey({ applicationName: "calls" }) static key(request: SipServletRequest) {
        return request.callId;
      }
    }
    class Derived extends Base {}
    const record = { declaringClass: Base, name: "key", isStatic: true, applicationName: "calls" };
    expect(readKeyRecords(Base)).toEqual([record]);
    expect(readKeyRecords(Derived)).toEqual([record]);
  });
});

describe("JSR 250 lifecycle decorators", () => {
  it("name the methods of a class, its base class first, an override once", () => {
    class Base {
      @postConstruct() open() {}
      @preDestroy() close() {}
    }
    class Derived extends Base {
      @postConstruct() start() {}
      @preDestroy() override close() {}
    }
    expect(readLifecycle(Derived, "postConstruct")).toEqual(["open", "start"]);
    expect(readLifecycle(Derived, "preDestroy")).toEqual(["close"]);
    expect(readLifecycle(Object, "preDestroy")).toEqual([]);
  });
});

describe("types the compiler emits", () => {
  class Servlet {
    onInvite(_response: unknown) {}
    onBye() {}
  }
  // What `emitDecoratorMetadata` makes of the first method; the tests themselves are compiled without.
  Reflect.defineMetadata("design:paramtypes", [SipServletResponse], Servlet.prototype, "onInvite");
  Reflect.defineMetadata("design:returntype", Promise, Servlet.prototype, "onInvite");

  it("are read where they exist, through inheritance", () => {
    class Derived extends Servlet {}
    expect(readDesignTypes(Derived.prototype, "onInvite")).toEqual({
      parameterTypes: [SipServletResponse],
      returnType: Promise,
    });
  });

  it("are undefined where they do not", () => {
    expect(readDesignTypes(Servlet.prototype, "onBye")).toEqual({ parameterTypes: undefined, returnType: undefined });
  });

  it("can tell requests from responses, which are values at run time", () => {
    expect(SipServletRequest).toBeTypeOf("function");
    expect(SipServletRequest).not.toBe(SipServletResponse);
  });
});
