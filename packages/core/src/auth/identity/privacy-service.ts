import { equalIgnoringCase } from "../../grammar/equal-ignoring-case.js";
import { splitCommaList } from "../../grammar/comma-list.js";
import { noEdits, type HeaderEdits, type HeaderText } from "./header-edits.js";
import { tryParseAddress } from "./identity-values.js";
import { parsePrivacy, serializePrivacy, type Privacy, type PrivacyLevel } from "./privacy.js";

/** The URI of a caller who wants no name (RFC 3323 §4.1.1.3). */
export const anonymousUri = "sip:anonymous@anonymous.invalid";

/** A message that asks for privacy, and what the element can do. */
export interface PrivacyRequest {
  /** The `Privacy` fields. */
  readonly privacy: readonly string[];
  /** The `Proxy-Require` fields. */
  readonly proxyRequire: readonly string[];
  /** The `From` field, for `user`. */
  readonly from: string;
  /** Whether the message goes to a node of the trust domain: `id` is then left for the border. */
  readonly isTrusted: boolean;
  /** What the element carries out. `header` and `session` are its own work; it also restores From in responses. */
  readonly abilities: ReadonlySet<PrivacyLevel>;
}

/** How the message goes on. */
export type PrivacyOutcome =
  | {
      readonly kind: "forward";
      readonly edits: HeaderEdits;
      /** What is being done; `header` and `session` by the caller. */
      readonly done: readonly PrivacyLevel[];
    }
  | { readonly kind: "rejected"; readonly statusCode: 400 | 500; readonly detail: string };

/** What tells of a user besides From (RFC 3323 §4.1.1.4, §5.3). */
const userFields = ["Call-Info", "In-Reply-To", "Organization", "Reply-To", "Subject", "User-Agent"];

/**
 * The work of a privacy service (RFC 3323 §5): does what is asked for and possible, takes it off `Privacy`, and with the
 * last of it `Privacy` and the `privacy` of `Proxy-Require`. With `none` nothing is touched.
 */
export function applyPrivacy(request: PrivacyRequest): PrivacyOutcome {
  const privacy = parsePrivacy(request.privacy);
  if (privacy === undefined || privacy.isNone) return { kind: "forward", edits: noEdits, done: [] };
  const due = [...privacy.values].filter((value) => !(value === "id" && request.isTrusted));
  const done = due.filter((value): value is PrivacyLevel => isAble(request.abilities, value));
  if (privacy.isCritical && done.length < due.length) {
    return { kind: "rejected", statusCode: 500, detail: `privacy cannot be given: ${missing(due, done)}` };
  }
  const from = done.includes("user") ? anonymizeAddress(request.from) : undefined;
  if (done.includes("user") && from === undefined) {
    return { kind: "rejected", statusCode: 400, detail: "malformed From" };
  }
  return { kind: "forward", edits: editsFor(request, privacy, done, from), done };
}

/** The anonymous form of a From or Contact value: its parameters stay, the tag among them (RFC 3323 §4.1.1.3). */
export function anonymizeAddress(text: string): string | undefined {
  return tryParseAddress(text)?.with({ displayName: "Anonymous", uri: anonymousUri }).toString();
}

function isAble(abilities: ReadonlySet<string>, value: string): boolean {
  return abilities.has(value);
}

function missing(due: readonly string[], done: readonly string[]): string {
  return due.filter((value) => !done.includes(value)).join(", ");
}

function editsFor(
  request: PrivacyRequest,
  privacy: Privacy,
  done: readonly PrivacyLevel[],
  from: string | undefined,
): HeaderEdits {
  if (done.length === 0) return noEdits;
  const remove = ["Privacy"];
  const add: HeaderText[] = [];
  if (from !== undefined) {
    remove.push("From", ...userFields);
    add.push({ name: "From", value: from });
  }
  if (done.includes("id")) remove.push("P-Asserted-Identity");
  if (done.includes("history")) remove.push("History-Info");
  const values = new Set([...privacy.values].filter((value) => !isAble(new Set<string>(done), value)));
  if (values.size > 0) add.push({ name: "Privacy", value: serializePrivacy({ ...privacy, values }) });
  else dropRequirement(request.proxyRequire, remove, add);
  return { remove, add };
}

/** Without anything left to do no proxy on the way needs to know the extension any more (RFC 3323 §5). */
function dropRequirement(proxyRequire: readonly string[], remove: string[], add: HeaderText[]): void {
  const options = proxyRequire.flatMap(splitCommaList);
  const others = options.filter((option) => !equalIgnoringCase(option, "privacy"));
  if (others.length === options.length) return;
  remove.push("Proxy-Require");
  if (others.length > 0) add.push({ name: "Proxy-Require", value: others.join(", ") });
}
