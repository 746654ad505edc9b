import type { Request, Response, Router } from "express";
import { describe, expectTypeOf, it } from "vitest";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import {
  Get,
  HttpController,
  InApplicationSession,
  Post,
  Push,
  Use,
  type ExpressBridge,
  type HttpError,
  type HttpNext,
  type HttpRequest,
  type HttpResponse,
  type ProblemDetails,
} from "../src/http/index.js";
import type {
  ConvergedHttpSession,
  HttpOptions,
  HttpRouter,
  HttpSessionOptions,
  OriginPolicy,
  Principal,
  PushMessage,
  PushService,
  PushSubscription,
  SipApplicationSession,
  SipHandshake,
  SipWebSocketOptions,
} from "../src/index.js";
import type { HttpBridge } from "../src/spi/index.js";

interface CallInput {
  readonly caller: string;
}

declare const call: StandardSchemaV1<unknown, CallInput>;

describe("controllers", () => {
  it("take requests of the types that were validated", () => {
    @HttpController("/calls")
    class Calls {
      @Post("/", { body: call })
      dial(request: HttpRequest<CallInput>, response: HttpResponse): void {
        expectTypeOf(request.body.caller).toBeString();
        expectTypeOf(response).toEqualTypeOf<Response>();
      }

      // @ts-expect-error the schema makes no such body
      @Post("/other", { body: call })
      other(request: HttpRequest<{ readonly callee: string }>): void {
        void request;
      }

      @Get("/:id")
      @InApplicationSession((request) => request.params["id"])
      show(request: HttpRequest): string {
        expectTypeOf(request.session.applicationSession).toEqualTypeOf<SipApplicationSession>();
        expectTypeOf(request.params).toEqualTypeOf<Record<string, string>>();
        return request.session.id;
      }

      @Use("/admin")
      check(_request: HttpRequest, _response: HttpResponse, next: HttpNext): void {
        next();
      }

      @Push("/:id/live")
      follow(request: HttpRequest): PushSubscription {
        return { topics: [request.url] };
      }

      // @ts-expect-error it does not say what is followed
      @Push("/wrong")
      wrong(): void {}
    }
    expectTypeOf(Calls).toBeConstructibleWith();
  });

  it("share the session with plain routers", () => {
    expectTypeOf<Router>().toExtend<HttpRouter>();
    expectTypeOf<Request["session"]["applicationSession"]>().toEqualTypeOf<SipApplicationSession>();
    expectTypeOf<Request["session"]["encodeUrl"]>().toEqualTypeOf<ConvergedHttpSession["encodeUrl"]>();
    expectTypeOf<Request["session"]["principal"]>().toEqualTypeOf<Principal | undefined>();
  });
});

describe("the HTTP side", () => {
  it("is a bridge with options", () => {
    expectTypeOf<ExpressBridge>().toExtend<HttpBridge>();
    expectTypeOf<HttpOptions["allowedOrigins"]>().toEqualTypeOf<OriginPolicy | undefined>();
    expectTypeOf<HttpOptions["session"]>().toEqualTypeOf<HttpSessionOptions | undefined>();
    expectTypeOf<HttpOptions["sip"]>().toEqualTypeOf<boolean | SipWebSocketOptions | undefined>();
    expectTypeOf<SipHandshake["httpSessionId"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<HttpError["status"]>().toBeNumber();
    expectTypeOf<ProblemDetails["status"]>().toBeNumber();
  });

  it("pushes news to topics", () => {
    expectTypeOf<PushService["publish"]>().parameters.toEqualTypeOf<[topic: string, data: unknown, event?: string]>();
    expectTypeOf<PushMessage>().toEqualTypeOf<{ readonly data: unknown; readonly event?: string }>();
  });
});
