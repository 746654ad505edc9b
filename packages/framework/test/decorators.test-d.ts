import { assertType, describe, expectTypeOf, it } from "vitest";
import {
  Ack,
  AnyMethod,
  AnyResponse,
  applyDecorators,
  BranchResponse,
  Bye,
  Cancel,
  ErrorResponse,
  Info,
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
  SipApplication,
  SipApplicationKey,
  SipApplicationSessionScoped,
  SipInvocationScoped,
  SipListener,
  SipMethod,
  SipPredicate,
  SipResponseCode,
  SipResponseRange,
  SipServlet,
  Subscribe,
  SuccessResponse,
  TimerListener,
  Update,
  type HandlerDecorator,
  type Predicate,
  type RequestHandlerDecorator,
  type ResponseHandlerDecorator,
  type ServletTimer,
  type SipServletRequest,
  type SipServletResponse,
} from "../src/index.js";

describe("JSR 359 decorators of handlers", () => {
  it("of methods take requests and responses", () => {
    const decorators = [Ack, AnyMethod, Bye, Cancel, Info, Invite, Message, Notify, Options, Prack, Publish] as const;
    const others = [Refer, Register, Subscribe, Update] as const;
    expectTypeOf<(typeof decorators)[number]>().toEqualTypeOf<() => HandlerDecorator>();
    expectTypeOf<(typeof others)[number]>().toEqualTypeOf<() => HandlerDecorator>();
    expectTypeOf(SipMethod).toEqualTypeOf<(method: string) => HandlerDecorator>();
  });

  it("of statuses take responses", () => {
    const decorators = [AnyResponse, BranchResponse, ErrorResponse] as const;
    const others = [ProvisionalResponse, RedirectResponse, SuccessResponse] as const;
    expectTypeOf<(typeof decorators)[number]>().toEqualTypeOf<() => ResponseHandlerDecorator>();
    expectTypeOf<(typeof others)[number]>().toEqualTypeOf<() => ResponseHandlerDecorator>();
    expectTypeOf(SipResponseCode).toEqualTypeOf<(code: number) => ResponseHandlerDecorator>();
    expectTypeOf(SipResponseRange).toEqualTypeOf<(begin: number, end: number) => ResponseHandlerDecorator>();
  });

  it("of predicates take what the predicate takes", () => {
    class IsUrgent implements Predicate<SipServletRequest> {
      apply(request: SipServletRequest) {
        return request.getHeader("Priority") === "emergency";
      }
    }
    expectTypeOf(SipPredicate(IsUrgent)).toEqualTypeOf<RequestHandlerDecorator>();
    expectTypeOf(
      SipPredicate((response: SipServletResponse) => response.status === 180),
    ).toEqualTypeOf<ResponseHandlerDecorator>();
    expectTypeOf(applyDecorators(SipMethod("INVITE"), SipPredicate(IsUrgent))).toEqualTypeOf<RequestHandlerDecorator>();
  });

  it("stand together on the methods of a servlet", () => {
    @SipServlet({ name: "calls", applicationName: "a", description: "d", loadOnStartup: 1 })
    @SipApplication({ name: "a", mainServlet: "calls", concurrencyMode: "APPLICATIONSESSION" })
    class Calls {
      @Invite() @Update() onOffer(_request: SipServletRequest) {}
      @Invite() @SipResponseRange(180, 189) @SipResponseCode(199) async onRinging(_response: SipServletResponse) {}
      // @ts-expect-error a response selector on a request
      @Invite() @ErrorResponse() onFailure(_request: SipServletRequest) {}
      @SipApplicationKey({ applicationName: "a" }) static key(request: SipServletRequest) {
        return request.callId;
      }
      @postConstruct() start() {}
      @preDestroy() async stop() {}
    }
    assertType<unknown>(Calls);
    // @ts-expect-error an unknown setting
    expectTypeOf(() => SipApplication({ timeout: 3 })).toBeFunction();
  });
});

describe("JSR 359 decorators of classes", () => {
  it("of scopes and listeners stand on classes the container can make", () => {
    @SipApplicationSessionScoped()
    class Clock {
      startedAt = 0;
    }
    @SipInvocationScoped()
    class Trace {}
    @SipListener({ applicationName: "a", description: "d", listens: [TimerListener] })
    class Alarm {
      timeout(_timer: ServletTimer) {}
    }
    // @ts-expect-error nothing can be made of it
    @SipInvocationScoped()
    abstract class Base {}
    assertType<unknown>([Clock, Trace, Alarm, Base]);
  });
});
