import { SipServletRequest, SipServletResponse } from "../api/object-model.js";
import type { ServletClass } from "../api/servlet-class.js";
import { readDesignTypes } from "../metadata/design-types.js";
import { readHandlers, type HandlerRecord, type Selector } from "../metadata/handler-record.js";
import { methodInvoker, type HandlerMethod, type MessageTest, type StatusRange } from "../model/handler-method.js";
import { compilePredicate } from "./compile-predicate.js";
import type { ProblemCollector } from "./problem-collector.js";

/** The handler methods of a servlet class, those that are in order. JSR 359, POJO model. */
export function readHandlerMethods(servletClass: ServletClass, problems: ProblemCollector): readonly HandlerMethod[] {
  return readHandlers(servletClass)
    .map((record) => new HandlerReader(servletClass, record, problems).read())
    .filter((handler) => handler !== undefined);
}

const responseSelectors: ReadonlySet<Selector["kind"]> = new Set(["code", "range", "anyResponse", "branchResponse"]);
const knownMethods: ReadonlySet<string> = new Set(
  "INVITE ACK BYE CANCEL OPTIONS REGISTER PRACK SUBSCRIBE NOTIFY MESSAGE INFO UPDATE REFER PUBLISH".split(" "),
);

/** Reads one handler and tells everything that is wrong with it. */
class HandlerReader {
  readonly #class: ServletClass;
  readonly #record: HandlerRecord;
  readonly #problems: ProblemCollector;
  #isSound = true;

  constructor(servletClass: ServletClass, record: HandlerRecord, problems: ProblemCollector) {
    this.#class = servletClass;
    this.#record = record;
    this.#problems = problems;
  }

  read(): HandlerMethod | undefined {
    const { name, isStatic, selectors } = this.#record;
    if (isStatic) {
      this.#refuse("handler.static", "a handler is a method of an instance, this one is static", "Remove static");
      return undefined;
    }
    const kind = this.#readKind();
    const methods = selectors
      .filter((selector) => selector.kind === "method")
      .map(({ method }) => this.#method(method));
    const statuses = selectors.map((selector) => this.#status(selector)).filter((status) => status !== undefined);
    const tests = selectors.map((selector) => this.#test(selector)).filter((test) => test !== undefined);
    const has = (wanted: Selector["kind"]) => selectors.some((selector) => selector.kind === wanted);
    if (!this.#isSound) return undefined;
    return Object.freeze({
      kind,
      className: this.#class.name,
      name,
      methods: [...new Set(methods)],
      anyMethod: methods.length === 0 || has("anyMethod"),
      statuses: has("anyResponse") ? [] : statuses,
      isBranch: has("branchResponse"),
      tests,
      invoke: methodInvoker(name),
    });
  }

  /** The emitted type of the parameter decides; where there is none, a response selector does. */
  #readKind(): HandlerMethod["kind"] {
    const { name, selectors } = this.#record;
    const prototype = this.#class.prototype as object;
    const method = methodOf(prototype, name);
    const types = readDesignTypes(prototype, name).parameterTypes;
    if (method === undefined) {
      this.#refuse("handler.member", "handler decorators belong on methods", "Make it a method");
    } else if (method.length > 1 || (types?.length ?? 0) > 1) {
      const mend = "Take what else is needed from the message, or inject it into the class";
      this.#refuse("handler.parameter", "a handler takes the message and nothing else", mend);
    }
    const selector = selectors.find((each) => responseSelectors.has(each.kind));
    const emitted = kindOfType(types?.[0]);
    if (emitted === "wrong") this.#refuseType(types?.[0]);
    if (emitted === "request" && selector !== undefined) {
      const mend = "Make the parameter a SipServletResponse, or remove the response selector";
      this.#refuse("handler.selector", `${selectorText(selector)} selects responses, the parameter is a request`, mend);
    }
    if (emitted === "request" || emitted === "response") return emitted;
    return selector === undefined ? "request" : "response";
  }

  #refuseType(type: unknown): void {
    const name = typeof type === "function" ? type.name : String(type);
    const mend = "Declare the first parameter as SipServletRequest or SipServletResponse";
    this.#refuse("handler.parameter", `the first parameter is ${name}`, mend);
  }

  #method(method: string): string {
    if (!/^[\w.!%*+`'~-]+$/.test(method)) {
      this.#refuse("handler.method", `"${method}" is no SIP method`, "Use a token, such as INVITE (RFC 3261 §25.1)");
    } else if (!knownMethods.has(method) && knownMethods.has(method.toUpperCase())) {
      const mend = `Write "${method.toUpperCase()}"`;
      this.#refuse("handler.method", `SIP methods are case-sensitive, "${method}" never comes`, mend);
    }
    return method;
  }

  #status(selector: Selector): StatusRange | undefined {
    if (selector.kind !== "code" && selector.kind !== "range") return undefined;
    const isCode = selector.kind === "code";
    const [begin, end] = isCode ? [selector.code, selector.code] : [selector.begin, selector.end];
    if (!isStatus(begin) || !isStatus(end) || begin > end) {
      const mend = "Use whole numbers from 100 to 699, the smaller one first";
      this.#refuse("handler.selector", `${selectorText(selector)} selects no status`, mend);
    }
    return { begin, end, isCode };
  }

  #test(selector: Selector): MessageTest | undefined {
    if (selector.kind !== "predicate") return undefined;
    const test = compilePredicate(selector.source);
    if (typeof test !== "string") return test;
    const mend = "Give @SipPredicate a function, or a class with apply(message) and no constructor parameters";
    this.#refuse("handler.predicate", test, mend);
    return undefined;
  }

  #refuse(code: `handler.${string}` & Parameters<ProblemCollector["add"]>[0], reason: string, mend: string): void {
    this.#isSound = false;
    this.#problems.add(code, { class: this.#class.name, method: this.#record.name }, { reason, mend });
  }
}

/** What the emitted type of a parameter says; undefined where nothing is emitted or it says nothing. */
function kindOfType(type: unknown): "request" | "response" | "wrong" | undefined {
  // `Object` stands for interfaces, unions, any and types imported as types only.
  if (type === undefined || type === Object) return undefined;
  if (extendsClass(type, SipServletRequest)) return "request";
  if (extendsClass(type, SipServletResponse)) return "response";
  return "wrong";
}

function extendsClass(type: unknown, base: typeof SipServletRequest | typeof SipServletResponse): boolean {
  return type === base || (typeof type === "function" && type.prototype instanceof base);
}

function methodOf(prototype: object, name: string | symbol): { readonly length: number } | undefined {
  for (
    let holder: object | null = prototype;
    holder !== null;
    holder = Object.getPrototypeOf(holder) as object | null
  ) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, name);
    if (descriptor === undefined) continue;
    const value: unknown = descriptor.value;
    return typeof value === "function" ? value : undefined;
  }
  return undefined;
}

function isStatus(code: number): boolean {
  return Number.isInteger(code) && code >= 100 && code <= 699;
}

function selectorText(selector: Selector): string {
  switch (selector.kind) {
    case "code":
      return `status ${selector.code}`;
    case "range":
      return `status ${selector.begin}-${selector.end}`;
    case "branchResponse":
      return "@BranchResponse";
    default:
      return "@AnyResponse";
  }
}
