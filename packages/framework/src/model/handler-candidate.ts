import type { HandlerMethod, MessageTest } from "./handler-method.js";

/**
 * One way a message can reach a handler: a handler with three status ranges is three candidates. JSR 359.
 *
 * A lower number of a rank comes first: a named method before any method, then a status code before a range before every
 * status, then the narrower range, then a test before none.
 */
export interface Candidate {
  readonly handler: HandlerMethod;
  /** First and last status; 0 for requests. */
  readonly begin: number;
  readonly end: number;
  /** One must pass; undefined: nothing to pass. */
  readonly tests: readonly MessageTest[] | undefined;
  readonly rank: readonly [method: number, status: number, width: number, test: number];
  /** Whether another handler of the same rank may take the same message. */
  readonly hasRival: boolean;
}

/** Two handlers of one rank without tests, and a message both take. */
export interface RivalPair {
  readonly first: HandlerMethod;
  readonly second: HandlerMethod;
  /** A status both take; 0 for requests. */
  readonly status: number;
}

const EVERY_STATUS = Number.MAX_SAFE_INTEGER;

/**
 * The candidates for messages of a method and a class of statuses, the most specific first.
 *
 * @param method undefined: the methods no handler names
 * @param statusClass 1–6; 0 for requests
 */
export function rankCandidates(
  handlers: readonly HandlerMethod[],
  method: string | undefined,
  statusClass: number,
): readonly Candidate[] {
  const candidates = handlers
    .flatMap((handler) => candidatesOf(handler, method))
    .filter(({ begin, end }) => begin <= statusClass * 100 + 99 && end >= statusClass * 100)
    .toSorted((a, b) => compareRank(a, b));
  return candidates.map((candidate) => ({
    ...candidate,
    hasRival: candidates.some((other) => rivals(candidate, other)),
  }));
}

/** The pairs among candidates of which nothing can tell who is meant. */
export function findRivals(candidates: readonly Candidate[]): readonly RivalPair[] {
  const plain = candidates.filter(({ tests }) => tests === undefined);
  return plain.flatMap((first, index) =>
    plain
      .slice(index + 1)
      .filter((second) => rivals(first, second))
      .map((second) => ({
        first: first.handler,
        second: second.handler,
        status: Math.max(first.begin, second.begin),
      })),
  );
}

function candidatesOf(handler: HandlerMethod, method: string | undefined): readonly Candidate[] {
  const isNamed = method !== undefined && handler.methods.includes(method);
  if (!isNamed && !handler.anyMethod) return [];
  const tests = handler.tests.length === 0 ? undefined : handler.tests;
  const ways = handler.statuses.length === 0 ? [everyStatus(handler)] : handler.statuses.map(someStatuses);
  return ways.map(({ begin, end, rank }) => ({
    handler,
    begin,
    end,
    tests,
    rank: [isNamed ? 0 : 1, ...rank, tests === undefined ? 1 : 0],
    hasRival: false,
  }));
}

interface Way {
  readonly begin: number;
  readonly end: number;
  readonly rank: readonly [status: number, width: number];
}

function everyStatus(handler: HandlerMethod): Way {
  return { begin: 0, end: handler.kind === "request" ? 0 : EVERY_STATUS, rank: [2, 0] };
}

function someStatuses({ begin, end, isCode }: HandlerMethod["statuses"][number]): Way {
  return { begin, end, rank: isCode ? [0, 0] : [1, end - begin] };
}

function compareRank(a: Candidate, b: Candidate): number {
  const index = a.rank.findIndex((value, position) => value !== b.rank[position]);
  return index === -1 ? 0 : (a.rank[index] ?? 0) - (b.rank[index] ?? 0);
}

function rivals(a: Candidate, b: Candidate): boolean {
  return a.handler !== b.handler && compareRank(a, b) === 0 && a.begin <= b.end && b.begin <= a.end;
}
