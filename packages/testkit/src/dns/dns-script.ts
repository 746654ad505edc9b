/** What a name server does with a question. */
export type DnsBehaviour =
  /** Answers from the zone, after a delay in milliseconds if there is one. */
  | { readonly kind: "answer"; readonly delay?: number }
  /** Refuses with an error; REFUSED is what a lame server says. */
  | {
      readonly kind: "error";
      readonly rcode: "FORMERR" | "SERVFAIL" | "NXDOMAIN" | "NOTIMP" | "REFUSED";
      readonly delay?: number;
    }
  /** Never answers. */
  | { readonly kind: "silence" }
  /** Over UDP says only that the answer does not fit; over TCP answers. */
  | { readonly kind: "truncate" }
  /** Sends bytes that are no DNS message. */
  | { readonly kind: "garbage" };

/** Which questions a behaviour is for; what is not said fits all. */
export interface DnsSelector {
  readonly name?: string;
  readonly type?: string;
  /** How many questions it holds for; default all. */
  readonly times?: number;
}

interface Rule {
  readonly name: string | undefined;
  readonly type: string | undefined;
  readonly behaviour: DnsBehaviour;
  left: number;
}

/** How a name server misbehaves, question by question. */
export class DnsScript {
  readonly #rules: Rule[] = [];

  /** The behaviour for the questions selected; the one said last wins. */
  on({ name, type, times = Infinity }: DnsSelector, behaviour: DnsBehaviour): this {
    this.#rules.unshift({ name: name?.toLowerCase(), type, behaviour, left: times });
    return this;
  }

  /** Back to good behaviour. */
  clear(): this {
    this.#rules.length = 0;
    return this;
  }

  /** What is to be done now with a question; counts it. */
  take(name: string, type: string): DnsBehaviour {
    const owner = name.toLowerCase();
    const rule = this.#rules.find(
      (candidate) => candidate.left > 0 && (candidate.name ?? owner) === owner && (candidate.type ?? type) === type,
    );
    if (rule === undefined) return { kind: "answer" };
    rule.left--;
    return rule.behaviour;
  }
}
