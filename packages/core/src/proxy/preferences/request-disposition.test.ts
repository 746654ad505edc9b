import { requestText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import { parseMessage } from "../../message/parse-message.js";
import { requestDisposition, type RequestDisposition } from "./request-disposition.js";

function read(values: string | readonly string[] | undefined): RequestDisposition {
  const message = parseMessage(
    Buffer.from(requestText({ method: "INVITE", headers: { "Request-Disposition": values } })),
  );
  if (message.kind !== "request") throw new TypeError("not a request");
  return requestDisposition(message);
}

describe("RFC 3841 §9.1 requestDisposition", () => {
  it("reads every directive, in any case and over several fields", () => {
    expect(read(["Proxy, CANCEL,fork", "recurse , parallel, queue"])).toEqual({
      proxy: true,
      cancel: true,
      fork: true,
      ...{
        recurse: true,
        parallel: true,
        queue: true,
      },
    });
    expect(read("redirect, no-cancel, no-fork, no-recurse, sequential, no-queue")).toEqual({
      proxy: false,
      cancel: false,
      fork: false,
      ...{
        recurse: false,
        parallel: false,
        queue: false,
      },
    });
  });

  it("lets the first of two that contradict each other hold", () => {
    expect(read("parallel, sequential")).toEqual({ parallel: true });
  });

  it.each([undefined, "", ", ,", "hasOwnProperty", "proxy2"])("reads nothing from %j", (value) => {
    expect(read(value)).toEqual({});
  });
});
