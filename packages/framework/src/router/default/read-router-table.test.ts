import { describe, expect, it } from "vitest";
import { RouterConfigurationError } from "../../errors/router-configuration-error.js";
import { readRouterTable } from "./read-router-table.js";

const usual = {
  name: "App",
  subscriber: "DAR:From",
  region: "ORIGINATING",
  route: "",
  modifier: "NO_ROUTE",
  state: "0",
};

const tuple = (overrides: Partial<typeof usual> = {}, extra: readonly string[] = []) => {
  const fields = [...Object.values({ ...usual, ...overrides }), ...extra];
  return `(${fields.map((text) => `"${text}"`).join(", ")})`;
};

function faultsOf(text: string): readonly string[] {
  try {
    readRouterTable(text, "routes.properties");
  } catch (error) {
    if (error instanceof RouterConfigurationError) return error.message.split("\n").slice(1);
    throw error;
  }
  return [];
}

describe("JSR 289 appendix C: the configuration of the default application router", () => {
  it("has a chain for each method", () => {
    const table = readRouterTable(
      [
        'INVITE: ("OriginatingCallWaiting", "DAR:From", "ORIGINATING", "", "NO_ROUTE", "0"), \\',
        '        ("CallForwarding", "DAR:To", "TERMINATING", "sip:192.0.2.9;lr", "ROUTE_BACK", "1")',
        'SUBSCRIBE=("Presence","sip:carol@example.com","NEUTRAL","","NO_ROUTE","0")',
        "MESSAGE:",
      ].join("\n"),
      "text",
    );
    expect([...table.keys()]).toEqual(["INVITE", "SUBSCRIBE", "MESSAGE"]);
    expect(table.get("INVITE")).toMatchObject([
      {
        applicationName: "OriginatingCallWaiting",
        subscriber: { kind: "header", name: "From" },
        region: { type: "ORIGINATING" },
        routes: [],
        routeModifier: "NO_ROUTE",
        position: 0,
      },
      {
        applicationName: "CallForwarding",
        region: { type: "TERMINATING" },
        routes: ["sip:192.0.2.9;lr"],
        routeModifier: "ROUTE_BACK",
        position: 1,
      },
    ]);
    expect(table.get("SUBSCRIBE")).toMatchObject([{ subscriber: { kind: "literal", text: "sip:carol@example.com" } }]);
    expect(table.get("MESSAGE")).toEqual([]);
  });

  it("is ordered by the positions", () => {
    const table = readRouterTable(
      `INVITE: ${tuple({ name: "B", state: "2" })}, ${tuple({ name: "A", state: "1" })}`,
      "text",
    );
    expect(table.get("INVITE")?.map(({ applicationName }) => applicationName)).toEqual(["A", "B"]);
  });

  it("takes regions, modifiers and DAR: in any case", () => {
    const table = readRouterTable(
      `INVITE: ${tuple({ subscriber: "dar:FROM", region: "terminating", modifier: "no_route" })}`,
      "text",
    );
    expect(table.get("INVITE")).toMatchObject([
      { subscriber: { kind: "header" }, region: { type: "TERMINATING" }, routeModifier: "NO_ROUTE" },
    ]);
  });

  it.each([
    [["DIRECTION=INBOUND"], "INBOUND", undefined],
    [["direction = outbound"], "OUTBOUND", undefined],
    [["REGEX=From:.*a"], undefined, "From:.*a"],
    [["DIRECTION=UAC_ROUTE_BACK REGEX=a b=c"], "UAC_ROUTE_BACK", "a b=c"],
    [["REGEX=a", "DIRECTION=INBOUND"], "INBOUND", "a"],
    [[""], undefined, undefined],
  ] as const)("reads the extensions %j", (extra, direction, expression) => {
    const [entry] = readRouterTable(`INVITE: ${tuple({}, extra)}`, "text").get("INVITE") ?? [];
    expect([entry?.direction, entry?.expression?.pattern()]).toEqual([direction, expression]);
  });

  it("takes an escaped quotation mark, once behind the escapes of properties", () => {
    const table = readRouterTable(`INVITE: ${tuple({}, [String.raw`REGEX=\\"A\\"\\d`])}`, "text");
    expect(table.get("INVITE")?.[0]?.expression?.pattern()).toBe(String.raw`"A"\d`);
  });

  it.each([
    ["no method", `INV ITE: ${tuple()}`, "1:5: a tuple is expected"],
    ["a key that is no token", `IN\\:VITE: ${tuple()}`, '1:1: "IN:VITE" is no method'],
    ["a method in small letters", `invite: ${tuple()}`, '1:1: "invite" is not in capitals. Write INVITE.'],
    ["two lines for a method", `BYE: ${tuple()}\nBYE: ${tuple()}`, "2:1: BYE has a line already"],
    ["no tuple", "INVITE: App", "1:9: a tuple is expected"],
    ["something behind a tuple", `INVITE: ${tuple()} x`, "1:65: a comma or the end of the line is expected"],
    ["no tuple behind a comma", `INVITE: ${tuple()},`, "1:65: a tuple is expected"],
    ["a tuple that is not closed", 'INVITE: ("a", "b"', "1:18: the tuple is not closed"],
    ["a string that is not closed", 'INVITE: ("a', "1:10: the string is not closed"],
    ["a string without quotation marks", "INVITE: (a)", "1:10: a quoted string is expected"],
    ["missing strings", 'INVITE: ("a", "b", "c")', "missing: route, route modifier, state info"],
    ["no name", `INVITE: ${tuple({ name: "" })}`, "1:10: the name is empty"],
    [
      "an unknown region",
      `INVITE: ${tuple({ region: "MIDDLE" })}`,
      '"MIDDLE" is none of ORIGINATING, TERMINATING, NEUTRAL',
    ],
    [
      "an unknown modifier",
      `INVITE: ${tuple({ modifier: "CLEAR" })}`,
      '"CLEAR" is none of ROUTE, ROUTE_BACK, NO_ROUTE',
    ],
    ["a header that is none", `INVITE: ${tuple({ subscriber: "DAR:" })}`, '"DAR:" names no header field'],
    [
      "a route that is none",
      `INVITE: ${tuple({ route: "tel:+1", modifier: "ROUTE" })}`,
      'the route "tel:+1" is no SIP URI',
    ],
    ["a modifier without route", `INVITE: ${tuple({ modifier: "ROUTE" })}`, "ROUTE needs a route"],
    ["a position that is none", `INVITE: ${tuple({ state: "x" })}`, 'the state info "x" is no position'],
    ["a position twice", `INVITE: ${tuple()}, ${tuple()}`, "position 0 is taken by another tuple of the line"],
    ["an unknown extension", `INVITE: ${tuple({}, ["WEIGHT=1"])}`, '"WEIGHT=1" is no extension'],
    ["an unknown direction", `INVITE: ${tuple({}, ["DIRECTION=UP"])}`, '"UP" is no direction'],
    ["an expression that is none", `INVITE: ${tuple({}, ["REGEX=("])}`, '"(" is no expression'],
    ["a back reference", `INVITE: ${tuple({}, [String.raw`REGEX=(a)\\1`])}`, "is no expression"],
  ])("refuses %s", (_, text, expected) => {
    const faults = faultsOf(text);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(expected);
    expect(faults[0]).toMatch(/^routes\.properties:\d+:\d+: /);
  });

  it("tells everything that is wrong, in the order of the text", () => {
    const faults = faultsOf(
      `INVITE: ${tuple({ name: "", region: "MIDDLE" })}, \\\n  ${tuple({ modifier: "CLEAR", state: "x" })}\nBYE: x`,
    );
    expect(faults.map((fault) => /:(\d+:\d+): /.exec(fault)?.[1])).toEqual(["1:10", "1:26", "2:42", "2:51", "3:6"]);
  });
});
