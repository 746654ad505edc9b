import { describe, expect, it } from "vitest";
import { createAddress } from "../address/container-address.js";
import { createUri } from "../address/uris.js";
import type { PlainValue } from "../spi/session-snapshot.js";
import { ValueCodec } from "./value-codec.js";

class Money {
  constructor(
    readonly amount: number,
    readonly currency: string,
  ) {}
  toText(): string {
    return `${this.amount} ${this.currency}`;
  }
}

const codec = new ValueCodec([Money], {
  address: (text) => createAddress(text),
  uri: (text) => createUri(text),
  applicationSession: () => undefined,
});

/** There and back, by way of JSON where the value has no octets. */
function roundTrip(value: unknown): unknown {
  const plain = codec.encode(value, "value");
  return codec.decode(JSON.parse(JSON.stringify(plain)) as PlainValue);
}

describe("ValueCodec", () => {
  describe("a value it knows", () => {
    it.each([
      ["null", null],
      ["text", "grüße\n"],
      ["numbers", [0, -1.5, 2 ** 53]],
      ["numbers JSON lacks", [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
      ["undefined inside", { a: undefined, b: [undefined] }],
      ["bigint", 2n ** 70n],
      ["a date", new Date(86_400_000)],
      ["a URL", new URL("https://example.com/a?b=c")],
      [
        "a map of sets",
        new Map<unknown, unknown>([
          ["x", new Set([1, "2"])],
          [{ k: 1 }, null],
        ]),
      ],
      ["an object that looks like a tagged one", { $: "date", time: 5 }],
      ["nested objects", { a: [{ b: { c: [true] } }] }],
    ])("comes back the same: %s", (_what, value) => {
      expect(roundTrip(value)).toEqual(value);
    });

    it("comes back as an instance of its class", () => {
      const money = roundTrip({ paid: new Money(5, "EUR") }) as { paid: Money };
      expect(money.paid).toBeInstanceOf(Money);
      expect(money.paid.toText()).toBe("5 EUR");
    });

    it("comes back as an address or URI", () => {
      const address = createAddress('"Bob" <sip:bob@example.com>;q=0.5');
      expect(String(roundTrip(address))).toBe(String(address));
      expect(String(roundTrip(createUri("tel:+12025552600")))).toBe("tel:+12025552600");
    });

    it("keeps octets, in a copy", () => {
      const octets = new Uint8Array([0, 255, 3]);
      const plain = codec.encode(octets, "value");
      octets[0] = 9;
      expect(codec.decode(plain)).toEqual(new Uint8Array([0, 255, 3]));
    });
  });

  describe("a value it does not know", () => {
    class Socket {}
    it.each([
      ["a function", { go: () => 1 }, "value.go is a function"],
      ["a symbol", [Symbol("x")], "value[0] is a symbol"],
      ["an instance", { deep: { socket: new Socket() } }, "value.deep.socket is an instance of Socket"],
      ["another class of a known name", new (class Money {})(), "value is an instance of Money"],
    ])("is refused with its path: %s", (_what, value, text) => {
      expect(() => codec.encode(value, "value")).toThrow(expect.objectContaining({ code: "argument.content" }));
      expect(() => codec.encode(value, "value")).toThrow(text);
    });

    it("is refused when it holds itself, but may stand in two places", () => {
      const circle: Record<string, unknown> = {};
      circle["self"] = circle;
      expect(() => codec.encode(circle, "value")).toThrow("value.self is a reference to something that holds it");
      const shared = { x: 1 };
      expect(roundTrip([shared, shared])).toEqual([shared, shared]);
    });

    it("is refused on the way back when the class is not there", () => {
      const plain = { $: "class", name: "Gone", fields: {} };
      expect(() => codec.decode(plain)).toThrow(expect.objectContaining({ code: "argument.content" }));
    });
  });
});
