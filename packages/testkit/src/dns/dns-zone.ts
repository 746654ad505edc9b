import { parseZone } from "./parse-zone.js";
import type { SoaZoneRecord, ZoneRecord } from "./zone-record.js";

/** What a name server makes of a question. */
export interface ZoneAnswer {
  readonly rcode: "NOERROR" | "NXDOMAIN" | "SERVFAIL";
  readonly answers: readonly ZoneRecord[];
  /** The SOA record of the zone, in negative answers (RFC 2308 §2). */
  readonly authority: readonly SoaZoneRecord[];
}

const longestAliasChain = 8;

/** All records that a test name server knows, of any number of zones. It may change while the server runs. */
export class DnsZone {
  readonly #records: ZoneRecord[] = [];

  /** `text` is read as by `add`. */
  constructor(text = "") {
    this.add(text);
  }

  /** Adds records, written as lines of a zone file (see `parseZone`) or as objects. */
  add(records: string | readonly ZoneRecord[]): this {
    this.#records.push(...(typeof records === "string" ? parseZone(records) : records));
    return this;
  }

  /** Removes the records of a name, or those of one type. */
  remove(name: string, type?: ZoneRecord["type"]): this {
    const kept = this.#records.filter((record) => record.name !== name || (type !== undefined && record.type !== type));
    this.#records.splice(0, Infinity, ...kept);
    return this;
  }

  /** Answers as a recursive server does: aliases are followed, and stand in the answer. */
  answer(name: string, type: string): ZoneAnswer {
    const answers: ZoneRecord[] = [];
    let owner = name.toLowerCase();
    for (let links = 0; links <= longestAliasChain; links++) {
      const found = this.#find(owner, type);
      if (found.length > 0) return { rcode: "NOERROR", answers: [...answers, ...found], authority: [] };
      const [alias] = this.#find(owner, "CNAME");
      if (alias?.type !== "CNAME") return this.#absence(owner, answers);
      answers.push(alias);
      owner = alias.value;
    }
    return { rcode: "SERVFAIL", answers: [], authority: [] };
  }

  #find(name: string, type: string): readonly ZoneRecord[] {
    return this.#records.filter((record) => record.name === name && record.type === type);
  }

  #absence(name: string, answers: readonly ZoneRecord[]): ZoneAnswer {
    const exists = this.#records.some((record) => record.name === name || record.name.endsWith(`.${name}`));
    return { rcode: exists ? "NOERROR" : "NXDOMAIN", answers, authority: this.#authority(name) };
  }

  /** The nearest zone that the name belongs to. */
  #authority(name: string): readonly SoaZoneRecord[] {
    let nearest: SoaZoneRecord | undefined;
    for (const record of this.#records) {
      if (record.type !== "SOA" || !(name === record.name || name.endsWith(`.${record.name}`))) continue;
      if (nearest === undefined || record.name.length > nearest.name.length) nearest = record;
    }
    return nearest ? [nearest] : [];
  }
}
