import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { SipServletRequest, SipServletResponse } from "../api/object-model.js";
import type { HandlerMethod, MessageTest, StatusRange } from "./handler-method.js";
import { HandlerTable, type HandlerTie } from "./handler-table.js";

/** A handler as the scanner makes it; what is not given selects nothing. */
function handler(name: string, selectors: Partial<HandlerMethod> = {}): HandlerMethod {
  const { methods = [] } = selectors;
  return {
    kind: "request",
    className: "Servlet",
    name,
    methods,
    anyMethod: methods.length === 0,
    statuses: [],
    isBranch: false,
    tests: [],
    invoke: () => undefined,
    ...selectors,
  };
}

const onResponse = (name: string, selectors: Partial<HandlerMethod> = {}) =>
  handler(name, { kind: "response", ...selectors });
const code = (status: number): StatusRange => ({ begin: status, end: status, isCode: true });
const range = (begin: number, end: number): StatusRange => ({ begin, end, isCode: false });
const yes: MessageTest = () => true;
const no: MessageTest = () => false;

const request = (method: string) => ({ method }) as SipServletRequest;
const response = (status: number, method = "INVITE", isBranchResponse = false) =>
  ({ status, method, isBranchResponse }) as SipServletResponse;

const chosenRequest = (table: HandlerTable, method: string) => table.forRequest(request(method))?.name;
const chosenResponse = (table: HandlerTable, status: number, method?: string, isBranch?: boolean) =>
  table.forResponse(response(status, method, isBranch))?.name;

describe("JSR 359 §4.4 matching of requests", () => {
  describe("by method", () => {
    const table = new HandlerTable([
      handler("invite", { methods: ["INVITE"] }),
      handler("twoMethods", { methods: ["BYE", "INFO"] }),
    ]);
    it.each([
      ["INVITE", "invite"],
      ["BYE", "twoMethods"],
      ["INFO", "twoMethods"],
      ["MESSAGE", undefined],
      ["invite", undefined],
      ["", undefined],
      ["constructor", undefined],
    ])("gives %s to %s", (method, name) => {
      expect(chosenRequest(table, method)).toBe(name);
    });
  });

  it("gives nothing to handlers of responses", () => {
    const table = new HandlerTable([onResponse("response", { methods: ["INVITE"] }), onResponse("all")]);
    expect(chosenRequest(table, "INVITE")).toBeUndefined();
  });

  it("asks the tests only of handlers whose method matches, and takes one that passes for all", () => {
    const ask = vi.fn<MessageTest>(() => true);
    const table = new HandlerTable([handler("test", { methods: ["INVITE"], tests: [no, ask] })]);
    expect(chosenRequest(table, "BYE")).toBeUndefined();
    expect(ask).not.toHaveBeenCalled();
    expect(chosenRequest(table, "INVITE")).toBe("test");
    expect(ask).toHaveBeenCalledTimes(1);
  });
});

describe("JSR 359 §4.5 which handler of a request wins", () => {
  it("a named method beats any method, even one with a test", () => {
    const table = new HandlerTable([
      handler("any", {}),
      handler("anyTested", { tests: [yes] }),
      handler("named", { methods: ["INVITE"] }),
    ]);
    expect(chosenRequest(table, "INVITE")).toBe("named");
    expect(chosenRequest(table, "BYE")).toBe("anyTested");
  });

  it("a test that passes beats none; one that fails leaves the rest to the other", () => {
    let isInitial = true;
    const table = new HandlerTable([
      handler("reinvite", { methods: ["INVITE"] }),
      handler("initial", { methods: ["INVITE"], tests: [() => isInitial] }),
    ]);
    expect(chosenRequest(table, "INVITE")).toBe("initial");
    isInitial = false;
    expect(chosenRequest(table, "INVITE")).toBe("reinvite");
  });

  it("falls through failed tests to any method", () => {
    const table = new HandlerTable([
      handler("tested", { methods: ["INVITE"], tests: [no] }),
      handler("anyTested", { tests: [no] }),
      handler("any"),
    ]);
    expect(chosenRequest(table, "INVITE")).toBe("any");
  });

  it("@AnyMethod together with a named method counts as named for that method only", () => {
    const table = new HandlerTable([
      handler("both", { methods: ["INVITE"], anyMethod: true }),
      handler("anyTested", { tests: [yes] }),
    ]);
    expect(chosenRequest(table, "INVITE")).toBe("both");
    expect(chosenRequest(table, "BYE")).toBe("anyTested");
  });
});

