import { describe, expect, it } from "vitest";
import { DeploymentError } from "./deployment-error.js";
import { IllegalArgumentError } from "./illegal-argument-error.js";
import { IllegalStateError } from "./illegal-state-error.js";
import { Rel100Error } from "./rel100-error.js";
import { ServletError, isServletError } from "./servlet-error.js";
import { ServletParseError } from "./servlet-parse-error.js";
import { SipError, isSipError } from "./sip-error.js";
import { TooManyHopsError } from "./too-many-hops-error.js";
import { UnsupportedOperationError } from "./unsupported-operation-error.js";

describe("ServletError", () => {
  it("takes text, status and section from its table, and the detail as it is", () => {
    const cause = new TypeError("inner");
    const error = new ServletError("servlet.io", { detail: "connection $& reset", cause });
    expect(error).toMatchObject({
      name: "ServletError",
      code: "servlet.io",
      message: "The message could not be sent: connection $& reset",
      statusCode: 503,
      section: "JSR 289 §5",
      cause,
    });
  });

  it("lets the thrower override the status", () => {
    expect(new ServletError("servlet.io", { statusCode: 408 }).statusCode).toBe(408);
  });

  it("has a subclass for each exception the JSR names", () => {
    const errors = [
      new IllegalStateError("state.committed"),
      new IllegalArgumentError("argument.status"),
      new UnsupportedOperationError("unsupported.operation"),
      new ServletParseError("parse.uri"),
      new TooManyHopsError(),
    ];
    expect(errors.map(({ name, code, statusCode }) => [name, code, statusCode])).toEqual([
      ["IllegalStateError", "state.committed", undefined],
      ["IllegalArgumentError", "argument.status", undefined],
      ["UnsupportedOperationError", "unsupported.operation", undefined],
      ["ServletParseError", "parse.uri", 400],
      ["TooManyHopsError", "proxy.too-many-hops", 483],
    ]);
    for (const error of errors) expect(error).toBeInstanceOf(ServletError);
  });

  it("is told by its code, whichever copy of the package made it", () => {
    const foreign = Object.assign(new TypeError("other copy"), { code: "state.committed" });
    expect(isServletError(foreign)).toBe(true);
    expect(isServletError(foreign, "state.committed")).toBe(true);
    expect(isServletError(foreign, "state.dialog")).toBe(false);
    for (const other of [undefined, "state.committed", { code: "state.committed" }, new TypeError("no code")]) {
      expect(isServletError(other)).toBe(false);
    }
    expect(isServletError(Object.assign(new TypeError("system"), { code: "ECONNRESET" }))).toBe(false);
    expect(isServletError(Object.assign(new TypeError("rude"), { code: "toString" }))).toBe(false);
  });
});

describe("RFC 3262 Rel100Error", () => {
  it("tells its reason by the constants of the JSR", () => {
    const { NOT_1XX, NOT_INVITE, NO_REQ_SUPPORT, NOT_SUPPORTED, NOT_100REL } = Rel100Error;
    const reasons = [NOT_1XX, NOT_INVITE, NO_REQ_SUPPORT, NOT_SUPPORTED, NOT_100REL] as const;
    expect(reasons).toEqual([0, 1, 2, 3, 4]);
    expect(reasons.map((reason) => new Rel100Error(reason).code)).toEqual([
      "reliability.not-1xx",
      "reliability.not-invite",
      "reliability.no-request-support",
      "reliability.not-supported",
      "reliability.not-reliable",
    ]);
    expect(new Rel100Error(Rel100Error.NO_REQ_SUPPORT).reason).toBe(2);
  });
});

describe("SipError", () => {
  it("carries the answer it stands for", () => {
    const error = new SipError(486, "Busy Here", { headers: { "Retry-After": "60" } });
    expect(error).toMatchObject({
      name: "SipError",
      statusCode: 486,
      reasonPhrase: "Busy Here",
      headers: { "Retry-After": "60" },
      message: "486 Busy Here",
    });
    expect(new SipError(404)).toMatchObject({ reasonPhrase: undefined, headers: {}, message: "404" });
  });

  it.each([299, 700, 0, -1, 486.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses the status %s", (status) => {
    expect(() => new SipError(status)).toThrow(expect.objectContaining({ code: "argument.status" }));
  });

  it("is told by its code", () => {
    expect(isSipError(new SipError(603))).toBe(true);
    expect(isSipError(new ServletError("servlet.failed"))).toBe(false);
    expect(isSipError({ code: "sip.answer", statusCode: 603 })).toBe(false);
  });
});

describe("DeploymentError", () => {
  it("lists every problem with application, class, method and mend", () => {
    const error = new DeploymentError([
      { code: "application.name", application: "?", reason: "it has no name", mend: "Give it one" },
      {
        code: "handler.static",
        application: "calls",
        class: "Calls",
        method: "onInvite",
        reason: "it is static",
        mend: "Remove static",
      },
    ]);
    expect(error.message).toBe(
      [
        "Deployment failed with 2 problems.",
        '1. application "?": it has no name. Give it one. [application.name]',
        '2. application "calls", Calls.onInvite: it is static. Remove static. [handler.static]',
      ].join("\n"),
    );
    expect(error.problems).toHaveLength(2);
    expect(Object.isFrozen(error.problems)).toBe(true);
    expect(isServletError(error, "deployment.failed")).toBe(true);
  });

  it("counts a single problem in the singular", () => {
    const error = new DeploymentError([{ code: "scan.empty", application: "a", reason: "r", mend: "m" }]);
    expect(error.message).toContain("with 1 problem.");
  });
});
