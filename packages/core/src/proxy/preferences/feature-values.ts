import { splitCommaList } from "../../grammar/comma-list.js";

/**
 * The values that a feature parameter stands for (RFC 3840 §9): a string, a set of numbers, or a set of tokens, booleans
 * among them, that holds those named or all but some.
 */
export type FeatureValues =
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "numbers"; readonly low: number; readonly high: number }
  | { readonly kind: "tokens"; readonly isAllBut: boolean; readonly tokens: ReadonlySet<string> };

/** A feature tag and its values. A list of several numbers is several values of which one suffices. */
export type FeatureSet = ReadonlyMap<string, readonly FeatureValues[]>;

/** The tags that stand in a Contact without `+` (RFC 3840 §9). */
const baseTags = new Set(
  (
    "audio automata class duplex data control mobility description events priority methods extensions schemes " +
    "application video language type isfocus actor text"
  ).split(" "),
);

/** The feature parameters among those of a Contact, Accept-Contact or Reject-Contact; names compare without case. */
export function featureSet(parameters: Iterable<readonly [name: string, value: string | undefined]>): FeatureSet {
  const features = new Map<string, readonly FeatureValues[]>();
  for (const [name, value] of parameters) {
    const tag = name.toLowerCase();
    if (tag.startsWith("+") || baseTags.has(tag)) features.set(tag, readFeatureValues(value));
  }
  return features;
}

/** Reads the value of a feature parameter, its quotes taken off; none stands for TRUE (RFC 3840 §9). */
export function readFeatureValues(value = "TRUE"): readonly FeatureValues[] {
  if (value.startsWith("<")) return [{ kind: "string", text: value }];
  const terms = splitCommaList(value);
  const numbers = terms.filter((term) => term.startsWith("#")).map((term) => readNumbers(term.slice(1)));
  const tokens = terms.filter((term) => !term.startsWith("#")).map((term) => term.toLowerCase());
  return tokens.length === 0 ? numbers : [...numbers, readTokens(tokens)];
}

/** Tells whether some value stands in both. */
export function overlap(left: readonly FeatureValues[], right: readonly FeatureValues[]): boolean {
  return left.some((one) => right.some((other) => intersect(one, other)));
}

function readNumbers(text: string): FeatureValues {
  const [low = "", high] = text.split(":");
  if (high !== undefined) return { kind: "numbers", low: Number(low), high: Number(high) };
  if (text.startsWith(">=")) return { kind: "numbers", low: Number(text.slice(2)), high: Infinity };
  if (text.startsWith("<=")) return { kind: "numbers", low: -Infinity, high: Number(text.slice(2)) };
  const exact = Number(text.startsWith("=") ? text.slice(1) : text);
  return { kind: "numbers", low: exact, high: exact };
}

/** One of the terms suffices, so two different negations together leave nothing out. */
function readTokens(terms: readonly string[]): FeatureValues {
  const wanted = new Set(terms.filter((term) => !term.startsWith("!")));
  const unwanted = new Set(terms.filter((term) => term.startsWith("!")).map((term) => term.slice(1)));
  if (unwanted.size === 0) return { kind: "tokens", isAllBut: false, tokens: wanted };
  const [only] = unwanted;
  const leftOut = unwanted.size === 1 && only !== undefined && !wanted.has(only) ? [only] : [];
  return { kind: "tokens", isAllBut: true, tokens: new Set(leftOut) };
}

function intersect(one: FeatureValues, other: FeatureValues): boolean {
  if (one.kind === "string" && other.kind === "string") return one.text === other.text;
  if (one.kind === "numbers" && other.kind === "numbers") return one.low <= other.high && other.low <= one.high;
  if (one.kind !== "tokens" || other.kind !== "tokens") return false;
  if (one.isAllBut && other.isAllBut) return true;
  const [named, against] = one.isAllBut ? [other, one] : [one, other];
  return [...named.tokens].some((token) => against.tokens.has(token) !== against.isAllBut);
}
