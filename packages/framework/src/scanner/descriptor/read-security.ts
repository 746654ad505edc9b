import type { LoginConfig, SecurityConstraint } from "../../model/sip-descriptor.js";
import { childOf, childrenOf, childText, childTexts, type XmlElement } from "./xml-element.js";

const guarantees = ["NONE", "INTEGRAL", "CONFIDENTIAL"] as const;
const authMethods = ["DIGEST", "BASIC", "CLIENT-CERT"] as const;
const schemes = ["P-Asserted-Identity", "Identity"] as const;
const supports = ["REQUIRED", "SUPPORTED"] as const;

/** Reads a `security-constraint` element. JSR 289 §17. */
export function readSecurityConstraint(element: XmlElement, faults: string[]): SecurityConstraint {
  const auth = childOf(element, "auth-constraint");
  const userData = childOf(element, "user-data-constraint");
  return {
    displayName: childText(element, "display-name"),
    resources: childrenOf(element, "resource-collection").map((resource) => ({
      name: childText(resource, "resource-name") ?? "",
      servletNames: childTexts(resource, "servlet-name"),
      methods: childTexts(resource, "sip-method"),
    })),
    proxyAuthentication: childOf(element, "proxy-authentication") !== undefined,
    roles: auth && childTexts(auth, "role-name"),
    transportGuarantee: readWord(userData, "transport-guarantee", guarantees, faults) ?? "NONE",
  };
}

/** Reads a `login-config` element. JSR 289 §17. */
export function readLoginConfig(element: XmlElement, faults: string[]): LoginConfig {
  const assertion = childOf(element, "identity-assertion");
  return {
    authMethod: readWord(element, "auth-method", authMethods, faults) ?? "DIGEST",
    realmName: childText(element, "realm-name"),
    identityAssertion: assertion && {
      scheme: readWord(assertion, "identity-assertion-scheme", schemes, faults) ?? "P-Asserted-Identity",
      support: readWord(assertion, "identity-assertion-support", supports, faults) ?? "SUPPORTED",
    },
  };
}

/** The text of a child that must be one of some words; a fault is told when it is another. */
export function readWord<W extends string>(
  parent: XmlElement | undefined,
  name: string,
  words: readonly W[],
  faults: string[],
): W | undefined {
  const text = parent && childText(parent, name);
  if (text === undefined) return undefined;
  const word = words.find((each) => each.toLowerCase() === text.toLowerCase());
  if (word === undefined) faults.push(`<${name}> is "${text}", not one of ${words.join(", ")}`);
  return word;
}
