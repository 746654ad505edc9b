import { describe, expect, it } from "vitest";
import { parseCSeq } from "./cseq.js";
import { headerDefinition, serializeHeader } from "./header-table.js";

describe("RFC 3261 §20.16 CSeq", () => {
  it("is read, at its limits too", () => {
    expect(parseCSeq("0009\r\n  INVITE")).toEqual({ sequenceNumber: 9, method: "INVITE" });
    expect(parseCSeq("2147483647 X").sequenceNumber).toBe(2_147_483_647);
  });

  it("is written as it came unless it was copied", () => {
    const cseq = parseCSeq("0009  INVITE");
    expect(serializeHeader("CSeq", cseq)).toBe("0009  INVITE");
    expect(serializeHeader("CSeq", { ...cseq, method: "ACK" })).toBe("9 ACK");
    expect(() => serializeHeader("CSeq", { sequenceNumber: 1, method: "A B" })).toThrow("no token");
  });
});

describe("RFC 3262 §7.2 RAck", () => {
  it("is read and written", () => {
    expect(headerDefinition("rack").parse("776656 1 INVITE")).toEqual({
      responseNumber: 776_656,
      sequenceNumber: 1,
      method: "INVITE",
    });
    expect(serializeHeader("RAck", { responseNumber: 1, sequenceNumber: 2, method: "INVITE" })).toBe("1 2 INVITE");
    expect(() => serializeHeader("RAck", { responseNumber: -1, sequenceNumber: 2, method: "INVITE" })).toThrow("range");
  });
});

describe("RFC 3261 §20.38 Timestamp", () => {
  it("is read and written", () => {
    expect(headerDefinition("timestamp").parse("54.25 0.5")).toEqual({ time: 54.25, delay: 0.5 });
    expect(serializeHeader("Timestamp", headerDefinition("timestamp").parse("54.20"))).toBe("54.20");
    expect(serializeHeader("Timestamp", { time: 54.25, delay: 0.1 })).toBe("54.25 0.1");
    expect(serializeHeader("Timestamp", { time: 1e-9 })).toBe("0");
    expect(() => serializeHeader("Timestamp", { time: Number.NaN })).toThrow("seconds");
  });
});

describe("RFC 3261 §20.43 Warning", () => {
  it("is read and written", () => {
    const [warning] = headerDefinition("warning").parse('307 [2001:db8::1]:5060 "a \\"b\\", c"');
    expect(warning).toEqual({ code: 307, agent: "[2001:db8::1]:5060", text: 'a "b", c' });
    expect(serializeHeader("Warning", { code: 399, agent: "isi.edu", text: 'x "y"' })).toBe('399 isi.edu "x \\"y\\""');
    expect(() => serializeHeader("Warning", { code: 1812, agent: "a", text: "" })).toThrow("code");
    expect(() => serializeHeader("Warning", { code: 399, agent: "a b", text: "" })).toThrow("agent");
  });
});

describe("RFC 4412 §3.1 Resource-Priority", () => {
  it("is read and written", () => {
    expect(headerDefinition("resource-priority").parse("wps.3, dsn.flash")).toEqual([
      { namespace: "wps", priority: "3" },
      { namespace: "dsn", priority: "flash" },
    ]);
    expect(serializeHeader("Resource-Priority", [{ namespace: "ets", priority: "0" }])).toBe("ets.0");
    expect(() => serializeHeader("Resource-Priority", [{ namespace: "a.b", priority: "0" }])).toThrow(
      "Resource-Priority",
    );
  });
});

describe("RFC 3261 §20.17 Date", () => {
  const date = headerDefinition("date");

  it("is read without case, and leap seconds", () => {
    expect(date.parse("sat, 13 nov 2010 23:29:00 gmt")).toEqual(new Date(Date.UTC(2010, 10, 13, 23, 29)));
    expect(date.parse("Sat, 31 Dec 2016 23:59:60 GMT")).toEqual(new Date(Date.UTC(2017, 0, 1)));
    expect(date.parse("Sat, 29 Feb 0096 00:00:00 GMT").getUTCFullYear()).toBe(96);
  });

  it.each(["UT", "UTC", "EST", "+00", "GM "])("knows no zone %s", (zone) => {
    expect(() => date.parse(`Sat, 13 Nov 2010 23:29:00 ${zone}`)).toThrow("Date");
  });
});
