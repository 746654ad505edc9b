import { headerKey, isEngineError, parseNameAddress, type RequestBuilder } from "@siplet/core";
import type { HeaderMap } from "../api/b2bua-helper.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { mergeContact, unsentContact } from "./contact.js";
import { requireOwnHeader } from "./system-headers.js";

/** System headers that a header map may name (JSR 289 §12). */
export type OverridableHeader = "from" | "to" | "contact" | "route";

/** Replaces header fields of a request in the making by those of a header map; an empty list takes them away. JSR 289 §12 */
export class HeaderOverrides {
  /** Values by the long name in lower case. */
  readonly #values = new Map<string, readonly string[]>();

  /** @throws IllegalArgumentError `argument.system-header` for a system header that is not in `allowed` */
  constructor(map: HeaderMap | undefined, method: string, allowed: ReadonlySet<OverridableHeader>) {
    for (const [name, values] of entriesOf(map)) {
      const key = keyOf(name);
      if (!Array.isArray(values) || values.some((value) => typeof value !== "string")) {
        throw new IllegalArgumentError("argument.invalid", { detail: `headerMap "${name}" needs a list of texts` });
      }
      if (!allowed.has(key as OverridableHeader)) requireOwnHeader(name, key, { method, status: undefined });
      this.#values.set(key, values as readonly string[]);
    }
  }

  /** The party of a request: what the map says, or how it was, under the tag given. */
  party(key: "from" | "to", original: string, tag?: string): string {
    const text = this.#values.get(key)?.[0] ?? original;
    return readable(key, () => parseNameAddress(text).with({ tag }).toString());
  }

  /** Writes everything but the parties. @throws IllegalArgumentError `argument.invalid` for what cannot be written */
  apply(draft: RequestBuilder): void {
    for (const [key, values] of this.#values) {
      if (key === "from" || key === "to") continue;
      const isSystemContact = key === "contact" && draft.method !== "REGISTER";
      readable(key, () => {
        draft.remove(key);
        for (const value of values) draft.addText(key, isSystemContact ? mergeContact(unsentContact, value) : value);
      });
    }
  }

  /** Whether the map names a header. */
  has(key: OverridableHeader): boolean {
    return this.#values.has(key);
  }
}

function entriesOf(map: HeaderMap | undefined): Iterable<readonly [string, unknown]> {
  if (map === undefined || map === null) return [];
  return map instanceof Map ? (map as ReadonlyMap<string, unknown>) : Object.entries(map);
}

function keyOf(name: string): string {
  if (/^[\w\-.!%*+`'~]+$/.test(name)) return headerKey(name);
  throw new IllegalArgumentError("argument.invalid", { detail: `"${name}" is no header name` });
}

function readable<T>(key: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!isEngineError(cause)) throw cause;
    throw new IllegalArgumentError("argument.invalid", { detail: `${key}: ${cause.message}`, cause });
  }
}
