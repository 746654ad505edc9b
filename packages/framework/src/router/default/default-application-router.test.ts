import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { routedRequest, routingState } from "../../../test/routed-request.js";
import { NEUTRAL_REGION, ORIGINATING_REGION, TERMINATING_REGION } from "../../api/application-routing.js";
import { DefaultApplicationRouter } from "./default-application-router.js";

const chain = [
  'INVITE: ("A", "DAR:From", "ORIGINATING", "", "NO_ROUTE", "0"), \\',
  '        ("B", "DAR:To", "TERMINATING", "sip:192.0.2.9;lr", "ROUTE_BACK", "1"), \\',
  '        ("C", "sip:carol@example.com", "NEUTRAL", "", "NO_ROUTE", "2")',
].join("\n");

const routerOf = (text: string, options?: { skipUndeployed?: boolean }) =>
  new DefaultApplicationRouter({ text }, options);
const single = (...extra: readonly string[]) =>
  `INVITE: (${["A", "", "NEUTRAL", "", "NO_ROUTE", "0", ...extra].map((text) => `"${text}"`).join(",")})`;

/** Names of the applications a request passes. */
function passedBy(
  router: DefaultApplicationRouter,
  request = routedRequest(),
  directive: "CONTINUE" | "REVERSE" = "CONTINUE",
): readonly (string | undefined)[] {
  const names: (string | undefined)[] = [];
  let info = router.getNextApplication(request, routingState());
  while (info.nextApplicationName !== undefined) {
    names.push(info.nextApplicationName);
    info = router.getNextApplication(request, routingState({ directive, stateInfo: info.stateInfo }));
  }
  return names;
}

describe("JSR 289 appendix C: the default application router", () => {
  it("begins with the first tuple and goes on behind the one of the state", () => {
    const router = routerOf(chain);
    const request = routedRequest({ from: "<sip:alice@example.org>;tag=1", to: "<sip:bob@example.com>" });
    const first = router.getNextApplication(request, routingState());
    expect(first).toEqual({
      nextApplicationName: "A",
      routingRegion: ORIGINATING_REGION,
      subscriberUri: "sip:alice@example.org",
      routes: [],
      routeModifier: "NO_ROUTE",
      stateInfo: 0,
    });
    expect(first.routingRegion).toBe(ORIGINATING_REGION);
    const second = router.getNextApplication(request, routingState({ directive: "CONTINUE", stateInfo: 0 }));
    expect(second).toEqual({
      nextApplicationName: "B",
      routingRegion: TERMINATING_REGION,
      subscriberUri: "sip:bob@example.com",
      routes: ["sip:192.0.2.9;lr"],
      routeModifier: "ROUTE_BACK",
      stateInfo: 1,
    });
    const third = router.getNextApplication(request, routingState({ directive: "CONTINUE", stateInfo: 1 }));
    expect(third).toMatchObject({ nextApplicationName: "C", subscriberUri: "sip:carol@example.com", stateInfo: 2 });
  });

  it("has no application once the list is exhausted", () => {
    const info = routerOf(chain).getNextApplication(
      routedRequest(),
      routingState({ directive: "CONTINUE", stateInfo: 2 }),
    );
    expect(info).toEqual({});
  });

  it("has no application for a method without a line", () => {
    expect(passedBy(routerOf(chain), routedRequest({ method: "OPTIONS" }))).toEqual([]);
  });

  it("treats REVERSE as CONTINUE [K]", () => {
    expect(passedBy(routerOf(chain), routedRequest(), "REVERSE")).toEqual(["A", "B", "C"]);
  });

  it("finds the header of the subscriber in any case and in its compact form", () => {
    const router = routerOf('INVITE: ("A", "dar:F", "NEUTRAL", "", "NO_ROUTE", "0")');
    const request = routedRequest({ headers: { From: undefined, f: "Alice <sip:alice@example.org>;tag=1" } });
    expect(router.getNextApplication(request, routingState()).subscriberUri).toBe("sip:alice@example.org");
  });

  it("has no subscriber where the header is missing or names nobody", () => {
    const router = routerOf('INVITE: ("A", "DAR:P-Asserted-Identity", "NEUTRAL", "", "NO_ROUTE", "0")');
    const without = router.getNextApplication(routedRequest(), routingState());
    const unreadable = routedRequest({ headers: { "P-Asserted-Identity": "<<<" } });
    expect(without).not.toHaveProperty("subscriberUri");
    expect(router.getNextApplication(unreadable, routingState())).not.toHaveProperty("subscriberUri");
  });

  it("refuses the state of another router", () => {
    expect(() => routerOf(chain).getNextApplication(routedRequest(), routingState({ stateInfo: { hops: 1 } }))).toThrow(
      expect.objectContaining({ code: "argument.invalid" }),
    );
  });

  describe("asked with a targeted request", () => {
    const targeted = (applicationName: string) =>
      routingState({ targetedRequestInfo: { type: "ENCODED_URI", applicationName } });

    it("names the targeted application first and goes on behind it [K]", () => {
      const router = routerOf(chain);
      const info = router.getNextApplication(routedRequest(), targeted("B"));
      expect(info).toMatchObject({ nextApplicationName: "B", routingRegion: TERMINATING_REGION, stateInfo: 1 });
      const next = router.getNextApplication(
        routedRequest(),
        routingState({ directive: "CONTINUE", stateInfo: info.stateInfo }),
      );
      expect(next.nextApplicationName).toBe("C");
    });

    it("goes on with the whole list behind an application that is not in it [K]", () => {
      const router = routerOf(chain);
      const info = router.getNextApplication(routedRequest(), targeted("X"));
      expect(info).toMatchObject({
        nextApplicationName: "X",
        routingRegion: NEUTRAL_REGION,
        routeModifier: "NO_ROUTE",
      });
      const next = router.getNextApplication(
        routedRequest(),
        routingState({ directive: "CONTINUE", stateInfo: info.stateInfo }),
      );
      expect(next.nextApplicationName).toBe("A");
    });
  });
});

