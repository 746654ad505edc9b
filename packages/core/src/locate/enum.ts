import { EngineError } from "../errors/engine-error.js";
import { checkNaptr } from "./dns/checked-records.js";
import { compareNaptr } from "./dns/compare-naptr.js";
import type { DnsFailure, DnsResolver, NaptrRecord } from "./dns/dns-resolver.js";
import { readDomainName } from "./dns/host-name.js";
import { substitute } from "./substitution/substitute.js";

/** One way to reach a number. */
export interface EnumResult {
  readonly uri: string;
  /** The enumservice of the record, such as `sip` or `voice:tel`, in lower case. */
  readonly service: string;
  readonly order: number;
  readonly preference: number;
}

/** Where numbers are looked up. */
export interface EnumOptions {
  /** The tree; default `e164.arpa`. */
  readonly suffix?: string;
  /** Questions at most, when rules lead to further rules; default 8. */
  readonly maxLookups?: number;
}

/** E.164 allows fifteen digits. */
const mostDigits = 15;

/**
 * The domain of a global number, `+12025552600` → `0.0.6.2.5.5.5.2.0.2.1.e164.arpa`; visual separators do not count.
 * Throws `locate.malformed` for what is no global number. RFC 6116 §3.2.
 */
export function toEnumDomain(number: string, suffix = "e164.arpa"): string {
  return `${readGlobalNumber(number).slice(1).split("").toReversed().join(".")}.${suffix}`;
}

/**
 * The URIs that the DNS gives for a number and a service (`E2U+sip`, or short `sip`; `E2U+voice` takes every subtype), the
 * preferred one first; none when the number is not registered. Rejects with `locate.failed` or `locate.timeout` when
 * the DNS does not tell. RFC 6116 §3.
 */
export async function resolveEnum(
  number: string,
  service: string,
  resolver: Pick<DnsResolver, "resolveNaptr">,
  options: EnumOptions = {},
): Promise<readonly EnumResult[]> {
  const walk = new EnumWalk(readGlobalNumber(number), readService(service), resolver, options.maxLookups ?? 8);
  const results = await walk.collect(toEnumDomain(number, options.suffix));
  if (results.length > 0 || walk.failure === undefined) return results;
  const code = walk.failure.reason === "timeout" ? "locate.timeout" : "locate.failed";
  throw new EngineError(code, { detail: `ENUM for ${number}: ${walk.failure.reason}`, cause: walk.failure.cause });
}

/** Plus sign and digits: the text that the rules are applied to (RFC 6116 §3.1). */
function readGlobalNumber(number: string): string {
  const digits = number.startsWith("+") ? readDigits(number) : "";
  if (digits !== "" && digits.length <= mostDigits) return `+${digits}`;
  throw new EngineError("locate.malformed", { detail: `"${number}" is no global number`, statusCode: 484 });
}

/** The digits behind the plus sign; empty when there is anything else than digits and visual separators (RFC 3966 §3). */
function readDigits(number: string): string {
  let digits = "";
  for (const character of number.slice(1)) {
    if (character >= "0" && character <= "9") digits += character;
    else if (!"-.()".includes(character)) return "";
  }
  return digits;
}

function readService(service: string): string {
  const name = service.toLowerCase();
  return name.startsWith("e2u+") ? name.slice(4) : name;
}

/** One look-up of a number, with the further names that rules lead to. */
class EnumWalk {
  readonly #number: string;
  readonly #service: string;
  readonly #resolver: Pick<DnsResolver, "resolveNaptr">;
  #lookupsLeft: number;
  /** The last question that was not answered. */
  failure: DnsFailure | undefined;

  constructor(number: string, service: string, resolver: Pick<DnsResolver, "resolveNaptr">, maxLookups: number) {
    this.#number = number;
    this.#service = service;
    this.#resolver = resolver;
    this.#lookupsLeft = maxLookups;
  }

  async collect(domain: string): Promise<EnumResult[]> {
    const results: EnumResult[] = [];
    for (const record of await this.#rulesOf(domain)) {
      if (record.flags === "") results.push(...(await this.#followRule(record)));
      else if (record.flags === "u" || record.flags === "U") results.push(...this.#applyRule(record));
    }
    return results;
  }

  async #rulesOf(domain: string): Promise<readonly NaptrRecord[]> {
    if (this.#lookupsLeft-- <= 0) return [];
    try {
      const answer = await this.#resolver.resolveNaptr(domain);
      if (answer.kind === "failure") this.failure = answer;
      if (answer.kind !== "records") return [];
      return answer.records.flatMap((record) => checkNaptr(record) ?? []).toSorted(compareNaptr);
    } catch (cause) {
      this.failure = { kind: "failure", reason: "servfail", cause };
      return [];
    }
  }

  /** A rule without flag is not the last: it names the domain with further rules. */
  async #followRule({ regexp, replacement }: NaptrRecord): Promise<readonly EnumResult[]> {
    const domain = readDomainName(regexp === "" ? replacement : (substitute(regexp, this.#number) ?? ""));
    return domain === undefined ? [] : this.collect(domain);
  }

  #applyRule({ service: field, regexp, order, preference }: NaptrRecord): readonly EnumResult[] {
    const service = readServices(field).find((name) => name === this.#service || name.startsWith(`${this.#service}:`));
    const uri = service === undefined ? undefined : substitute(regexp, this.#number);
    return service === undefined || uri === undefined || !isPrintable(uri) ? [] : [{ uri, service, order, preference }];
  }
}

/** `E2U+a+b:c` is `a` and `b:c`; the form of RFC 2916, `a+E2U`, occurs. RFC 6116 §3.4.3. */
function readServices(field: string): readonly string[] {
  const names = field.toLowerCase().split("+");
  if (names[0] === "e2u") return names.slice(1);
  return names.at(-1) === "e2u" ? names.slice(0, -1) : [];
}

/** No white space and no control characters: the result goes into a request line. */
function isPrintable(uri: string): boolean {
  for (let index = 0; index < uri.length; index++) {
    const code = uri.charCodeAt(index);
    if (code <= 0x20 || code === 0x7f) return false;
  }
  return uri !== "";
}
