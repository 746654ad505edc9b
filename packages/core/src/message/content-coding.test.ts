import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decodeContent, encodeContent, isContentCoding } from "./content-coding.js";
import { createHeaderField } from "./header-field.js";
import { SipRequest } from "./sip-request.js";

const text = "v=0\r\n".repeat(40);
const plain = Buffer.from(text);

function message(coding: string | undefined, body: Uint8Array): SipRequest {
  const fields = coding === undefined ? [] : [createHeaderField("Content-Encoding", coding)];
  return new SipRequest("INVITE", "sip:b", fields, body);
}

describe("RFC 3261 §20.12 Content-Encoding", () => {
  it.each([
    ["none", undefined, plain],
    ["identity", "identity", plain],
    ["gzip", "gzip", gzipSync(plain)],
    ["gzip in any case", "GZip", gzipSync(plain)],
    ["x-gzip", "x-gzip", gzipSync(plain)],
    ["deflate", "deflate", deflateSync(plain)],
    ["deflate without its header", "deflate", deflateRawSync(plain)],
    ["two codings, the last undone first", "deflate, gzip", gzipSync(deflateSync(plain))],
  ])("undoes %s", (_what, coding, body) => {
    expect(Buffer.from(decodeContent(message(coding, body))).toString()).toBe(text);
  });

  it.each([
    ["a coding nobody knows", "br", plain, 415],
    ["a broken body", "gzip", plain, 400],
    ["half a body", "gzip", gzipSync(plain).subarray(0, 20), 400],
    ["five codings", "gzip, gzip, gzip, gzip, gzip", plain, 415],
    ["what grows beyond the limit", "gzip", gzipSync(Buffer.alloc(2_000_000)), 413],
  ])("refuses %s", (_what, coding, body, statusCode) => {
    expect(() => decodeContent(message(coding, body))).toThrow(
      expect.objectContaining({ code: "message.body", statusCode }),
    );
  });

  it("obeys a limit of one's own", () => {
    expect(() => decodeContent(message("gzip", gzipSync(plain)), 100)).toThrow("larger than 100 octets");
  });

  it.each(["identity", "gzip", "deflate"] as const)("applies %s", (coding) => {
    expect(Buffer.from(decodeContent(message(coding, encodeContent(plain, coding)))).toString()).toBe(text);
    expect(isContentCoding(coding.toUpperCase())).toBe(true);
  });
});
