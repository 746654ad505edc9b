import { describe, expectTypeOf, it } from "vitest";
import type { CSeq } from "../headers/cseq.js";
import type { NameAddress } from "../headers/name-address.js";
import type { Via } from "../headers/via.js";
import type { RequestBuilder } from "./request-builder.js";
import type { SipMessage } from "./sip-message.js";

describe("types of a message", () => {
  it("follow from the name of the header", () => {
    const check = (message: SipMessage): void => {
      expectTypeOf(message.get("Via")).toEqualTypeOf<readonly Via[]>();
      expectTypeOf(message.get("t")).toEqualTypeOf<NameAddress | undefined>();
      expectTypeOf(message.get("X-Own")).toEqualTypeOf<string | undefined>();
      expectTypeOf(message.tryGet("Via")).toEqualTypeOf<readonly Via[] | undefined>();
      expectTypeOf(message.cseq).toEqualTypeOf<CSeq>();
      // @ts-expect-error Via is a list
      void message.get("Via").branch;
      // @ts-expect-error From may be absent
      void message.get("From").tag;
      // @ts-expect-error Expires is a number
      void message.get("Expires")?.length;
      // @ts-expect-error messages do not change
      message.fields = [];
      // @ts-expect-error messages do not change
      message.body = new Uint8Array();
    };
    void check;
  });

  it("hold for builders", () => {
    const check = (builder: RequestBuilder): void => {
      builder.set("Max-Forwards", 70).set("CSeq", { sequenceNumber: 1, method: "INVITE" }).add("X-Own", "text");
      // @ts-expect-error a Via is no number
      builder.set("Via", 1);
      // @ts-expect-error an unknown header takes text
      builder.add("X-Own", 1);
    };
    void check;
  });
});
