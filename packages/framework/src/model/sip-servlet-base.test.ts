import { describe, expect, it } from "vitest";
import type { SipServletRequest, SipServletResponse } from "../api/object-model.js";
import type { SipServletConfig } from "../api/sip-servlet-config.js";
import { SipServletBase } from "./sip-servlet-base.js";

/** A request that notes how it is answered. */
function requestOf(method: string, isInitial = true) {
  const answers: number[] = [];
  const createResponse = (status: number) => ({
    send: () => {
      answers.push(status);
      return Promise.resolve();
    },
  });
  return { answers, request: { method, isInitial, createResponse } as object as SipServletRequest };
}

const response = (status: number, isBranchResponse = false) => ({ status, isBranchResponse }) as SipServletResponse;

const requestMethods = [
  "INVITE",
  "ACK",
  "BYE",
  "CANCEL",
  "OPTIONS",
  "REGISTER",
  "PRACK",
  "SUBSCRIBE",
  "NOTIFY",
  "MESSAGE",
  "INFO",
  "UPDATE",
  "REFER",
  "PUBLISH",
];

class Silent extends SipServletBase {}

/** Notes which of its methods ran. */
class Recorder extends SipServletBase {
  readonly calls: string[] = [];
  protected override doInvite() {
    this.calls.push("doInvite");
  }
  protected override doAck() {
    this.calls.push("doAck");
  }
  protected override doProvisionalResponse() {
    this.calls.push("doProvisionalResponse");
  }
  protected override doSuccessResponse() {
    this.calls.push("doSuccessResponse");
  }
  protected override doRedirectResponse() {
    this.calls.push("doRedirectResponse");
  }
  protected override doErrorResponse() {
    this.calls.push("doErrorResponse");
  }
  protected override doBranchResponse() {
    this.calls.push("doBranchResponse");
  }
}

describe("JSR 289 §2 SipServletBase", () => {
  describe("a request", () => {
    it("goes to the method of its name, compared case-sensitively", async () => {
      const servlet = new Recorder();
      await servlet.service(requestOf("INVITE").request);
      await servlet.service(requestOf("ACK").request);
      await servlet.service(requestOf("invite").request);
      expect(servlet.calls).toEqual(["doInvite", "doAck"]);
    });

    it.each(requestMethods)(
      "%s that nobody handles is answered 500 if it is initial, except ACK and CANCEL",
      async (method) => {
        const { request, answers } = requestOf(method);
        await new Silent().service(request);
        expect(answers).toEqual(method === "ACK" || method === "CANCEL" ? [] : [500]);
      },
    );

    it.each([...requestMethods, "UNKNOWN"])(
      "%s that nobody handles is left alone if it is subsequent",
      async (method) => {
        const { request, answers } = requestOf(method, false);
        await new Silent().service(request);
        expect(answers).toEqual([]);
      },
    );

    it.each(["UNKNOWN", "invite", "constructor", "toString", "__proto__"])(
      "of the unknown method %s is answered 500 if it is initial",
      async (method) => {
        const { request, answers } = requestOf(method);
        await new Silent().service(request);
        expect(answers).toEqual([500]);
      },
    );
  });

  describe("a response", () => {
    it.each([
      [101, "doProvisionalResponse"],
      [199, "doProvisionalResponse"],
      [200, "doSuccessResponse"],
      [302, "doRedirectResponse"],
      [400, "doErrorResponse"],
      [699, "doErrorResponse"],
    ])("%i goes to %s", async (status, name) => {
      const servlet = new Recorder();
      await servlet.service(undefined, response(status));
      expect(servlet.calls).toEqual([name]);
    });

    it("of one branch goes to doBranchResponse only", async () => {
      const servlet = new Recorder();
      await servlet.service(undefined, response(486, true));
      expect(servlet.calls).toEqual(["doBranchResponse"]);
    });

    it("that nobody handles is left alone", () => {
      const results = [180, 200, 302, 486].map((status) => new Silent().service(undefined, response(status)));
      expect(results).toEqual([undefined, undefined, undefined, undefined]);
    });

    it("is not there: nothing happens", () => {
      expect(new Silent().service(undefined, undefined)).toBeUndefined();
    });
  });

  describe("its configuration", () => {
    const config = {
      servletName: "calls",
      servletContext: { applicationName: "phone" },
      initParameters: { greeting: "hello" },
    } as object as SipServletConfig;

    it("is there when init runs", () => {
      class Greeter extends SipServletBase {
        greeting = "";
        override init() {
          this.greeting = `${this.servletName} of ${this.servletContext.applicationName}: ${this.getInitParameter("greeting")}`;
        }
      }
      const servlet = new Greeter();
      void servlet.initialize(config);
      expect(servlet.greeting).toBe("calls of phone: hello");
      expect(servlet.getInitParameter("none")).toBeUndefined();
    });

    it("is an error before that, which names the class", () => {
      expect(() => new Silent().servletName).toThrow(
        expect.objectContaining({ code: "state.initialized", message: expect.stringContaining("Silent") }),
      );
    });
  });
});