describe("extensions of the default application router", () => {
  it("takes the line ALL for methods without one", () => {
    const router = routerOf(`ALL: ("Z", "", "NEUTRAL", "", "NO_ROUTE", "0")\nBYE:\n${chain}`);
    expect(passedBy(router, routedRequest({ method: "OPTIONS" }))).toEqual(["Z"]);
    expect(passedBy(router, routedRequest({ method: "BYE" }))).toEqual([]);
    expect(passedBy(router)).toEqual(["A", "B", "C"]);
  });

  it.each([
    ["INBOUND", ["A"], []],
    ["OUTBOUND", [], ["A"]],
    ["UAC_ROUTE_BACK", [], []],
  ])("tells by DIRECTION=%s where the request was made", (direction, fromNetwork, fromHere) => {
    const router = routerOf(single(`DIRECTION=${direction}`));
    expect(passedBy(router)).toEqual(fromNetwork);
    expect(passedBy(router, routedRequest({}, { isMadeHere: true }))).toEqual(fromHere);
  });

  it("remembers where the chain began while applications make requests of their own", () => {
    const router = routerOf(
      'INVITE: ("A","","NEUTRAL","","NO_ROUTE","0"), ("B","","NEUTRAL","","NO_ROUTE","1","DIRECTION=INBOUND")',
    );
    const { stateInfo } = router.getNextApplication(routedRequest(), routingState());
    const made = routedRequest({}, { isMadeHere: true });
    const next = router.getNextApplication(made, routingState({ directive: "CONTINUE", stateInfo }));
    expect(next.nextApplicationName).toBe("B");
  });

  it("knows a request that was made here, left, and came back", () => {
    const router = routerOf(
      [
        'INVITE: ("A","","NEUTRAL","sip:192.0.2.9;lr","ROUTE_BACK","0","DIRECTION=OUTBOUND"), \\',
        '("B","","NEUTRAL","","NO_ROUTE","1","DIRECTION=UAC_ROUTE_BACK"), \\',
        '("C","","NEUTRAL","","NO_ROUTE","2","DIRECTION=INBOUND"), ("D","","NEUTRAL","","NO_ROUTE","3","DIRECTION=OUTBOUND")',
      ].join("\n"),
    );
    const made = router.getNextApplication(routedRequest({}, { isMadeHere: true }), routingState());
    const back = router.getNextApplication(routedRequest(), routingState({ stateInfo: made.stateInfo }));
    const after = router.getNextApplication(
      routedRequest(),
      routingState({ directive: "CONTINUE", stateInfo: back.stateInfo }),
    );
    expect([made, back, after].map((info) => info.nextApplicationName)).toEqual(["A", "B", "D"]);
  });

  it.each([
    ["From:.*alice@example\\\\.org", ["A"]],
    ["^INVITE sip:bob", ["A"]],
    ["^Subject: Lunch$", ["A"]],
    ["(?i)m=AUDIO", ["A"]],
    ["From:.*carol", []],
  ])("applies a tuple whose REGEX=%s is found in the request", (expression, expected) => {
    const request = routedRequest({ headers: { Subject: "Lunch" }, body: "v=0\r\nm=audio 1 RTP/AVP 0\r\n" });
    expect(passedBy(routerOf(single(`REGEX=${expression}`)), request)).toEqual(expected);
  });

  it("takes no more time for an expression and a text made to need it", () => {
    const router = routerOf(single("REGEX=(q+)+(j+)*zz"));
    const request = routedRequest({ headers: { Subject: "q".repeat(4000) } });
    const began = process.cpuUsage().user;
    expect(passedBy(router, request)).toEqual([]);
    expect(process.cpuUsage().user - began).toBeLessThan(5_000_000);
  });

  it("names an undeployed application, or passes it over when told to", () => {
    const strict = routerOf(chain);
    const lenient = routerOf(chain, { skipUndeployed: true });
    for (const router of [strict, lenient]) router.applicationDeployed(["A", "C"]);
    expect(passedBy(strict)).toEqual(["A", "B", "C"]);
    expect(passedBy(lenient)).toEqual(["A", "C"]);
    lenient.applicationUndeployed(["A"]);
    lenient.applicationDeployed(["B"]);
    expect(passedBy(lenient)).toEqual(["B", "C"]);
  });
});

