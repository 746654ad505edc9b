import type { SipServletRequest } from "@siplet/framework";
import type { ScriptedUserAgent } from "@siplet/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ScriptedLab } from "./scripted-application.js";

let bench: ScriptedLab;
let callee: ScriptedUserAgent;

beforeEach(async () => {
  bench = await ScriptedLab.start();
  callee = bench.lab.agent("callee", "192.0.2.9");
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

describe("JSR 289 §4 SipFactory.createRequest(original, sameCallId)", () => {
  it.each([true, false])("copies an initial request; the same Call-ID: %s", async (sameCallId) => {
    bench.script.on["INVITE"] = (request) => {
      const copy = bench.factory.createRequest(request, sameCallId);
      copy.requestUri = bench.factory.createUri(callee.uri);
      return copy.send();
    };
    const options = { method: "INVITE", headers: { Subject: "copied" } };
    const { callId, fromTag } = await bench.lab.send(bench.peer, options);
    const copy = callee.last("INVITE");
    expect(copy.callId === callId).toBe(sameCallId);
    expect(copy.fromTag).not.toBe(fromTag);
    expect(copy.header("Subject")).toBe("copied");
    expect(copy.toTag).toBeUndefined();
  });

  it("refuses a request that is not initial, and none", async () => {
    const call = await bench.lab.call(bench.peer);
    await call.request("INFO");
    const create = (request: SipServletRequest) => () => bench.factory.createRequest(request, false);
    expect(create(bench.script.request("INFO"))).toThrow(expect.objectContaining({ code: "argument.invalid" }));
    expect(create(undefined as unknown as SipServletRequest)).toThrow(
      expect.objectContaining({ code: "argument.missing" }),
    );
  });
});
