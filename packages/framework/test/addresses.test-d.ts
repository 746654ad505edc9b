import { describe, expectTypeOf, it } from "vitest";
import type { Address, Parameterable, SipUri, TelUri, Uri } from "../src/index.js";
import type { OwnMembers } from "./own-members.js";

describe("JSR 289 §4 addresses", () => {
  it("Parameterable and Address have these members", () => {
    expectTypeOf<OwnMembers<Parameterable>>().toEqualTypeOf<{
      value: string;
      getParameter: (name: string) => string | undefined;
      setParameter: (name: string, value: string | undefined) => void;
      removeParameter: (name: string) => void;
      getParameterNames: () => readonly string[];
      getParameters: () => readonly (readonly [name: string, value: string])[];
      clone: () => Parameterable;
      equals: (other: unknown) => boolean;
      toString: () => string;
    }>();
    expectTypeOf<OwnMembers<Address, Parameterable>>().toEqualTypeOf<{
      displayName: string | undefined;
      uri: Uri | undefined;
      readonly isWildcard: boolean;
      q: number | undefined;
      expires: number | undefined;
    }>();
  });

  it("URIs have these members", () => {
    expectTypeOf<OwnMembers<Uri>>().toEqualTypeOf<{
      readonly scheme: string;
      readonly isSipUri: boolean;
      getParameter: (name: string) => string | undefined;
      setParameter: (name: string, value: string | undefined) => void;
      removeParameter: (name: string) => void;
      getParameterNames: () => readonly string[];
      clone: () => Uri;
      equals: (other: unknown) => boolean;
      toString: () => string;
    }>();
    expectTypeOf<OwnMembers<SipUri, Uri>>().toEqualTypeOf<{
      user: string | undefined;
      userPassword: string | undefined;
      host: string;
      port: number | undefined;
      secure: boolean;
      transportParam: string | undefined;
      maddrParam: string | undefined;
      methodParam: string | undefined;
      ttlParam: number | undefined;
      userParam: string | undefined;
      lrParam: boolean;
      getHeader: (name: string) => string | undefined;
      setHeader: (name: string, value: string) => void;
      removeHeader: (name: string) => void;
      getHeaderNames: () => readonly string[];
    }>();
    expectTypeOf<OwnMembers<TelUri, Uri>>().toEqualTypeOf<{
      readonly phoneNumber: string;
      readonly phoneContext: string | undefined;
      readonly isGlobal: boolean;
      setPhoneNumber: (number: string, phoneContext?: string) => void;
    }>();
  });

  it("a clone is of the same type", () => {
    expectTypeOf<Address["clone"]>().returns.toEqualTypeOf<Address>();
    expectTypeOf<SipUri["clone"]>().returns.toEqualTypeOf<SipUri>();
    expectTypeOf<TelUri["clone"]>().returns.toEqualTypeOf<TelUri>();
    expectTypeOf<SipUri>().toExtend<Uri>();
    expectTypeOf<Uri>().not.toExtend<SipUri>();
  });
});