describe("JSR 359 §4.4 matching of responses", () => {
  it("joins method and status by and, codes and ranges by or", () => {
    const table = new HandlerTable([
      onResponse("mixed", { methods: ["INVITE"], statuses: [code(486), range(180, 189), code(600)] }),
    ]);
    const statuses = [180, 189, 190, 200, 485, 486, 487, 600, 699];
    expect(statuses.map((status) => chosenResponse(table, status))).toEqual([
      "mixed",
      "mixed",
      undefined,
      undefined,
      undefined,
      "mixed",
      undefined,
      "mixed",
      undefined,
    ]);
    expect(chosenResponse(table, 486, "BYE")).toBeUndefined();
  });

  it("serves both ends of a range over several classes", () => {
    const table = new HandlerTable([onResponse("error", { statuses: [range(400, 699)] })]);
    expect([399, 400, 500, 699].map((status) => chosenResponse(table, status))).toEqual([
      undefined,
      "error",
      "error",
      "error",
    ]);
  });

  it("takes no status that is none", () => {
    const table = new HandlerTable([onResponse("all"), onResponse("range", { statuses: [range(100, 699)] })]);
    const statuses = [0, -1, 99, 700, 1e9, Number.NaN];
    expect(statuses.map((status) => chosenResponse(table, status))).toEqual(statuses.map(() => undefined));
  });

  it("gives branch responses to branch handlers, and nothing else to them", () => {
    const table = new HandlerTable([
      onResponse("plain", { methods: ["INVITE"] }),
      onResponse("branch", { isBranch: true }),
      onResponse("branchBusy", { isBranch: true, methods: ["INVITE"], statuses: [code(486)] }),
    ]);
    expect(chosenResponse(table, 486, "INVITE", true)).toBe("branchBusy");
    expect(chosenResponse(table, 404, "INVITE", true)).toBe("branch");
    expect(chosenResponse(table, 486)).toBe("plain");
    expect(chosenResponse(new HandlerTable([onResponse("plain")]), 486, "INVITE", true)).toBeUndefined();
  });
});

describe("JSR 359 §4.5 which handler of a response wins", () => {
  it("a named method beats any status", () => {
    const table = new HandlerTable([
      onResponse("success", { statuses: [range(200, 299)] }),
      onResponse("busy", { statuses: [code(486)] }),
      onResponse("invite", { methods: ["INVITE"] }),
    ]);
    expect(chosenResponse(table, 200)).toBe("invite");
    expect(chosenResponse(table, 486)).toBe("invite");
    expect(chosenResponse(table, 486, "BYE")).toBe("busy");
  });

  it("@Invite @SuccessResponse beats @Invite for a 200 to INVITE", () => {
    const table = new HandlerTable([
      onResponse("invite", { methods: ["INVITE"] }),
      onResponse("answered", { methods: ["INVITE"], statuses: [range(200, 299)] }),
    ]);
    expect(chosenResponse(table, 200)).toBe("answered");
    expect(chosenResponse(table, 404)).toBe("invite");
  });

  it("a code beats a range, a narrower range a wider one, a range every status", () => {
    const table = new HandlerTable([
      onResponse("all"),
      onResponse("wide", { statuses: [range(400, 699)] }),
      onResponse("narrow", { statuses: [range(480, 489)] }),
      onResponse("busy", { statuses: [code(486)] }),
    ]);
    expect([486, 480, 404, 200].map((status) => chosenResponse(table, status))).toEqual([
      "busy",
      "narrow",
      "wide",
      "all",
    ]);
  });

  it("a range of one status is still a range", () => {
    const table = new HandlerTable([
      onResponse("range", { statuses: [range(486, 486)], tests: [yes] }),
      onResponse("code", { statuses: [code(486)] }),
    ]);
    expect(chosenResponse(table, 486)).toBe("code");
  });

  it("counts the best of several conditions of one handler", () => {
    const table = new HandlerTable([
      onResponse("narrow", { statuses: [range(480, 489)] }),
      onResponse("both", { statuses: [range(400, 699), code(486)] }),
    ]);
    expect(chosenResponse(table, 486)).toBe("both");
    expect(chosenResponse(table, 487)).toBe("narrow");
    expect(chosenResponse(table, 404)).toBe("both");
  });

  it("a test comes last: it does not beat a narrower range", () => {
    const table = new HandlerTable([
      onResponse("tested", { statuses: [range(400, 499)], tests: [yes] }),
      onResponse("narrow", { statuses: [range(480, 489)] }),
      onResponse("plain", { statuses: [range(400, 499)] }),
    ]);
    expect(chosenResponse(table, 486)).toBe("narrow");
    expect(chosenResponse(table, 404)).toBe("tested");
  });
});

