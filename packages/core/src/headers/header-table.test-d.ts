import { describe, expectTypeOf, it } from "vitest";
import type { Contact } from "./contact.js";
import type { Credentials } from "./credentials.js";
import {
  headerDefinition,
  serializeHeader,
  type CanonicalHeaderName,
  type HeaderInput,
  type HeaderResult,
} from "./header-table.js";
import type { NameAddress } from "./name-address.js";
import type { Via } from "./via.js";

describe("types of header access", () => {
  it("tell a list where several values may stand", () => {
    expectTypeOf<HeaderResult<"Via">>().toEqualTypeOf<readonly Via[]>();
    expectTypeOf<HeaderResult<"Authorization">>().toEqualTypeOf<readonly Credentials[]>();
    expectTypeOf<HeaderResult<"Supported">>().toEqualTypeOf<readonly string[]>();
  });

  it("tell one value or none for the others", () => {
    expectTypeOf<HeaderResult<"From">>().toEqualTypeOf<NameAddress | undefined>();
    expectTypeOf<HeaderResult<"Content-Length">>().toEqualTypeOf<number | undefined>();
    expectTypeOf<HeaderResult<"Privacy">>().toEqualTypeOf<readonly string[] | undefined>();
  });

  it("hold for every letter case and for compact forms", () => {
    expectTypeOf<CanonicalHeaderName<"m">>().toEqualTypeOf<"Contact">();
    expectTypeOf<HeaderResult<"CONTACT">>().toEqualTypeOf<readonly Contact[]>();
    expectTypeOf<HeaderResult<"V">>().toEqualTypeOf<readonly Via[]>();
  });

  it("tell text for a header the engine does not read, and nothing for a name not known", () => {
    expectTypeOf<HeaderResult<"X-Foo">>().toEqualTypeOf<string | undefined>();
    expectTypeOf<HeaderResult<string>>().toEqualTypeOf<unknown>();
  });

  it("let a header be set to text, a value, or a list where values may be joined", () => {
    expectTypeOf<HeaderInput<"Allow">>().toEqualTypeOf<string | readonly string[]>();
    expectTypeOf<HeaderInput<"Max-Forwards">>().toEqualTypeOf<string | number>();
    expectTypeOf<HeaderInput<"X-Foo">>().toEqualTypeOf<string>();
    // @ts-expect-error a number is no Via
    serializeHeader("Via", 5);
  });

  it("know the definition by its key", () => {
    expectTypeOf(headerDefinition("via").parse("")).toEqualTypeOf<readonly Via[]>();
    expectTypeOf(headerDefinition("from").parse("")).toEqualTypeOf<NameAddress>();
  });
});
