import type { SipServletRequest, SipServletResponse } from "../api/object-model.js";
import { ServletError } from "../errors/servlet-error.js";
import type { HandlerMessage } from "../metadata/handler-record.js";
import { findRivals, rankCandidates, type Candidate, type RivalPair } from "./handler-candidate.js";
import { handlerLabel, type HandlerMethod } from "./handler-method.js";

/** Two handlers of equal rank whose tests passed for one message; the one that stands first in the source was taken. */
export interface HandlerTie {
  readonly taken: HandlerMethod;
  readonly other: HandlerMethod;
}

/** Two handlers of which nothing can tell who is meant, and a message both take. */
export interface HandlerAmbiguity extends RivalPair {
  /** Undefined: a method no handler names. */
  readonly method: string | undefined;
}

/** The candidates by method; one list for each class of statuses, one in all for requests. */
interface CandidateIndex {
  readonly byMethod: ReadonlyMap<string, readonly (readonly Candidate[])[]>;
  readonly other: readonly (readonly Candidate[])[];
}

const responseClasses = [1, 2, 3, 4, 5, 6];
const nothing: readonly Candidate[] = Object.freeze([]);

/**
 * Finds the one handler of a servlet for a message: method and class of the status lead to the candidates at once, the
 * most specific first; tests run last and only where everything else matches. JSR 359, method selection.
 */
export class HandlerTable {
  /** In the order of the source. */
  readonly handlers: readonly HandlerMethod[];
  readonly #requests: CandidateIndex;
  readonly #responses: CandidateIndex;
  readonly #branchResponses: CandidateIndex;
  readonly #onTie: (tie: HandlerTie) => void;
  readonly #told = new Set<Candidate>();

  /** @param onTie told once for each handler that wins over another only by its place in the source */
  constructor(handlers: readonly HandlerMethod[], onTie: (tie: HandlerTie) => void = () => undefined) {
    this.handlers = Object.freeze([...handlers]);
    this.#requests = indexOf(handlers, "request", [0]);
    this.#responses = indexOf(handlers, "response", responseClasses);
    this.#branchResponses = indexOf(handlers, "branch", responseClasses);
    this.#onTie = onTie;
  }

  /** The handler of a request; undefined when none takes it. */
  forRequest(request: SipServletRequest): HandlerMethod | undefined {
    const lists = this.#requests.byMethod.get(request.method) ?? this.#requests.other;
    return this.#choose(lists[0] ?? nothing, 0, request);
  }

  /** The handler of a response; undefined when none takes it. */
  forResponse(response: SipServletResponse): HandlerMethod | undefined {
    const { status } = response;
    const index = response.isBranchResponse ? this.#branchResponses : this.#responses;
    const lists = index.byMethod.get(response.method) ?? index.other;
    return this.#choose(lists[Math.trunc(status / 100) - 1] ?? nothing, status, response);
  }

  /** The pairs that make a deployment fail, each once. */
  findAmbiguities(): readonly HandlerAmbiguity[] {
    const found: HandlerAmbiguity[] = [];
    for (const index of [this.#requests, this.#responses, this.#branchResponses]) {
      for (const [method, lists] of [...index.byMethod, [undefined, index.other] as const]) {
        for (const rivals of lists.flatMap(findRivals)) {
          if (!found.some(({ first, second }) => first === rivals.first && second === rivals.second)) {
            found.push({ ...rivals, method });
          }
        }
      }
    }
    return found;
  }

  #choose(candidates: readonly Candidate[], status: number, message: HandlerMessage): HandlerMethod | undefined {
    // By index: this runs for every message, and an iterator is garbage.
    for (let index = 0; index < candidates.length; index++) {
      const candidate = candidates[index];
      if (candidate === undefined || status < candidate.begin || status > candidate.end) continue;
      if (candidate.tests === undefined) return candidate.handler;
      if (!passes(candidate, message)) continue;
      if (candidate.hasRival) this.#noticeTie(candidate, candidates, status, message);
      return candidate.handler;
    }
    return undefined;
  }

  #noticeTie(taken: Candidate, candidates: readonly Candidate[], status: number, message: HandlerMessage): void {
    if (this.#told.has(taken)) return;
    const other = candidates.find(
      (each) =>
        each.handler !== taken.handler &&
        each.rank.every((value, position) => value === taken.rank[position]) &&
        each.begin <= status &&
        each.end >= status &&
        passes(each, message),
    );
    if (other === undefined) return;
    this.#told.add(taken);
    this.#onTie({ taken: taken.handler, other: other.handler });
  }
}

function passes({ handler, tests }: Candidate, message: HandlerMessage): boolean {
  if (tests === undefined) return true;
  try {
    return tests.some((test) => test(message));
  } catch (cause) {
    const detail = `a predicate of ${handlerLabel(handler)} threw; it tells true or false of every message`;
    throw new ServletError("servlet.failed", { detail, cause });
  }
}

function indexOf(
  handlers: readonly HandlerMethod[],
  kind: "request" | "response" | "branch",
  classes: readonly number[],
): CandidateIndex {
  const own = handlers.filter((handler) => (handler.isBranch ? "branch" : handler.kind) === kind);
  const lists = (method: string | undefined) => classes.map((each) => rankCandidates(own, method, each));
  const methods = new Set(own.flatMap((handler) => handler.methods));
  return { byMethod: new Map([...methods].map((method) => [method, lists(method)])), other: lists(undefined) };
}
