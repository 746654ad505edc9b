import type { AnswerCache } from "./dns/answer-cache.js";
import type { DnsCache } from "./dns/dns-cache.js";
import type {
  DnsAnswer,
  DnsFailure,
  DnsRecordType,
  AddressRecord,
  NaptrRecord,
  SrvRecord,
} from "./dns/dns-resolver.js";

/** What all questions of one search share. */
interface Budget {
  left: number;
  /** No more waiting: what is not known by now counts as a timeout. */
  over: boolean;
}

/** A question; without answer as long as the DNS has not been asked. */
interface Question<Found> {
  readonly name: string;
  answer: DnsAnswer<Found> | undefined;
}

/** The questions of one type that a search has put, with their answers. */
class LookupTable<Found extends { readonly ttl: number }> {
  readonly #type: DnsRecordType;
  readonly #cache: AnswerCache<Found>;
  readonly #budget: Budget;
  /** So few that looking through them is faster than a map. */
  readonly #questions: Question<Found>[] = [];

  constructor(type: DnsRecordType, cache: AnswerCache<Found>, budget: Budget) {
    this.#type = type;
    this.#cache = cache;
    this.#budget = budget;
  }

  /** The answer, or undefined when the DNS must be asked first; then the question is noted. */
  get(name: string): DnsAnswer<Found> | undefined {
    const known = this.#questions.find((question) => question.name === name);
    const question = known ?? { name, answer: this.#budget.left-- > 0 ? this.#cache.peek(name) : overLimit };
    if (known === undefined) this.#questions.push(question);
    if (this.#budget.over) question.answer ??= timeout;
    return question.answer;
  }

  async fetch(): Promise<void> {
    const missing = this.#questions.filter(({ answer }) => answer === undefined);
    await Promise.all(missing.map((question) => this.#fetchOne(question)));
  }

  /** Each question with its answer in a few words. */
  *describe(): Generator<{ readonly answer: DnsAnswer<Found>; readonly text: string }> {
    for (const { name, answer = timeout } of this.#questions) {
      yield { answer, text: `${this.#type} ${name}: ${describeAnswer(answer)}` };
    }
  }

  async #fetchOne(question: Question<Found>): Promise<void> {
    const answer = await this.#cache.lookup(question.name);
    question.answer ??= answer;
  }
}

const timeout: DnsFailure = { kind: "failure", reason: "timeout" };
const overLimit: DnsFailure = { kind: "failure", reason: "limit" };

/**
 * The memory of one search. A search is a function without waiting: it asks here, and where an answer is missing it ends
 * without result, after it has asked whatever else it can. Then `fetch` gets all that is missing at once, and the search
 * starts again with more in hand. So it runs in one go when the cache knows everything, and asks in parallel else.
 */
export class Lookups {
  readonly a: LookupTable<AddressRecord>;
  readonly aaaa: LookupTable<AddressRecord>;
  readonly naptr: LookupTable<NaptrRecord>;
  readonly srv: LookupTable<SrvRecord>;
  readonly #budget: Budget;

  /** `limit` bounds the questions of one search, whatever the records lead to. */
  constructor(dns: DnsCache, limit: number) {
    this.#budget = { left: limit, over: false };
    this.a = new LookupTable("A", dns.a, this.#budget);
    this.aaaa = new LookupTable("AAAA", dns.aaaa, this.#budget);
    this.naptr = new LookupTable("NAPTR", dns.naptr, this.#budget);
    this.srv = new LookupTable("SRV", dns.srv, this.#budget);
  }

  /** Gets the answers that were missing. */
  async fetch(): Promise<void> {
    await Promise.all([this.naptr.fetch(), this.srv.fetch(), this.a.fetch(), this.aaaa.fetch()]);
  }

  /** Time is up: the search goes on with what is known. */
  stopWaiting(): void {
    this.#budget.over = true;
  }

  /** What was asked and answered, and the gravest failure among it. */
  report(): { readonly text: string; readonly failure: DnsFailure["reason"] | undefined } {
    const texts: string[] = [];
    let failure: DnsFailure["reason"] | undefined;
    for (const table of [this.naptr, this.srv, this.a, this.aaaa]) {
      for (const { answer, text } of table.describe()) {
        texts.push(text);
        if (answer.kind === "failure") failure = failure === "timeout" ? failure : answer.reason;
      }
    }
    return { text: texts.join("; "), failure };
  }
}

function describeAnswer(answer: DnsAnswer<object>): string {
  return answer.kind === "records" ? `${answer.records.length} records` : answer.reason;
}
