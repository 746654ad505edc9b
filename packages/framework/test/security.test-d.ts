import { describe, expectTypeOf, it } from "vitest";
import {
  DeclareRoles,
  RunAs,
  SipSecurity,
  type MemoryUserStore,
  type AccessListOptions,
  type AccessRequirements,
  type AccessRule,
  type AccessRules,
  type AuthenticationOptions,
  type HandshakeIdentity,
  type LoginConfig,
  type NetworkAccessOptions,
  type SecurityConstraintDefinition,
  type SecurityDefinition,
  type SecurityOptions,
  type SecurityRecord,
  type ServletClass,
  type TransportGuarantee,
} from "../src/index.js";

describe("JSR 289 §17 security", () => {
  it("is said of an application", () => {
    expectTypeOf<SecurityDefinition>().toEqualTypeOf<{
      readonly securityConstraints?: readonly SecurityConstraintDefinition[];
      readonly loginConfig?: LoginConfig;
      readonly securityRoles?: readonly string[];
    }>();
    expectTypeOf<SecurityConstraintDefinition>().toExtend<AccessRequirements>();
    expectTypeOf<TransportGuarantee>().toEqualTypeOf<"NONE" | "INTEGRAL" | "CONFIDENTIAL">();
    expectTypeOf<{ servlets: string[]; methods: string[]; roles: string[] }>().toExtend<SecurityConstraintDefinition>();
    expectTypeOf<{ transportGuarantee: "SOME" }>().not.toExtend<SecurityConstraintDefinition>();
  });

  it("is said by decorators of a class", () => {
    expectTypeOf(SipSecurity).toBeCallableWith({ methods: ["INVITE"], roles: ["staff"], proxyAuthentication: true });
    expectTypeOf(SipSecurity).parameters.toEqualTypeOf<[SecurityRecord]>();
    expectTypeOf(DeclareRoles).toBeCallableWith("staff", "admin");
    // @ts-expect-error: no role would be declared
    DeclareRoles();
    expectTypeOf(RunAs).returns.toEqualTypeOf<(target: ServletClass) => void>();
  });

  it("is told how callers are known", () => {
    expectTypeOf<SecurityOptions>().toExtend<AuthenticationOptions>();
    expectTypeOf<{ users: MemoryUserStore; algorithms: ["SHA-256", "MD5"] }>().toExtend<AuthenticationOptions>();
    expectTypeOf<{ algorithms: ["SHA-1"] }>().not.toExtend<AuthenticationOptions>();
    expectTypeOf<{ trusted: { networks: string[]; domains: string[] } }>().toExtend<SecurityOptions>();
    expectTypeOf<HandshakeIdentity>().toExtend<{ readonly name: string; readonly roles?: readonly string[] }>();
  });

  it("keeps networks out", () => {
    expectTypeOf<AccessListOptions>().toEqualTypeOf<{
      readonly allow?: readonly string[];
      readonly deny?: readonly string[];
    }>();
    expectTypeOf<SecurityOptions["access"]>().toEqualTypeOf<NetworkAccessOptions | undefined>();
    expectTypeOf<{ allow: string[]; denied: "forbid" }>().toExtend<NetworkAccessOptions>();
    expectTypeOf<{ denied: "answer" }>().not.toExtend<NetworkAccessOptions>();
  });

  it("becomes rules for servlets and methods", () => {
    expectTypeOf<AccessRules["ruleFor"]>().toEqualTypeOf<
      (servletName: string, method: string) => AccessRule | undefined
    >();
    expectTypeOf<AccessRule["roles"]>().toEqualTypeOf<readonly string[] | undefined>();
  });
});
