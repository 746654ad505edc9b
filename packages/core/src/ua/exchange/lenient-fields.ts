import { headerDefinition } from "../../headers/header-table.js";
import { isEngineError } from "../../errors/engine-error.js";
import type { SipMessage } from "../../message/sip-message.js";

/** Headers that hold one number of seconds. */
type SecondsHeader = "Expires" | "Min-Expires" | "Flow-Timer";

/** The seconds a header tells; undefined when it is absent or cannot be read. */
export function secondsOf(message: SipMessage, name: SecondsHeader): number | undefined {
  return readOr(undefined, () => message.get(name));
}

/** The seconds of Retry-After; undefined when it is absent or cannot be read. */
export function retryAfterOf(message: SipMessage | undefined): number | undefined {
  return readOr(undefined, () => message?.get("Retry-After")?.seconds);
}

/** Tells whether a list of option tags names one; tags compare without case. A list that cannot be read names none. */
export function namesOption(message: SipMessage, name: "Supported" | "Require" | "Unsupported", tag: string): boolean {
  return readOr([], () => message.get(name)).some((each) => each.toLowerCase() === tag);
}

/** The values of Path, Service-Route or P-Associated-URI as texts, in order; none when they cannot be read. */
export function addressTexts(message: SipMessage, name: "Path" | "Service-Route" | "P-Associated-URI"): string[] {
  return readOr([], () => message.get(name)).map(String);
}

/** How often a value of Via stands in a message: the hops it took. */
export function viaCount(message: SipMessage): number {
  const definition = headerDefinition("via");
  return message.fieldsOf("via").reduce((count, field) => count + (definition.split(field.text).length || 1), 0);
}

function readOr<T>(fallback: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isEngineError(error)) return fallback;
    throw error;
  }
}
