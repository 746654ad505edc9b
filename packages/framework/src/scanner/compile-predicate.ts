import type { Predicate } from "../api/predicate.js";
import type { PredicateSource } from "../metadata/handler-record.js";
import type { MessageTest } from "../model/handler-method.js";

/**
 * Makes a test of what stands in `@SipPredicate`: a function, or a class whose instances have `apply`. JSR 359.
 *
 * @returns the test, or what is wrong with it
 */
export function compilePredicate(source: PredicateSource<never>): MessageTest | string {
  // Whoever wrote no TypeScript may have written anything here.
  const given: unknown = source;
  if (typeof given !== "function") return `the predicate is ${given === null ? "null" : typeof given}, not a function`;
  return isPredicateClass(source) ? instanceTest(source) : (source as MessageTest);
}

function isPredicateClass(source: PredicateSource<never>): source is new () => Predicate<never> {
  const prototype: unknown = source.prototype;
  return typeof prototype === "object" && prototype !== null && "apply" in prototype;
}

function instanceTest(predicateClass: new () => Predicate<never>): MessageTest | string {
  const { name } = predicateClass;
  if (predicateClass.length > 0) return `the predicate class ${name} takes constructor parameters`;
  try {
    const predicate = new predicateClass() as Predicate<unknown>;
    const test: MessageTest = (message) => predicate.apply(message);
    // The handler table shows the name.
    return Object.defineProperty(test, "name", { value: name });
  } catch (error) {
    return `making the predicate ${name} failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}
