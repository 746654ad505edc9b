import { describe, expectTypeOf, it } from "vitest";
import {
  IllegalArgumentError,
  IllegalStateError,
  isServletError,
  isSipError,
  Rel100Error,
  ServletParseError,
  SipError,
  TooManyHopsError,
  UnsupportedOperationError,
  type DeploymentError,
  type DeploymentProblem,
  type DeploymentProblemCode,
  type ServletError,
  type ServletErrorCode,
  type ServletErrorOptions,
  type SipErrorHeaders,
  type SipErrorOptions,
} from "../src/index.js";

describe("errors of the framework", () => {
  it("have a code, a status and the rule behind them", () => {
    expectTypeOf<ServletError["code"]>().toEqualTypeOf<ServletErrorCode>();
    expectTypeOf<ServletError["statusCode"]>().toEqualTypeOf<number | undefined>();
    expectTypeOf<ServletError["section"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<"state.committed">().toExtend<ServletErrorCode>();
    expectTypeOf<"state.nonsense">().not.toExtend<ServletErrorCode>();
    expectTypeOf<ServletErrorOptions>().toEqualTypeOf<{
      readonly detail?: string;
      readonly cause?: unknown;
      readonly statusCode?: number;
    }>();
  });

  it("take the codes of their family alone", () => {
    expectTypeOf(IllegalStateError).toBeConstructibleWith("state.committed", { detail: "200 was sent" });
    expectTypeOf(IllegalArgumentError).toBeConstructibleWith("argument.status");
    expectTypeOf(ServletParseError).toBeConstructibleWith("parse.uri");
    expectTypeOf(UnsupportedOperationError).toBeConstructibleWith("unsupported.operation");
    expectTypeOf(TooManyHopsError).toBeConstructibleWith();
    expectTypeOf(Rel100Error).toBeConstructibleWith(Rel100Error.NO_REQ_SUPPORT);
    expectTypeOf<Rel100Error["reason"]>().toBeNumber();
    // @ts-expect-error a code of another family
    expectTypeOf(() => new IllegalStateError("argument.status")).toBeFunction();
    // @ts-expect-error there are five reasons
    expectTypeOf(() => new Rel100Error(5)).toBeFunction();
  });

  it("are all ServletErrors", () => {
    expectTypeOf<
      | DeploymentError
      | IllegalArgumentError
      | IllegalStateError
      | Rel100Error
      | ServletParseError
      | SipError
      | TooManyHopsError
      | UnsupportedOperationError
    >().toExtend<ServletError>();
  });

  it("an answer always has a status", () => {
    expectTypeOf(SipError).toBeConstructibleWith(486, "Busy Here", { headers: { "Retry-After": "60" } });
    expectTypeOf<SipError["statusCode"]>().toEqualTypeOf<number>();
    expectTypeOf<SipError["reasonPhrase"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<SipError["headers"]>().toEqualTypeOf<SipErrorHeaders>();
    expectTypeOf<SipErrorHeaders>().toEqualTypeOf<Readonly<Record<string, string | readonly string[]>>>();
    expectTypeOf<SipErrorOptions>().toEqualTypeOf<{ readonly headers?: SipErrorHeaders; readonly cause?: unknown }>();
  });

  it("are recognised in what was caught", () => {
    expectTypeOf(isServletError).guards.toEqualTypeOf<ServletError>();
    expectTypeOf(isServletError).parameters.toEqualTypeOf<[value: unknown, code?: ServletErrorCode]>();
    expectTypeOf(isSipError).guards.toEqualTypeOf<SipError>();
  });

  it("of a deployment list their problems", () => {
    expectTypeOf<DeploymentError["problems"]>().toEqualTypeOf<readonly DeploymentProblem[]>();
    expectTypeOf<DeploymentProblem>().toEqualTypeOf<{
      readonly code: DeploymentProblemCode;
      readonly application: string;
      readonly class?: string;
      readonly method?: string;
      readonly reason: string;
      readonly mend: string;
    }>();
    expectTypeOf<"handler.ambiguous" | "listener.kind" | "scan.empty">().toExtend<DeploymentProblemCode>();
  });
});
