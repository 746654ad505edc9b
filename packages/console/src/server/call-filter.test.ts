import { describe, expect, it } from "vitest";
import type { CallSummary } from "../trace/call-trace.js";
import { fits, readFilter } from "./call-filter.js";

const call: CallSummary = {
  id: "a",
  method: "INVITE",
  from: "sip:alice@example.com",
  to: "sip:+15551234@example.com",
  state: "failed",
  status: 486,
  startedAt: 0,
  changedAt: 0,
  applications: [],
  messages: 3,
  hasErrors: false,
};

describe("the filter of calls", () => {
  it.each([
    "",
    "user=ALICE",
    "user=1234",
    "method=invite",
    "status=486",
    "status=4xx",
    "status=failed",
    "user=%20&status=",
  ])("admits by %j", (query) => {
    expect(fits(call, readFilter(new URLSearchParams(query)))).toBe(true);
  });

  it.each(["user=bob", "method=BYE", "status=487", "status=5xx", "status=answered", "user=alice&status=200"])(
    "leaves out by %j",
    (query) => {
      expect(fits(call, readFilter(new URLSearchParams(query)))).toBe(false);
    },
  );
});
