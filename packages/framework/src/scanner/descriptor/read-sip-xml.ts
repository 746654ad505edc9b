import type { DescriptorServlet, SipDescriptor } from "../../model/sip-descriptor.js";
import { readPattern } from "./read-condition.js";
import { readLoginConfig, readSecurityConstraint, readWord } from "./read-security.js";
import { childOf, childrenOf, childText, childTexts, parseXml, type XmlElement } from "./xml-element.js";

/** A descriptor as far as it could be read, and what is wrong with the rest. */
export interface SipXmlReading {
  readonly descriptor: SipDescriptor;
  /** Sentences without the full stop. */
  readonly faults: readonly string[];
}

/**
 * Reads a deployment descriptor (`sip.xml` 1.0, 1.1, 2.0). Elements for tools and for other parts of Java EE are left
 * out. JSR 289 §19.
 *
 * @throws ServletParseError `parse.descriptor` when the XML is not well-formed
 */
export function readSipXml(xml: string): SipXmlReading {
  const root = parseXml(xml);
  const faults: string[] = [];
  if (root.name !== "sip-app") faults.push(`the root element is <${root.name}>, not <sip-app>`);
  // The final 1.1 schema nests these two in `servlet-selection`.
  const selection = childOf(root, "servlet-selection") ?? root;
  const descriptor: SipDescriptor = {
    version: root.attributes["version"] ?? (isOfDocumentType(root) ? "1.0" : undefined),
    metadataComplete: root.attributes["metadata-complete"] === "true",
    appName: childText(root, "app-name"),
    displayName: childText(root, "display-name"),
    description: childText(root, "description"),
    distributable: childOf(root, "distributable") === undefined ? undefined : true,
    contextParameters: readParameters(root, "context-param", faults),
    listeners: childrenOf(root, "listener").flatMap((listener) => readListener(listener, faults)),
    mainServlet: childText(selection, "main-servlet") ?? childText(root, "main-servlet"),
    servlets: childrenOf(root, "servlet").flatMap((servlet) => readServlet(servlet, faults)),
    servletMappings: readMappings(selection, faults),
    proxyTimeout: readProxyTimeout(root, faults),
    sessionTimeout: readInteger(childOf(root, "session-config"), "session-timeout", faults),
    concurrencyMode: readWord(root, "concurrency-mode", ["APPLICATIONSESSION", "VENDORSPECIFIC"] as const, faults),
    securityConstraints: childrenOf(root, "security-constraint").map((each) => readSecurityConstraint(each, faults)),
    loginConfig: childrenOf(root, "login-config").map((each) => readLoginConfig(each, faults))[0],
    securityRoles: childrenOf(root, "security-role").flatMap((role) => childTexts(role, "role-name")),
  };
  return { descriptor, faults };
}

/** Version 1.0 has a document type instead of a schema with a namespace. */
function isOfDocumentType({ attributes }: XmlElement): boolean {
  return !Object.keys(attributes).some((name) => name === "xmlns" || name.startsWith("xmlns:"));
}

function readListener(listener: XmlElement, faults: string[]): readonly string[] {
  const className = childText(listener, "listener-class");
  if (className === undefined) faults.push("a <listener> has no <listener-class>");
  return className === undefined ? [] : [className];
}

function readServlet(servlet: XmlElement, faults: string[]): readonly DescriptorServlet[] {
  const name = childText(servlet, "servlet-name");
  const runAs = childOf(servlet, "run-as");
  const className = childText(servlet, "servlet-class");
  if (name === undefined) faults.push("a <servlet> has no <servlet-name>");
  if (className === undefined) faults.push(`the <servlet> ${name ?? ""} has no <servlet-class>`);
  if (name === undefined || className === undefined) return [];
  return [
    {
      name,
      className,
      description: childText(servlet, "description"),
      loadOnStartup: readLoadOnStartup(servlet, faults),
      initParameters: readParameters(servlet, "init-param", faults),
      securityRoleRefs: readRoleRefs(servlet),
      runAs: runAs && childText(runAs, "role-name"),
    },
  ];
}

function readLoadOnStartup(servlet: XmlElement, faults: string[]): number | undefined {
  // An empty element asks for a start without asking for an order.
  return childOf(servlet, "load-on-startup")?.text === "" ? 0 : readInteger(servlet, "load-on-startup", faults);
}

function readRoleRefs(servlet: XmlElement): Readonly<Record<string, string>> {
  const refs = childrenOf(servlet, "security-role-ref").map((ref) => {
    const name = childText(ref, "role-name") ?? "";
    return [name, childText(ref, "role-link") ?? name] as const;
  });
  return Object.fromEntries(refs);
}

function readParameters(parent: XmlElement, element: string, faults: string[]): Readonly<Record<string, string>> {
  const parameters = childrenOf(parent, element).flatMap((each) => {
    const name = childText(each, "param-name");
    if (name === undefined) faults.push(`a <${element}> has no <param-name>`);
    return name === undefined ? [] : [[name, childText(each, "param-value") ?? ""] as const];
  });
  return Object.fromEntries(parameters);
}

function readMappings(selection: XmlElement, faults: string[]): SipDescriptor["servletMappings"] {
  return childrenOf(selection, "servlet-mapping").flatMap((mapping) => {
    const servletName = childText(mapping, "servlet-name");
    if (servletName === undefined) faults.push("a <servlet-mapping> has no <servlet-name>");
    const element = childOf(mapping, "pattern");
    if (element === undefined) faults.push(`the <servlet-mapping> of ${servletName ?? "?"} has no <pattern>`);
    const pattern = element && readPattern(element, faults);
    return servletName === undefined || pattern === undefined ? [] : [{ servletName, pattern }];
  });
}

function readProxyTimeout(root: XmlElement, faults: string[]): number | undefined {
  const config = childOf(root, "proxy-config");
  // Descriptors of version 1.0 know the second name.
  return readInteger(config, "proxy-timeout", faults) ?? readInteger(config, "sequential-search-timeout", faults);
}

function readInteger(parent: XmlElement | undefined, name: string, faults: string[]): number | undefined {
  const text = parent && childText(parent, name);
  if (text === undefined) return undefined;
  if (/^[+-]?\d{1,9}$/.test(text)) return Number(text);
  faults.push(`<${name}> is "${text}", not a whole number`);
  return undefined;
}
