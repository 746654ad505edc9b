import { createHeaderField, headerKey, splitCommaList, type HeaderField } from "@siplet/core";
import type { HeaderRules } from "../../../api/bridge.js";
import { hideWarningHost, softwareHeaders } from "./topology.js";

/** What each leg has of its own: never passes, whatever the rules say. */
const ownOfLeg: ReadonlySet<string> = new Set([
  "via",
  "route",
  "record-route",
  "from",
  "to",
  "call-id",
  "cseq",
  "max-forwards",
  "content-length",
  "rseq",
  "rack",
]);

/** What belongs to one hop or one registration; a rule may let it pass. */
const ownOfHop: readonly string[] = [
  "contact",
  "session-expires",
  "min-se",
  "proxy-require",
  "path",
  "service-route",
  "timestamp",
  "flow-timer",
  "max-breadth",
  "target-dialog",
  "join",
  "security-client",
  "security-server",
  "security-verify",
];

const challengeHeaders: readonly string[] = [
  "authorization",
  "proxy-authorization",
  "www-authenticate",
  "proxy-authenticate",
  "authentication-info",
  "proxy-authentication-info",
];

/** What says how to read the body, and what a subscription or transfer cannot do without. */
const essential: ReadonlySet<string> = new Set([
  "content-type",
  "content-encoding",
  "content-disposition",
  "content-language",
  "mime-version",
  "supported",
  "require",
  "event",
  "expires",
  "subscription-state",
  "refer-to",
  "replaces",
  "info-package",
]);

/** Option tags that one leg agrees on for itself (RFC 4028, RFC 3327, RFC 5626, RFC 5627). */
const ownTags: ReadonlySet<string> = new Set(["timer", "path", "outbound", "gruu"]);
const tagHeaders: ReadonlySet<string> = new Set(["supported", "require", "unsupported"]);

/** How fields pass. */
export interface PolicyOptions {
  readonly rules: HeaderRules;
  readonly hidesSoftware: boolean;
  readonly relaysChallenges: boolean;
}

const dropped = (...keys: readonly string[]): ReadonlySet<string> => new Set([...ownOfHop, ...keys]);

/** What is dropped by itself: by whether the software is hidden, then by whether challenges pass. */
const droppedByItself = {
  hidden: { relayed: dropped(...softwareHeaders), refused: dropped(...softwareHeaders, ...challengeHeaders) },
  shown: { relayed: dropped(), refused: dropped(...challengeHeaders) },
} as const;

/** Decides which header fields pass from one leg to the other, and how: copy, drop, rewrite. */
export class HeaderPolicy {
  readonly #byItself: ReadonlySet<string>;
  readonly #kept: ReadonlySet<string>;
  readonly #dropped: ReadonlySet<string>;
  readonly #only: ReadonlySet<string> | undefined;
  readonly #written: readonly HeaderField[];
  readonly #hidesWarnings: boolean;

  /** @throws EngineError `header.malformed` for a rule that cannot be written */
  constructor({ rules, hidesSoftware, relaysChallenges }: PolicyOptions) {
    this.#byItself = droppedByItself[hidesSoftware ? "hidden" : "shown"][relaysChallenges ? "relayed" : "refused"];
    this.#written = writtenFields(rules);
    this.#kept = keysOf(rules.keep);
    this.#dropped = new Set([...keysOf(rules.drop), ...this.#written.map(({ key }) => key)]);
    this.#only = rules.only && keysOf(rules.only);
    this.#hidesWarnings = hidesSoftware && !this.#kept.has("warning");
  }

  /** The fields of a message as they pass. `tags`: option tags that do not. */
  pass(fields: readonly HeaderField[], tags: ReadonlySet<string> = ownTags): HeaderField[] {
    const passed: HeaderField[] = [];
    for (const field of fields) {
      const rewritten = this.#passes(field.key) ? this.#rewrite(field, tags) : undefined;
      if (rewritten !== undefined) passed.push(rewritten);
    }
    passed.push(...this.#written);
    return passed;
  }

  #passes(key: string): boolean {
    if (ownOfLeg.has(key) || this.#dropped.has(key)) return false;
    if (this.#byItself.has(key) && !this.#kept.has(key)) return false;
    return this.#only === undefined || this.#only.has(key) || essential.has(key);
  }

  #rewrite(field: HeaderField, tags: ReadonlySet<string>): HeaderField | undefined {
    if (tagHeaders.has(field.key)) return withoutTags(field, tags);
    return this.#hidesWarnings && field.key === "warning" ? hideWarningHost(field) : field;
  }
}

/** The tags of one leg, and `100rel` where the other is not asked for it. */
export const tagsWithoutReliability: ReadonlySet<string> = new Set([...ownTags, "100rel"]);

function withoutTags(field: HeaderField, tags: ReadonlySet<string>): HeaderField | undefined {
  const all = splitCommaList(field.text).map((tag) => tag.trim());
  const left = all.filter((tag) => !tags.has(tag.toLowerCase()));
  if (left.length === all.length) return field;
  return left.length === 0 ? undefined : createHeaderField(field.name, left.join(", "));
}

function keysOf(names: readonly string[] = []): ReadonlySet<string> {
  return new Set(names.map(headerKey));
}

function writtenFields({ set = {} }: HeaderRules): HeaderField[] {
  return Object.entries(set).flatMap(([name, values]) =>
    (typeof values === "string" ? [values] : values).map((value) => createHeaderField(name, value)),
  );
}