describe("JSR 359 §4.5 ties", () => {
  it("takes the first in the source when several tests pass, and tells once", () => {
    const ties: HandlerTie[] = [];
    const first = handler("first", { methods: ["INVITE"], tests: [yes] });
    const second = handler("second", { methods: ["INVITE"], tests: [yes] });
    const table = new HandlerTable([first, second], (tie) => ties.push(tie));
    expect(table.forRequest(request("INVITE"))).toBe(first);
    expect(table.forRequest(request("INVITE"))).toBe(first);
    expect(ties).toEqual([{ taken: first, other: second }]);
    expect(table.findAmbiguities()).toEqual([]);
  });

  it("tells nothing when only one test passes", () => {
    const onTie = vi.fn<(tie: HandlerTie) => void>();
    const table = new HandlerTable(
      [
        handler("first", { methods: ["INVITE"], tests: [no] }),
        handler("second", { methods: ["INVITE"], tests: [yes] }),
        handler("third", { tests: [yes] }),
      ],
      onTie,
    );
    expect(chosenRequest(table, "INVITE")).toBe("second");
    expect(onTie).not.toHaveBeenCalled();
  });

  it("asks the tests of others only where they could take the same status", () => {
    const ask = vi.fn<MessageTest>(() => true);
    const onTie = vi.fn<(tie: HandlerTie) => void>();
    const table = new HandlerTable(
      [
        onResponse("low", { statuses: [range(400, 409)], tests: [yes] }),
        onResponse("high", { statuses: [range(405, 414)], tests: [ask] }),
      ],
      onTie,
    );
    expect(chosenResponse(table, 401)).toBe("low");
    expect(ask).not.toHaveBeenCalled();
    expect(chosenResponse(table, 406)).toBe("low");
    expect(onTie).toHaveBeenCalledTimes(1);
  });
});

