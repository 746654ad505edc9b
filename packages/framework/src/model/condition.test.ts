import { describe, expect, it } from "vitest";
import type { Address } from "../api/address.js";
import type { SipServletRequest } from "../api/object-model.js";
import type { Uri } from "../api/uri.js";
import { ServletParseError } from "../errors/servlet-parse-error.js";
import { compileCondition, unknownVariables } from "./compile-condition.js";
import {
  and,
  contains,
  equal,
  exists,
  not,
  or,
  subdomainOf,
  type Condition,
  type RequestVariable,
} from "./condition.js";
import { variableReader } from "./request-variable.js";

interface SipParts {
  readonly user?: string;
  readonly host: string;
  readonly port?: number;
  readonly secure?: boolean;
  readonly userParam?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

const sip = ({ parameters = {}, ...parts }: SipParts) =>
  ({
    secure: false,
    ...parts,
    scheme: parts.secure === true ? "sips" : "sip",
    isSipUri: true,
    getParameter: (name: string) => parameters[name],
    toString: () => `sip:${parts.user === undefined ? "" : `${parts.user}@`}${parts.host}`,
  }) as object as Uri;
const tel = (phoneNumber: string) =>
  ({
    scheme: "tel",
    isSipUri: false,
    phoneNumber,
    getParameter: () => undefined,
    toString: () => `tel:+${phoneNumber}`,
  }) as object as Uri;
const address = (uri: Uri, displayName?: string) =>
  ({ uri, displayName, toString: () => `"${displayName ?? ""}" <${uri.toString()}>` }) as Address;

const alice = address(sip({ user: "alice", host: "Atlanta.example.com" }), "Alice Smith");
const bob = address(sip({ user: "bob", host: "biloxi.example.com", port: 5070, parameters: { transport: "tcp" } }));
const base = {
  method: "INVITE",
  requestUri: bob.uri,
  from: alice,
  to: bob,
  poppedRoute: undefined,
  getAddressHeader: () => undefined,
};
const request = (changes: object = {}) => ({ ...base, ...changes }) as object as SipServletRequest;
const read = (variable: RequestVariable, changes: object = {}) => variableReader(variable)?.(request(changes));
const holds = (condition: Condition, changes: object = {}) => compileCondition(condition)(request(changes));

describe("JSR 289 §16 variables of mapping rules", () => {
  it.each<[RequestVariable, string | undefined]>([
    ["request.method", "INVITE"],
    ["request.uri", "sip:bob@biloxi.example.com"],
    ["request.uri.scheme", "sip"],
    ["request.uri.user", "bob"],
    ["request.uri.host", "biloxi.example.com"],
    ["request.uri.port", "5070"],
    ["request.uri.tel", undefined],
    ["request.uri.param.transport", "tcp"],
    ["request.uri.param.lr", undefined],
    ["request.from", '"Alice Smith" <sip:alice@Atlanta.example.com>'],
    ["request.from.uri", "sip:alice@Atlanta.example.com"],
    ["request.from.uri.host", "Atlanta.example.com"],
    ["request.from.display-name", "Alice Smith"],
    ["request.to.display-name", undefined],
    ["request.to.uri.user", "bob"],
    ["request.route", undefined],
    ["request.route.uri.host", undefined],
  ])("%s is %s", (variable, value) => {
    expect(read(variable)).toBe(value);
  });

  it("an absent port is that of the scheme", () => {
    expect(read("request.uri.port", { requestUri: sip({ host: "a" }) })).toBe("5060");
    expect(read("request.uri.port", { requestUri: sip({ host: "a", secure: true }) })).toBe("5061");
  });

  it.each<[string, Uri, string | undefined]>([
    ["a tel URI", tel("1-201-555.0123"), "12015550123"],
    ["user=phone", sip({ user: "+1(201)555-0123;isub=1", host: "gw", userParam: "Phone" }), "12015550123"],
    ["user=phone without a user", sip({ host: "gw", userParam: "phone" }), undefined],
    ["a SIP URI", sip({ user: "12015550123", host: "gw" }), undefined],
  ])("tel of %s is the bare number", (_name, requestUri, number) => {
    expect(read("request.uri.tel", { requestUri })).toBe(number);
  });

  it("a tel URI has no user, host and port", () => {
    const requestUri = tel("100");
    expect(
      ["user", "host", "port"].map((part) => variableReader(`request.uri.${part}`)?.(request({ requestUri }))),
    ).toEqual([undefined, undefined, undefined]);
  });

  it("route is the popped route, else the top Route, and missing when that cannot be read", () => {
    const popped = address(sip({ host: "popped" }));
    const top = address(sip({ host: "top" }));
    const fail = (error: Error) => () => {
      throw error;
    };
    expect(read("request.route.uri.host", { poppedRoute: popped, getAddressHeader: () => top })).toBe("popped");
    expect(read("request.route.uri.host", { getAddressHeader: () => top })).toBe("top");
    const malformed = fail(new ServletParseError("parse.address", { detail: "<<>" }));
    expect(read("request.route", { getAddressHeader: malformed })).toBeUndefined();
    expect(() => read("request.route", { getAddressHeader: fail(new TypeError("bug")) })).toThrow("bug");
  });

  it("nothing else is a variable", () => {
    const names = [
      "",
      "method",
      "request",
      "request.",
      "request.Method",
      "request.uri.",
      "request.uri.param",
      "request.uri.param.",
      "request.uri.constructor",
      "request.uri.display-name",
      "request.route.display-name",
      "request.from.urihost",
      "request.from.tag",
      "request.constructor.uri",
      "request.method.length",
    ];
    expect(names.filter((name) => variableReader(name) !== undefined)).toEqual([]);
  });
});

describe("JSR 289 §16 conditions", () => {
  it("equal compares exactly unless told otherwise", () => {
    expect(holds(equal("request.from.uri.host", "atlanta.example.com"))).toBe(false);
    expect(holds(equal("request.from.uri.host", "atlanta.EXAMPLE.com", { ignoreCase: true }))).toBe(true);
    expect(holds(equal("request.method", "INVITE"))).toBe(true);
  });

  it("contains looks for a part", () => {
    expect(holds(contains("request.from.display-name", "Smith"))).toBe(true);
    expect(holds(contains("request.from.display-name", "SMITH"))).toBe(false);
    expect(holds(contains("request.from.display-name", "SMITH", { ignoreCase: true }))).toBe(true);
  });

  it("exists asks whether the variable is there, even when it is empty", () => {
    expect(holds(exists("request.uri.param.transport"))).toBe(true);
    expect(holds(exists("request.uri.param.lr"))).toBe(false);
    const requestUri = sip({ host: "a", parameters: { lr: "" } });
    expect(holds(exists("request.uri.param.lr"), { requestUri })).toBe(true);
  });

  it("everything is false of a missing variable", () => {
    expect(holds(equal("request.to.display-name", ""))).toBe(false);
    expect(holds(contains("request.to.display-name", ""))).toBe(false);
    expect(holds(subdomainOf("request.route.uri.host", ""))).toBe(false);
    expect(holds(not(equal("request.to.display-name", "")))).toBe(true);
  });

  it.each([
    ["example.com", true],
    ["ATLANTA.example.COM", true],
    ["com", true],
    ["ample.com", false],
    ["www.atlanta.example.com", false],
  ])("subdomain-of %s is %s for Atlanta.example.com", (domain, expected) => {
    expect(holds(subdomainOf("request.from.uri.host", domain))).toBe(expected);
  });

  it.each([
    ["+1-201", true],
    ["1201", true],
    ["201", false],
  ])("a number that begins with %s: %s", (prefix, expected) => {
    const requestUri = tel("1-201-555-0123");
    expect(holds(subdomainOf("request.uri.tel", prefix), { requestUri })).toBe(expected);
  });

  it("and, or, not combine", () => {
    const invite = equal("request.method", "INVITE");
    const bye = equal("request.method", "BYE");
    expect([and(invite, bye), or(bye, invite), not(bye), and(), or()].map((each) => holds(each))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(holds(and(invite, or(bye, not(exists("request.route")))))).toBe(true);
  });

  it("tells the names that are no variables", () => {
    const wrong: Condition = { kind: "equal", variable: "request.uri.hots", value: "x", ignoreCase: false };
    expect(unknownVariables(and(exists("request.method"), not(or(wrong, exists("request.to")))))).toEqual([
      "request.uri.hots",
    ]);
    expect(compileCondition(wrong)(request())).toBe(false);
  });
});