describe("where the default application router reads its configuration", () => {
  const folder = mkdtempSync(join(tmpdir(), "default-router-"));
  const path = join(folder, "routes.properties");
  const line = (name: string) => `INVITE: ("${name}","","NEUTRAL","","NO_ROUTE","0")`;
  afterEach(() => rmSync(path, { force: true }));

  it.each([
    ["a path", path],
    ["a file URI", pathToFileURL(path).href],
    ["a URL", pathToFileURL(path)],
  ])("is %s", (_, file) => {
    writeFileSync(path, line("A"));
    expect(passedBy(new DefaultApplicationRouter({ file }))).toEqual(["A"]);
  });

  it("is what the JSR's property names, where nothing else was given", () => {
    writeFileSync(path, line("A"));
    const properties = { "javax.servlet.sip.ar.dar.configuration": pathToFileURL(path).href };
    const router = new DefaultApplicationRouter();
    expect(passedBy(router)).toEqual([]);
    router.init(properties);
    expect(passedBy(router)).toEqual(["A"]);
    const given = routerOf(line("B"));
    given.init(properties);
    expect(passedBy(given)).toEqual(["B"]);
  });

  it("is read again when applications come and go", () => {
    writeFileSync(path, line("A"));
    const router = new DefaultApplicationRouter({ file: path });
    router.applicationDeployed(["A"]);
    writeFileSync(path, line("B"));
    expect(passedBy(router)).toEqual(["A"]);
    router.applicationDeployed(["B"]);
    expect(passedBy(router)).toEqual(["B"]);
    writeFileSync(path, line("C"));
    router.applicationUndeployed(["B"]);
    expect(passedBy(router)).toEqual(["C"]);
  });

  it("keeps the configuration in force when the new one is wrong", () => {
    writeFileSync(path, line("A"));
    const router = new DefaultApplicationRouter({ file: path });
    writeFileSync(path, "INVITE: A");
    expect(() => router.applicationDeployed(["A"])).toThrow(expect.objectContaining({ code: "router.configuration" }));
    expect(passedBy(router)).toEqual(["A"]);
  });

  it("tells of a file that is not there and of a URI that is no file's", () => {
    expect(() => new DefaultApplicationRouter({ file: join(folder, "none") })).toThrow(/none: the file cannot be read/);
    expect(() => new DefaultApplicationRouter({ file: "http://example.com/x" })).toThrow(/x: this is no file/);
  });
});
