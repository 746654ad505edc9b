import { describe, expect, it } from "vitest";

import { NetstringDecoder, encodeNetstring } from "../counterparts/netstring.js";

describe("Netstring frames of baresip's ctrl_tcp", () => {
  const frames = Buffer.concat([encodeNetstring('{"a":"é"}'), encodeNetstring(""), encodeNetstring("x:1,")]);
  const texts = ['{"a":"é"}', "", "x:1,"];

  it("counts bytes, not characters", () => {
    expect(encodeNetstring("é").toString("utf8")).toBe("2:é,");
  });

  it("reads several frames out of one read", () => {
    expect(new NetstringDecoder().decode(frames)).toEqual(texts);
  });

  it("reads frames that come byte by byte", () => {
    const decoder = new NetstringDecoder();
    expect([...frames].flatMap((byte) => decoder.decode(Uint8Array.of(byte)))).toEqual(texts);
  });

  it("refuses what is no frame", () => {
    expect(() => new NetstringDecoder().decode(Buffer.from("HTTP/1.1 200: OK"))).toThrow(RangeError);
  });
});
