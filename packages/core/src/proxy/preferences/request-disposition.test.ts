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
    const wanted = read(["Proxy, CANCEL,fork", "recurse , parallel, queue"]);
    expect(Object.entries(wanted).filter(([, isWanted]) => isWanted)).toHaveLength(6);
    const unwanted = read("redirect, no-cancel, no-fork, no-recurse, sequential, no-queue");
    expect(Object.keys(unwanted).toSorted()).toEqual(Object.keys(wanted).toSorted());
    expect(Object.values(unwanted)).toEqual(Array.from({ length: 6 }, () => false));
  });

  it("lets the first of two that contradict each other hold", () => {
    expect(read("parallel, sequential")).toEqual({ parallel: true });
  });

  it.each([undefined, "", ", ,", "hasOwnProperty", "proxy2"])("reads nothing from %j", (value) => {
    expect(read(value)).toEqual({});
  });
});