describe("JSR 359 §4.5 ambiguities found at deployment", () => {
  const pairs = (handlers: readonly HandlerMethod[]) =>
    new HandlerTable(handlers)
      .findAmbiguities()
      .map(({ first, second, method, status }) => [first.name, second.name, method, status]);

  it.each<[string, readonly HandlerMethod[], readonly unknown[]]>([
    [
      "two handlers of a method",
      [handler("a", { methods: ["INVITE"] }), handler("b", { methods: ["BYE", "INVITE"] })],
      [["a", "b", "INVITE", 0]],
    ],
    ["two handlers of any method", [handler("a"), handler("b")], [["a", "b", undefined, 0]]],
    [
      "overlapping ranges of one width",
      [onResponse("a", { statuses: [range(180, 189)] }), onResponse("b", { statuses: [range(185, 194)] })],
      [["a", "b", undefined, 185]],
    ],
    [
      "one code",
      [onResponse("a", { statuses: [code(486)] }), onResponse("b", { statuses: [code(404), code(486)] })],
      [["a", "b", undefined, 486]],
    ],
    [
      "branch handlers",
      [onResponse("a", { isBranch: true }), onResponse("b", { isBranch: true })],
      [["a", "b", undefined, 0]],
    ],
    [
      "three of a kind, each pair once",
      [handler("a"), handler("b"), handler("c")],
      [
        ["a", "b", undefined, 0],
        ["a", "c", undefined, 0],
        ["b", "c", undefined, 0],
      ],
    ],
  ])("%s", (_name, handlers, expected) => {
    expect(pairs(handlers)).toEqual(expected);
  });

  it.each<[string, readonly HandlerMethod[]]>([
    ["different methods", [handler("a", { methods: ["INVITE"] }), handler("b", { methods: ["BYE"] })]],
    ["a named and any method", [handler("a", { methods: ["INVITE"] }), handler("b")]],
    ["a request and a response", [handler("a", { methods: ["INVITE"] }), onResponse("b", { methods: ["INVITE"] })]],
    ["one with a test", [handler("a"), handler("b", { tests: [yes] })]],
    ["two with tests", [handler("a", { tests: [yes] }), handler("b", { tests: [yes] })]],
    [
      "ranges of different width",
      [onResponse("a", { statuses: [range(180, 189)] }), onResponse("b", { statuses: [range(180, 199)] })],
    ],
    [
      "ranges side by side",
      [onResponse("a", { statuses: [range(180, 189)] }), onResponse("b", { statuses: [range(190, 199)] })],
    ],
    ["a response and a branch response", [onResponse("a"), onResponse("b", { isBranch: true })]],
    [
      "a handler that overlaps itself",
      [onResponse("a", { statuses: [range(180, 189), range(185, 194), code(486), code(486)] })],
    ],
  ])("none between %s", (_name, handlers) => {
    expect(pairs(handlers)).toEqual([]);
  });
});

describe("JSR 359 §4.4 and §4.5 against the rules taken literally", () => {
  /** The best way a handler matches, as the rules rank it: the smaller, the more specific. Undefined: not at all. */
  function literalRank(each: HandlerMethod, status: number, method: string): readonly number[] | undefined {
    const isNamed = each.methods.includes(method);
    if (!isNamed && !each.anyMethod) return undefined;
    const widths = each.statuses
      .filter(({ begin, end }) => begin <= status && status <= end)
      .map(({ begin, end, isCode }) => (isCode ? [0, 0] : [1, end - begin]));
    const [best] = each.statuses.length === 0 ? [[2, 0]] : widths.toSorted((a, b) => compare(a, b));
    if (best === undefined) return undefined;
    if (each.tests.length > 0 && !each.tests.some((test) => test(response(status, method)))) return undefined;
    return [isNamed ? 0 : 1, ...best, each.tests.length > 0 ? 0 : 1];
  }

  function compare(a: readonly number[], b: readonly number[]): number {
    return a.map((value, index) => value - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
  }

  const statusRange = fc
    .tuple(fc.integer({ min: 100, max: 699 }), fc.integer({ min: 0, max: 250 }), fc.boolean())
    .map(([begin, width, isCode]) => (isCode ? code(begin) : range(begin, Math.min(699, begin + width))));
  const anyHandler = fc
    .record({
      methods: fc.subarray(["INVITE", "BYE", "INFO"]),
      isOpen: fc.boolean(),
      statuses: fc.array(statusRange, { maxLength: 3 }),
      tests: fc.array(fc.constantFrom(yes, no), { maxLength: 2 }),
    })
    .map(({ isOpen, ...selectors }) =>
      onResponse("generated", { ...selectors, anyMethod: isOpen || selectors.methods.length === 0 }),
    );

  it("finds the same handler", () => {
    const method = fc.constantFrom("INVITE", "BYE", "INFO", "MESSAGE");
    fc.assert(
      fc.property(
        fc.array(anyHandler, { maxLength: 6 }),
        fc.integer({ min: 100, max: 699 }),
        method,
        (handlers, status, name) => {
          const ranked = handlers
            .map((each) => ({ each, rank: literalRank(each, status, name) }))
            .filter((entry): entry is { each: HandlerMethod; rank: readonly number[] } => entry.rank !== undefined)
            .toSorted((a, b) => compare(a.rank, b.rank));
          expect(new HandlerTable(handlers).forResponse(response(status, name))).toBe(ranked[0]?.each);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
