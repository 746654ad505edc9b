import { EngineError } from "../errors/engine-error.js";
import type { TextReader } from "../grammar/text-reader.js";
import { isToken } from "../grammar/token.js";
import { HeaderValue, type HeaderCodec } from "./header-value.js";

/** One value of Resource-Priority or Accept-Resource-Priority, RFC 4412 §3.1. */
export interface ResourcePriority {
  /** Such as `ets`, `wps`, `q735`; compares without case. */
  readonly namespace: string;
  /** Its rank within the namespace; compares without case. */
  readonly priority: string;
}

class ReceivedResourcePriority extends HeaderValue implements ResourcePriority {
  constructor(
    readonly namespace: string,
    readonly priority: string,
    text: string,
  ) {
    super(text);
  }

  protected override write(): string {
    return writeResourcePriority(this);
  }
}

/** Reads and writes Resource-Priority and Accept-Resource-Priority. */
export const resourcePriorityCodec: HeaderCodec<ResourcePriority> = {
  read: readResourcePriority,
  write: (value) => (value instanceof HeaderValue ? value.toString() : writeResourcePriority(value)),
};

function readResourcePriority(reader: TextReader): ResourcePriority {
  const start = reader.index;
  const text = reader.token("a namespace and priority");
  const [namespace, priority, more] = text.split(".");
  if (namespace && priority && more === undefined) return new ReceivedResourcePriority(namespace, priority, text);
  reader.index = start;
  return reader.fail("namespace.priority");
}

function writeResourcePriority({ namespace, priority }: ResourcePriority): string {
  const fits = [namespace, priority].every((part) => isToken(part) && !part.includes("."));
  if (fits) return `${namespace}.${priority}`;
  throw new EngineError("header.malformed", { detail: `Resource-Priority: "${namespace}.${priority}"` });
}
