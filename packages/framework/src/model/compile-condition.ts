import type { SipServletRequest } from "../api/object-model.js";
import type { Condition } from "./condition.js";
import { bareNumber, variableReader, type VariableReader } from "./request-variable.js";

/** Decides whether a request meets a condition. */
export type RequestTest = (request: SipServletRequest) => boolean;

/** Compiles a condition, so that nothing is looked up by name for a request. JSR 289 §16. */
export function compileCondition(condition: Condition): RequestTest {
  switch (condition.kind) {
    case "and": {
      const tests = condition.conditions.map(compileCondition);
      return (request) => tests.every((test) => test(request));
    }
    case "or": {
      const tests = condition.conditions.map(compileCondition);
      return (request) => tests.some((test) => test(request));
    }
    case "not": {
      const test = compileCondition(condition.condition);
      return (request) => !test(request);
    }
    default:
      return compileComparison(condition, variableReader(condition.variable) ?? (() => undefined));
  }
}

/** The names in a condition that are no variables. */
export function unknownVariables(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.conditions.flatMap(unknownVariables);
    case "not":
      return unknownVariables(condition.condition);
    default:
      return variableReader(condition.variable) === undefined ? [condition.variable] : [];
  }
}

type Comparison = Extract<Condition, { variable: string }>;

function compileComparison(comparison: Comparison, read: VariableReader): RequestTest {
  if (comparison.kind === "exists") return (request) => read(request) !== undefined;
  const compare = comparerOf(comparison);
  return (request) => {
    const value = read(request);
    return value !== undefined && compare(value);
  };
}

function comparerOf(comparison: Exclude<Comparison, { kind: "exists" }>): (value: string) => boolean {
  if (comparison.kind === "subdomainOf") {
    return comparison.variable.endsWith(".tel") ? prefixComparer(comparison.value) : domainComparer(comparison.value);
  }
  const fold = comparison.ignoreCase ? (text: string) => text.toLowerCase() : (text: string) => text;
  const expected = fold(comparison.value);
  return comparison.kind === "equal" ? (value) => fold(value) === expected : (value) => fold(value).includes(expected);
}

function prefixComparer(prefix: string): (value: string) => boolean {
  const expected = bareNumber(prefix);
  return (value) => value.startsWith(expected);
}

function domainComparer(domain: string): (value: string) => boolean {
  const expected = domain.toLowerCase();
  return (value) => {
    const host = value.toLowerCase();
    return host === expected || host.endsWith(`.${expected}`);
  };
}
