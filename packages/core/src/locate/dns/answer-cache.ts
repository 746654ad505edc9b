import type { Clock, TimerHandle } from "../../clock/clock.js";
import type { Logger } from "../../log/logger.js";
import { checkTtl, type RecordCheck } from "./checked-records.js";
import type { DnsAnswer, DnsFailure, DnsNegative, DnsRecordType } from "./dns-resolver.js";

/** How long and how much a cache keeps; times in seconds unless the name says otherwise. */
export interface DnsCacheLimits {
  /** Names kept for each record type; the one not used for longest leaves first. */
  readonly maxEntries: number;
  /** Records kept of one answer. */
  readonly maxRecords: number;
  /** Questions under way at once for each record type. */
  readonly maxPending: number;
  /** A shorter TTL is raised to this. Zero obeys the records to the letter. */
  readonly minTtl: number;
  readonly maxTtl: number;
  /** For a negative answer whose SOA the resolver does not tell. */
  readonly negativeTtl: number;
  /** RFC 2308 §5 asks for a bound; absence of a server should not be believed for long. */
  readonly maxNegativeTtl: number;
  /** A failure is remembered so long, so that a dead name server is not asked for each message (RFC 2308 §7). */
  readonly failureTtl: number;
  /** Milliseconds after which a question counts as unanswered. */
  readonly lookupTimeout: number;
}

/** What a cache of one record type is made of. */
export interface AnswerCacheOptions<Found> {
  readonly clock: Clock;
  readonly log: Logger;
  readonly type: DnsRecordType;
  readonly limits: DnsCacheLimits;
  readonly ask: (name: string) => Promise<DnsAnswer<Found>>;
  readonly check: RecordCheck<Found>;
  /** Decides which records stay when there are too many. */
  readonly compare?: (one: Found, other: Found) => number;
}

interface Entry<Found> {
  readonly answer: DnsAnswer<Found>;
  /** Monotonic milliseconds. */
  readonly expires: number;
}

/** The answers for one record type: checked, kept for their time, asked for once at a time. RFC 1035 §7.4, RFC 2308. */
export class AnswerCache<Found extends { readonly ttl: number }> {
  readonly #options: AnswerCacheOptions<Found>;
  /** In order of last use, or of arrival while there is room. */
  readonly #entries = new Map<string, Entry<Found>>();
  readonly #pending = new Map<string, Promise<DnsAnswer<Found>>>();

  constructor(options: AnswerCacheOptions<Found>) {
    this.#options = options;
  }

  /** The answer held for a name, if its time is not over. */
  peek(name: string): DnsAnswer<Found> | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    const { clock, limits } = this.#options;
    if (entry.expires <= clock.monotonic()) {
      this.#entries.delete(name);
      return undefined;
    }
    // The order of use matters only when names may soon have to leave.
    if (this.#entries.size * 2 > limits.maxEntries) {
      this.#entries.delete(name);
      this.#entries.set(name, entry);
    }
    return entry.answer;
  }

  /** The answer for a name, held or asked for; never rejects. */
  lookup(name: string): Promise<DnsAnswer<Found>> {
    const held = this.peek(name);
    if (held) return Promise.resolve(held);
    const pending = this.#pending.get(name);
    if (pending) return pending;
    if (this.#pending.size >= this.#options.limits.maxPending) return Promise.resolve(failure("limit"));
    const started = this.#askInTime(name);
    this.#pending.set(name, started);
    return started;
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Settles with the answer or, when the resolver takes too long, without; a late answer is still kept. */
  #askInTime(name: string): Promise<DnsAnswer<Found>> {
    const { clock, limits } = this.#options;
    return new Promise((resolve) => {
      let timer: TimerHandle | undefined = clock.setTimeout(
        () => {
          timer = undefined;
          resolve(this.#settle(name, failure("timeout")));
        },
        limits.lookupTimeout,
        undefined,
      );
      void this.#ask(name).then((answer) => {
        if (timer === undefined) return this.#keepLate(name, answer);
        clock.clearTimeout(timer);
        resolve(this.#settle(name, answer));
      });
    });
  }

  async #ask(name: string): Promise<DnsAnswer<Found>> {
    try {
      return this.#checked(await this.#options.ask(name));
    } catch (cause) {
      return failure("servfail", cause);
    }
  }

  #settle(name: string, answer: DnsAnswer<Found>): DnsAnswer<Found> {
    const { log, type } = this.#options;
    this.#pending.delete(name);
    this.#keep(name, answer);
    if (answer.kind === "failure") log.warn({ type, name, answer }, "DNS lookup failed");
    else log.debug({ type, name, answer }, "DNS lookup");
    return answer;
  }

  #keepLate(name: string, answer: DnsAnswer<Found>): void {
    if (answer.kind !== "failure") this.#keep(name, answer);
  }

  #keep(name: string, answer: DnsAnswer<Found>): void {
    const seconds = this.#lifetime(answer);
    if (seconds <= 0) return;
    const { clock, limits } = this.#options;
    this.#entries.delete(name);
    this.#entries.set(name, { answer, expires: clock.monotonic() + seconds * 1000 });
    if (this.#entries.size <= limits.maxEntries) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      break;
    }
  }

  #lifetime(answer: DnsAnswer<Found>): number {
    const { limits } = this.#options;
    if (answer.kind === "failure") return limits.failureTtl;
    if (answer.kind === "negative") return Math.min(answer.ttl ?? limits.negativeTtl, limits.maxNegativeTtl);
    let shortest = limits.maxTtl;
    for (const { ttl } of answer.records) shortest = Math.min(shortest, ttl);
    return Math.max(shortest, limits.minTtl);
  }

  /** What of a foreign answer can be used. It may have any form: the resolver is not ours. */
  #checked(answer: DnsAnswer<Found>): DnsAnswer<Found> {
    if (answer.kind === "negative") {
      const ttl = answer.ttl === undefined ? undefined : checkTtl(answer.ttl);
      return { kind: "negative", reason: answer.reason === "nxdomain" ? "nxdomain" : "nodata", ttl };
    }
    if (answer.kind !== "records") return failure(answer.reason ?? "malformed", answer.cause);
    const { check, compare, limits } = this.#options;
    const records: Found[] = [];
    for (const record of answer.records) {
      const usable = check(record);
      if (usable) records.push(usable);
    }
    if (records.length === 0) return answer.records.length > 0 ? failure("malformed") : noData;
    if (compare) records.sort(compare);
    return { kind: "records", records: records.slice(0, limits.maxRecords) };
  }
}

const noData: DnsNegative = { kind: "negative", reason: "nodata" };

function failure(reason: DnsFailure["reason"], cause?: unknown): DnsFailure {
  return { kind: "failure", reason, cause };
}
