import type { Condition } from "../../model/condition.js";
import { childText, type XmlElement } from "./xml-element.js";

/** Reads the one condition in a `pattern` or `not` element; undefined, with a fault told, when it is none. JSR 289 §16. */
export function readPattern(parent: XmlElement, faults: string[]): Condition | undefined {
  const [child, second] = parent.children;
  if (child === undefined || second !== undefined) return fault(faults, `<${parent.name}> needs exactly one condition`);
  return readCondition(child, faults);
}

function readCondition(element: XmlElement, faults: string[]): Condition | undefined {
  switch (element.name) {
    case "and":
    case "or":
      return readGroup(element.name, element, faults);
    case "not": {
      const condition = readPattern(element, faults);
      return condition && { kind: "not", condition };
    }
    case "equal":
    case "contains":
    case "subdomain-of":
    case "exists":
      return readComparison(element.name, element, faults);
    default:
      return fault(faults, `<${element.name}> is no condition of a servlet mapping`);
  }
}

function readGroup(kind: "and" | "or", element: XmlElement, faults: string[]): Condition | undefined {
  if (element.children.length === 0) return fault(faults, `<${kind}> has no condition`);
  const conditions = element.children.map((child) => readCondition(child, faults));
  const sound = conditions.filter((condition) => condition !== undefined);
  return sound.length === conditions.length ? { kind, conditions: sound } : undefined;
}

function readComparison(
  name: "equal" | "contains" | "subdomain-of" | "exists",
  element: XmlElement,
  faults: string[],
): Condition | undefined {
  const variable = childText(element, "var");
  if (variable === undefined) return fault(faults, `<${name}> has no <var>`);
  if (name === "exists") return { kind: "exists", variable };
  const value = childText(element, "value");
  if (value === undefined) return fault(faults, `<${name}> of ${variable} has no <value>`);
  if (name === "subdomain-of") return { kind: "subdomainOf", variable, value };
  return { kind: name, variable, value, ignoreCase: element.attributes["ignore-case"] === "true" };
}

function fault(faults: string[], text: string): undefined {
  faults.push(text);
  return undefined;
}
