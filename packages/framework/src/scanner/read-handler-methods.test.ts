import { describe, expect, it } from "vitest";
import { SipServletMessage, SipServletRequest, SipServletResponse } from "../api/object-model.js";
import type { ServletClass } from "../api/servlet-class.js";
import { AnyMethod } from "../decorators/any-method.js";
import { AnyResponse } from "../decorators/any-response.js";
import { BranchResponse } from "../decorators/branch-response.js";
import { Bye } from "../decorators/bye.js";
import { Invite } from "../decorators/invite.js";
import { SipMethod } from "../decorators/sip-method.js";
import { SipPredicate } from "../decorators/sip-predicate.js";
import { SipResponseCode } from "../decorators/sip-response-code.js";
import { SipResponseRange } from "../decorators/sip-response-range.js";
import { SuccessResponse } from "../decorators/success-response.js";
import { ProblemCollector } from "./problem-collector.js";
import { readHandlerMethods } from "./read-handler-methods.js";

function read(servletClass: ServletClass) {
  const problems = new ProblemCollector("phone");
  const handlers = readHandlerMethods(servletClass, problems);
  return { handlers, problems: problems.problems, codes: problems.problems.map(({ code }) => code) };
}

/** Writes what `emitDecoratorMetadata` would; the tests themselves are compiled without. */
function emit(servletClass: ServletClass, name: string, ...types: readonly unknown[]): void {
  Reflect.defineMetadata("design:paramtypes", types, servletClass.prototype as object, name);
}

const request = { method: "INVITE", isInitial: true } as SipServletRequest;

describe("JSR 359 §4.2 the kind of message a method handles", () => {
  describe("where the types of parameters are emitted", () => {
    it("@Invite alone handles responses when the parameter is one", () => {
      class Servlet {
        @Invite() handleInvite(_request: SipServletRequest) {}
        @Invite() handleInviteResponse(_response: SipServletResponse) {}
      }
      emit(Servlet, "handleInvite", SipServletRequest);
      emit(Servlet, "handleInviteResponse", SipServletResponse);
      const { handlers, codes } = read(Servlet);
      expect(codes).toEqual([]);
      expect(handlers).toMatchObject([
        { name: "handleInvite", kind: "request", methods: ["INVITE"] },
        { name: "handleInviteResponse", kind: "response", methods: ["INVITE"], statuses: [] },
      ]);
    });

    it("takes a class that extends one of the two for it", () => {
      abstract class Special extends SipServletResponse {}
      class Servlet {
        @Invite() handle(_response: Special) {}
      }
      emit(Servlet, "handle", Special);
      expect(read(Servlet).handlers).toMatchObject([{ kind: "response" }]);
    });

    it("knows nothing from Object, which stands for interfaces and unions", () => {
      class Servlet {
        @Invite() handle(_message: SipServletRequest) {}
        @Invite() @AnyResponse() other(_message: SipServletResponse) {}
      }
      emit(Servlet, "handle", Object);
      emit(Servlet, "other", Object);
      expect(read(Servlet).handlers.map(({ kind }) => kind)).toEqual(["request", "response"]);
    });

    it.each([
      ["a response selector on a request", "handler.selector", [SipServletRequest]],
      ["the super type of both", "handler.parameter", [SipServletMessage]],
      ["anything else", "handler.parameter", [String]],
      ["a second parameter", "handler.parameter", [SipServletResponse, String]],
    ])("refuses %s", (_name, code, types) => {
      class Servlet {
        @Invite() @SuccessResponse() handle() {}
      }
      emit(Servlet, "handle", ...types);
      const { handlers, problems } = read(Servlet);
      expect(handlers).toEqual([]);
      expect(problems).toMatchObject([{ code, application: "phone", class: "Servlet", method: "handle" }]);
    });
  });

  describe("where they are not", () => {
    it("a response selector says response, everything else is a request", () => {
      class Servlet {
        @Invite() a() {}
        @AnyMethod() b() {}
        @SipPredicate(() => true) c() {}
        @AnyResponse() d() {}
        @SipResponseCode(486) e() {}
        @Invite() @SipResponseRange(180, 189) f() {}
        @BranchResponse() g() {}
      }
      const { handlers, codes } = read(Servlet);
      expect(codes).toEqual([]);
      expect(Object.fromEntries(handlers.map(({ name, kind }) => [name, kind]))).toEqual({
        a: "request",
        b: "request",
        c: "request",
        d: "response",
        e: "response",
        f: "response",
        g: "response",
      });
    });

    it("counts the parameters the method has", () => {
      class Servlet {
        handle(_request: SipServletRequest, _more: string) {}
      }
      (Invite() as (target: object, name: string) => void)(Servlet.prototype, "handle");
      expect(read(Servlet).codes).toEqual(["handler.parameter"]);
    });
  });
});

