import type { HandlerMessage } from "../metadata/handler-record.js";

/** A test a message must pass, without side effects. */
export type MessageTest = (message: HandlerMessage) => boolean;

/** The statuses a handler takes, both ends inclusive. A single code outranks any range. JSR 359, method selection. */
export interface StatusRange {
  readonly begin: number;
  readonly end: number;
  readonly isCode: boolean;
}

/** A method that handles messages, with its conditions: within one kind "or", between kinds "and". JSR 359. */
export interface HandlerMethod {
  readonly kind: "request" | "response";
  /** Name of the servlet's class. */
  readonly className: string;
  readonly name: string | symbol;
  /** The methods it names. */
  readonly methods: readonly string[];
  /** Whether it takes methods it does not name: always when it names none. */
  readonly anyMethod: boolean;
  /** Empty: every status. */
  readonly statuses: readonly StatusRange[];
  /** Whether it takes final responses of single branches, and nothing else. */
  readonly isBranch: boolean;
  /** One of them must pass; empty: nothing to pass. */
  readonly tests: readonly MessageTest[];
  /** Calls the method on an instance of the servlet. */
  readonly invoke: (instance: object, message: HandlerMessage) => unknown;
}

/** `Class.method`, for logs and messages. */
export function handlerLabel(handler: HandlerMethod): string {
  return `${handler.className}.${String(handler.name)}`;
}

/** Makes `invoke` of a handler: the method is looked up at each call, so that an instance may replace it. */
export function methodInvoker(name: string | symbol): HandlerMethod["invoke"] {
  return (instance, message) =>
    (instance as Record<string | symbol, ((message: HandlerMessage) => unknown) | undefined>)[name]?.(message);
}
