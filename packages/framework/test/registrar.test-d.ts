import { describe, expectTypeOf, it } from "vitest";
import type {
  InjectionSetup,
  ProxyTarget,
  RegistrationListener as ListenerOfTheRoot,
  SipServletRequest,
  SipServletResponse,
  Uri,
} from "../src/index.js";
import {
  MemoryLocationStore,
  registrar,
  sharedRegistrar,
  type Registrar,
  type RegistrationListener,
  type Location,
  type RegisteredContact,
  type RegistrarAuthentication,
  type RegistrarCount,
  type RegistrarOptions,
  type Registration,
  type RegistrationAttempt,
  type RegistrationEvent,
} from "../src/registrar/index.js";
import type { Binding, KnownInstance, LocationRecord, LocationStore, ReceivedFrom } from "../src/spi/index.js";
import type { OwnMembers } from "./own-members.js";

describe("@siplet/framework/registrar", () => {
  it("Registrar has these members", () => {
    expectTypeOf<OwnMembers<Registrar>>().toEqualTypeOf<{
      handle: (request: SipServletRequest) => Promise<void>;
      answer: (request: SipServletRequest) => Promise<SipServletResponse>;
      lookUp: (wanted: Uri | SipServletRequest) => Promise<Location>;
      locate: (wanted: Uri | SipServletRequest) => Promise<readonly ProxyTarget[]>;
      contacts: (addressOfRecord: Uri | string) => Promise<readonly RegisteredContact[]>;
      registrations: () => Promise<readonly Registration[]>;
      remove: (addressOfRecord: Uri | string, contact?: Uri | string) => Promise<void>;
      serves: (uri: Uri) => boolean;
      readonly count: RegistrarCount;
    }>();
  });

  it("comes into an application by configure", () => {
    expectTypeOf(registrar).parameters.toEqualTypeOf<[options?: RegistrarOptions]>();
    expectTypeOf(registrar).returns.toEqualTypeOf<InjectionSetup>();
    expectTypeOf(sharedRegistrar).parameters.toEqualTypeOf<[name: string]>();
    expectTypeOf(sharedRegistrar("home")).toEqualTypeOf<InjectionSetup>();
    expectTypeOf<Registrar>().not.toBeAny();
  });

  it("takes options by their names alone", () => {
    registrar({ domains: ["example.com"], maxExpires: 600, store: new MemoryLocationStore() });
    // @ts-expect-error one domain is a list of one as well
    registrar({ domains: "example.com" });
    // @ts-expect-error there is no such option
    registrar({ domain: "example.com" });
    expectTypeOf<RegistrarOptions["authentication"]>().toEqualTypeOf<RegistrarAuthentication | undefined>();
    expectTypeOf<Parameters<NonNullable<RegistrarOptions["authorize"]>>>().toEqualTypeOf<[RegistrationAttempt]>();
    expectTypeOf<RegistrarAuthentication>().not.toExtend<Required<RegistrarAuthentication>>();
  });

  it("tells a location by its kind", () => {
    const location = {} as Location;
    if (location.kind === "found") expectTypeOf(location.targets).toEqualTypeOf<readonly ProxyTarget[]>();
    else expectTypeOf(location.statusCode).toEqualTypeOf<404 | 480>();
    // @ts-expect-error only a location that is missing has a status
    void location.statusCode;
  });

  it("tells changes to listeners whose methods are optional", () => {
    expectTypeOf<RegistrationListener>().toEqualTypeOf<ListenerOfTheRoot>();
    expectTypeOf<RegistrationListener["contactAdded"]>().toEqualTypeOf<
      ((event: RegistrationEvent) => void | Promise<void>) | undefined
    >();
    expectTypeOf<RegistrationEvent["kind"]>().toEqualTypeOf<
      "added" | "refreshed" | "removed" | "expired" | "flow-closed"
    >();
    expectTypeOf<RegistrationEvent["contact"]>().toEqualTypeOf<RegisteredContact>();
  });

  it("keeps plain data behind the port of spi", () => {
    expectTypeOf<MemoryLocationStore>().toExtend<LocationStore>();
    expectTypeOf<Awaited<ReturnType<LocationStore["read"]>>>().toEqualTypeOf<LocationRecord | undefined>();
    expectTypeOf<LocationRecord["bindings"]>().toEqualTypeOf<readonly Binding[]>();
    expectTypeOf<LocationRecord["instances"]>().toEqualTypeOf<readonly KnownInstance[]>();
    expectTypeOf<Binding["received"]>().toEqualTypeOf<ReceivedFrom | undefined>();
  });
});
