/** What can be kept private: `header`, `session`, `user` (RFC 3323 §4.2), `id` (RFC 3325 §9.3), `history` (RFC 7044). */
export type PrivacyLevel = "header" | "session" | "user" | "id" | "history";

/** The `Privacy` header field. */
export interface Privacy {
  /** What was asked for, in lower case and in order, unknown words included, without `none` and `critical`. */
  readonly values: ReadonlySet<string>;
  /** The user wants no privacy: nothing may be touched (RFC 3323 §4.2). */
  readonly isNone: boolean;
  /** What was asked for, or failure (RFC 3323 §4.2). */
  readonly isCritical: boolean;
}

/**
 * Reads `Privacy`; `undefined` if the message has none. Commas are taken for the semicolons they should be. `none` beside
 * another value contradicts itself: then the privacy asked for counts.
 */
export function parsePrivacy(texts: readonly string[]): Privacy | undefined {
  const words = texts.flatMap((text) => text.replaceAll(",", ";").split(";")).map((word) => word.trim().toLowerCase());
  const values = new Set(words.filter((word) => word !== "" && word !== "none" && word !== "critical"));
  const isNone = words.includes("none") && values.size === 0;
  const isCritical = words.includes("critical");
  return values.size > 0 || isNone || isCritical ? { values, isNone, isCritical } : undefined;
}

/** Writes `Privacy`. */
export function serializePrivacy({ values, isNone, isCritical }: Privacy): string {
  const words = isNone ? ["none"] : [...values];
  return (isCritical ? [...words, "critical"] : words).join(";");
}