describe("JSR 359 §4.3 the conditions of a method", () => {
  it("are gathered by kind", () => {
    class Servlet {
      @Invite() @Bye() @Invite() @SipResponseCode(486) @SipResponseRange(180, 189) handle() {}
      @AnyMethod() @Invite() any() {}
      @AnyResponse() @SuccessResponse() all() {}
    }
    expect(read(Servlet).handlers).toMatchObject([
      {
        methods: ["INVITE", "BYE"],
        anyMethod: false,
        statuses: [
          { begin: 486, end: 486, isCode: true },
          { begin: 180, end: 189, isCode: false },
        ],
        isBranch: false,
        tests: [],
      },
      { methods: ["INVITE"], anyMethod: true },
      { methods: [], anyMethod: true, statuses: [] },
    ]);
  });

  it("a predicate may be a function or a class", () => {
    class IsInitial {
      readonly wanted = true;
      apply(message: SipServletRequest) {
        return message.isInitial === this.wanted;
      }
    }
    const never = () => false;
    class Servlet {
      @SipPredicate(IsInitial) @SipPredicate(never) handle() {}
    }
    const tests = read(Servlet).handlers[0]?.tests ?? [];
    expect(tests.map((test) => [test.name, test(request)])).toEqual([
      ["IsInitial", true],
      ["never", false],
    ]);
  });

  it("calls the method on the instance, one that was replaced as well", () => {
    class Servlet {
      readonly name = "servlet";
      @Invite() handle(message: SipServletRequest) {
        return `${this.name} ${message.method}`;
      }
    }
    const [handler] = read(Servlet).handlers;
    const servlet = new Servlet();
    expect(handler?.invoke(servlet, request)).toBe("servlet INVITE");
    servlet.handle = () => "replaced";
    expect(handler?.invoke(servlet, request)).toBe("replaced");
  });
});

describe("JSR 359 §4.6 mistakes in a handler", () => {
  const mark = (decorate: (prototype: object, name: string) => unknown) => {
    class Servlet {
      handle() {}
    }
    decorate(Servlet.prototype, "handle");
    return Servlet;
  };
  const apply = (decorator: unknown) => mark(decorator as (prototype: object, name: string) => unknown);
  class NeedsMore {
    readonly limit: number;
    constructor(limit: number) {
      this.limit = limit;
    }
    apply() {
      return this.limit > 0;
    }
  }
  class Fails {
    constructor() {
      throw new TypeError("no luck");
    }
    apply() {
      return true;
    }
  }

  it.each<[string, string, unknown]>([
    ["an empty method", "handler.method", SipMethod("")],
    ["a method that is no token", "handler.method", SipMethod("INVITE BYE")],
    ["a well-known method in the wrong case", "handler.method", SipMethod("Invite")],
    ["a status below 100", "handler.selector", SipResponseCode(99)],
    ["a status above 699", "handler.selector", SipResponseCode(700)],
    ["a status that is no integer", "handler.selector", SipResponseCode(Number.NaN)],
    ["a range the wrong way round", "handler.selector", SipResponseRange(299, 200)],
    ["a predicate that is no function", "handler.predicate", SipPredicate(null as never)],
    ["a predicate class with parameters", "handler.predicate", SipPredicate(NeedsMore as never)],
    ["a predicate class that cannot be made", "handler.predicate", SipPredicate(Fails)],
  ])("%s", (_name, code, decorator) => {
    expect(read(apply(decorator)).codes).toEqual([code]);
  });

  it("several at once", () => {
    class Servlet {
      @SipMethod("invite") @SipResponseCode(7) handle() {}
    }
    expect(read(Servlet).codes).toEqual(["handler.method", "handler.selector"]);
  });

  it("allows methods nobody has heard of", () => {
    class Servlet {
      @SipMethod("X-Own.Method!") handle() {}
      @SipMethod("constructor") other() {}
    }
    expect(read(Servlet).codes).toEqual([]);
  });

  it("decorators on a static method, a getter, or nothing", () => {
    class Servlet {
      @Invite() static handle() {}
      get value() {
        return 1;
      }
    }
    (Bye() as (target: object, name: string) => void)(Servlet.prototype, "value");
    (Bye() as (target: object, name: string) => void)(Servlet.prototype, "missing");
    expect(read(Servlet).problems.map(({ code, method }) => `${code} ${method}`)).toEqual([
      "handler.static handle",
      "handler.member value",
      "handler.member missing",
    ]);
  });
});
