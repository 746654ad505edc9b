import { createHeaderField, headerKey, splitCommaList, type HeaderField } from "@siplet/core";
import type { HeaderRules } from "../../../api/bridge.js";
import { hideWarningHost, softwareHeaders } from "./topology.js";

/** What each leg has of its own: never passes, whatever the rules say. */
const ownOfLeg: readonly string[] = [
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
];

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

/** Decides which header fields pass from one leg to the other, and how: copy, drop, rewrite. */
export class HeaderPolicy {
  readonly #dropped: ReadonlySet<string>;
  readonly #only: ReadonlySet<string> | undefined;
  readonly #written: readonly HeaderField[];
  readonly #hidesSoftware: boolean;

  /** @throws EngineError `header.malformed` for a rule that cannot be written */
  constructor({ rules, hidesSoftware, relaysChallenges }: PolicyOptions) {
    const keep = new Set((rules.keep ?? []).map(headerKey));
    const byItself = [
      ...ownOfHop,
      ...(hidesSoftware ? softwareHeaders : []),
      ...(relaysChallenges ? [] : challengeHeaders),
    ];
    this.#written = writtenFields(rules);
    this.#hidesSoftware = hidesSoftware && !keep.has("warning");
    this.#only = rules.only && new Set(rules.only.map(headerKey));
    this.#dropped = new Set([
      ...byItself.filter((key) => !keep.has(key)),
      ...(rules.drop ?? []).map(headerKey),
      ...this.#written.map(({ key }) => key),
      ...ownOfLeg,
    ]);
  }

  /** The fields of a message as they pass. `tags`: option tags that do not. */
  pass(fields: readonly HeaderField[], tags: ReadonlySet<string> = ownTags): HeaderField[] {
    const passed: HeaderField[] = [];
    for (const field of fields) {
      const { key } = field;
      if (this.#dropped.has(key) || this.#only?.has(key) === false) {
        if (this.#dropped.has(key) || !essential.has(key)) continue;
      }
      const rewritten = this.#rewrite(field, tags);
      if (rewritten !== undefined) passed.push(rewritten);
    }
    passed.push(...this.#written);
    return passed;
  }

  #rewrite(field: HeaderField, tags: ReadonlySet<string>): HeaderField | undefined {
    if (tagHeaders.has(field.key)) return withoutTags(field, tags);
    return this.#hidesSoftware && field.key === "warning" ? hideWarningHost(field) : field;
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

function writtenFields({ set = {} }: HeaderRules): HeaderField[] {
  return Object.entries(set).flatMap(([name, values]) =>
    (typeof values === "string" ? [values] : values).map((value) => createHeaderField(name, value)),
  );
}
