import { assertType, describe, expectTypeOf, it } from "vitest";
import type { SipServletMessage, SipServletRequest, SipServletResponse } from "../api/object-model.js";
import type { Predicate } from "../api/predicate.js";
import { AnyMethod } from "./any-method.js";
import { AnyResponse } from "./any-response.js";
import { applyDecorators } from "./apply-decorators.js";
import { BranchResponse } from "./branch-response.js";
import { Bye } from "./bye.js";
import type { HandlerDecorator, RequestHandlerDecorator, ResponseHandlerDecorator } from "./handler-decorator.js";
import { Invite } from "./invite.js";
import { SipMethod } from "./sip-method.js";
import { SipPredicate } from "./sip-predicate.js";
import { SipResponseCode } from "./sip-response-code.js";
import { SuccessResponse } from "./success-response.js";

const isInitial = (request: SipServletRequest) => request.isInitial;
class Ringing implements Predicate<SipServletResponse> {
  apply(response: SipServletResponse) {
    return response.status === 180;
  }
}
const logged: MethodDecorator = () => undefined;

describe("JSR 359 handler decorators", () => {
  it("a method selector accepts requests, responses and nothing", () => {
    class Accepted {
      @Invite() onRequest(_request: SipServletRequest) {}
      @Invite() onResponse(_response: SipServletResponse) {}
      @Invite() onMessage(_message: SipServletMessage) {}
      @Invite() @Bye() async onNothing() {}
      @AnyMethod() private onAny(_request: SipServletRequest): unknown {
        return this.onAny.name;
      }
    }
    assertType<Accepted>(new Accepted());
  });

  it("a method selector refuses what is no message, and further parameters", () => {
    class Refused {
      // @ts-expect-error a handler takes a message
      @Invite() onText(_text: string) {}
      // @ts-expect-error a handler takes the message alone
      @Invite() onTwo(_request: SipServletRequest, _other: string) {}
    }
    assertType<Refused>(new Refused());
  });

  it("a response selector refuses requests", () => {
    class Refused {
      @SuccessResponse() onResponse(_response: SipServletResponse) {}
      @BranchResponse() onNothing() {}
      // @ts-expect-error a response selector on a request
      @SuccessResponse() onRequest(_request: SipServletRequest) {}
      // @ts-expect-error a response selector on a request
      @Invite() @SipResponseCode(486) onBusy(_request: SipServletRequest) {}
      // @ts-expect-error a response selector on a request
      @AnyResponse() onAny(_request: SipServletRequest) {}
    }
    assertType<Refused>(new Refused());
  });

  it("a predicate decides by its own parameter", () => {
    class Mixed {
      @SipPredicate(isInitial) onRequest(_request: SipServletRequest) {}
      @SipPredicate(Ringing) onClass(_response: SipServletResponse) {}
      @SipPredicate<SipServletRequest>((request) => request.isInitial) onGiven(_request: SipServletRequest) {}
      @SipPredicate((message: SipServletMessage) => message.isSecure) onEither(_response: SipServletResponse) {}
      // @ts-expect-error a request predicate on a response
      @SipPredicate(isInitial) onResponse(_response: SipServletResponse) {}
      // @ts-expect-error a response predicate on a request
      @SipPredicate(Ringing) onWrong(_request: SipServletRequest) {}
    }
    assertType<Mixed>(new Mixed());
  });

  it("a composed decorator allows what all its parts allow", () => {
    expectTypeOf(applyDecorators(SipMethod("INVITE"), Bye())).toEqualTypeOf<HandlerDecorator>();
    expectTypeOf(applyDecorators(Invite(), SipPredicate(isInitial))).toEqualTypeOf<RequestHandlerDecorator>();
    expectTypeOf(applyDecorators(Invite(), SuccessResponse(), logged)).toEqualTypeOf<ResponseHandlerDecorator>();
    expectTypeOf(applyDecorators(SipPredicate(isInitial), AnyResponse())).toEqualTypeOf<HandlerDecorator<never>>();

    const InitialInvite = () => applyDecorators(Invite(), SipPredicate(isInitial));
    const Contradiction = () => applyDecorators(SipPredicate(isInitial), AnyResponse());
    class Composed {
      @InitialInvite() onNewCall(_request: SipServletRequest) {}
      // @ts-expect-error the predicate takes requests
      @InitialInvite() onResponse(_response: SipServletResponse) {}
      // @ts-expect-error no message passes both
      @Contradiction() onNever(_request: SipServletRequest) {}
    }
    assertType<Composed>(new Composed());
  });
});
