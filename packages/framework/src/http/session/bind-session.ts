import type { Session } from "express-session";
import type { HttpSessionEntry } from "./http-session-entry.js";

const properties = ["isValid", "creationTime", "lastAccessedTime", "applicationSession"] as const;
const methods = [
  "encodeUrl",
  "invalidate",
  "getAttribute",
  "getAttributeNames",
  "setAttribute",
  "removeAttribute",
  "clearAttributes",
] as const;

/**
 * Gives a session of `express-session` the members of `ConvergedHttpSession`. They are not enumerable: what is written
 * down is its own data alone.
 *
 * @param find the converged session behind it, made at the first use
 */
export function bindSession(session: Session, find: () => HttpSessionEntry): void {
  for (const name of properties) {
    Object.defineProperty(session, name, { get: () => find()[name], configurable: true });
  }
  for (const name of methods) {
    const call = (...parameters: unknown[]): unknown => {
      const entry = find();
      return (entry[name] as (...parameters: unknown[]) => unknown).apply(entry, parameters);
    };
    Object.defineProperty(session, name, { value: call, configurable: true });
  }
}
