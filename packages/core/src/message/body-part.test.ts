import { describe, expect, it } from "vitest";
import { leafParts, readBody, type BodyPart } from "./body-part.js";
import { createHeaderField } from "./header-field.js";

function bodyOf(contentType: string | undefined, body: string): BodyPart | undefined {
  const fields = contentType === undefined ? [] : [createHeaderField("Content-Type", contentType)];
  return readBody({ fields, body: Buffer.from(body, "utf8") });
}

const text = (part: BodyPart | undefined): string => Buffer.from(part?.body ?? []).toString("utf8");
const lines = (...each: string[]): string => each.join("\r\n");

describe("RFC 5621 §4 multipart bodies", () => {
  it("has nothing to read where there is no body", () => {
    expect(bodyOf("application/sdp", "")).toBeUndefined();
  });

  it("takes a plain body as one part", () => {
    const body = bodyOf("application/sdp;charset=utf-8", "v=0\r\n");
    expect(body?.type?.essence).toBe("application/sdp");
    expect(body && leafParts(body)).toEqual([body]);
  });

  it("cuts parts at their boundary and leaves the line end before it out", () => {
    const body = bodyOf(
      'multipart/mixed; boundary="un ique-1"',
      lines(
        "preamble, not shown",
        "--un ique-1",
        "Content-Type: application/sdp",
        "Content-Disposition: session;handling=required",
        "",
        "v=0",
        "",
        "--un ique-1  ",
        "c: text/plain",
        "",
        "--un ique-1x is text",
        "--un ique-1--",
        "epilogue",
      ),
    );
    expect(body?.parts.map((part) => part.type?.essence)).toEqual(["application/sdp", "text/plain"]);
    expect(text(body?.parts[0])).toBe("v=0\r\n");
    expect(body?.parts[0]?.disposition?.handling).toBe("required");
  });

  it("gives a part without type the type text/plain", () => {
    const body = bodyOf("multipart/mixed;boundary=b", lines("--b", "", "hello", "--b--"));
    expect(body?.parts.map((part) => [part.type?.essence, text(part)])).toEqual([["text/plain", "hello"]]);
  });

  it("looks into parts of parts", () => {
    const inner = lines("--i", "Content-Type: application/sdp", "", "v=0", "--i--");
    const body = bodyOf(
      "multipart/mixed;boundary=o",
      lines("--o", "Content-Type: multipart/alternative;boundary=i", "", inner, "--o", "", "text", "--o--"),
    );
    expect(body && leafParts(body).map((part) => part.type?.essence)).toEqual(["application/sdp", "text/plain"]);
  });

  it.each([
    ["a lone LF as line end", "multipart/mixed;boundary=b", "--b\nContent-Type: text/plain\n\nhello\n--b--\n", 1],
    ["a missing end", "multipart/mixed;boundary=b", lines("--b", "", "hello"), 1],
    ["a boundary that never comes", "multipart/mixed;boundary=b", "hello", 0],
    ["no boundary parameter", "multipart/mixed", "--b\r\n\r\nhello", 0],
    ["a part that is cut in its fields", "multipart/mixed;boundary=b", "--b\r\nContent-Type: text/plain", 1],
    ["a part that is no header section", "multipart/mixed;boundary=b", "--b\r\nwhat\r\n\r\nx\r\n--b--", 0],
    ["a boundary and nothing else", "multipart/mixed;boundary=b", "--b", 0],
  ])("takes %s without failing", (_what, contentType, body, parts) => {
    expect(bodyOf(contentType, body)?.parts).toHaveLength(parts);
  });

  it("does not follow nesting without end", () => {
    const depth = 50;
    let body = "x";
    for (let level = depth; level > 0; level--) {
      body = lines(`--b${level}`, `Content-Type: multipart/mixed;boundary=b${level + 1}`, "", body);
    }
    const read = bodyOf("multipart/mixed;boundary=b1", body);
    expect(read && leafParts(read)).toHaveLength(1);
  });

  it("has no type where the Content-Type cannot be read or is absent", () => {
    expect(bodyOf("nonsense", "x")?.type).toBeUndefined();
    expect(bodyOf(undefined, "x")?.type).toBeUndefined();
  });
});
