import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MessageAuthenticator } from "./message-authenticator.js";

/** RFC 4231 §4.3: test case 2. */
const knownKey = "Jefe";
const knownText = "what do ya want for nothing?";
const knownCode = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

describe("MessageAuthenticator", () => {
  it("gives the code of RFC 4231", () => {
    expect(new MessageAuthenticator(knownKey).authenticate(knownText)).toBe(knownCode);
  });

  it("gives what createHmac gives, for keys and texts of every length, again and again", () => {
    const latin1 = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 400 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 150 }), fc.array(latin1, { maxLength: 4 }), (key, texts) => {
        const authenticator = new MessageAuthenticator(key);
        for (const octets of texts) {
          const text = String.fromCharCode(...octets);
          const expected = createHmac("sha256", key).update(Buffer.from(text, "latin1")).digest("hex");
          expect(authenticator.authenticate(text)).toBe(expected);
        }
      }),
    );
  });
});
