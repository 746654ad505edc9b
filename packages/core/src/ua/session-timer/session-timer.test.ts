import { inviteText, ManualClock, requestText, responseText } from "@siplet/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { answerTo, readRequest } from "../../../test/ua/ua-bench.js";
import { parseMessage } from "../../message/parse-message.js";
import { RequestBuilder } from "../../message/request-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import { answerSessionTimer } from "./answer-session-timer.js";
import { completeProxySuccess, proxySessionTimer, writeProxySessionTimer } from "./proxy-session-timer.js";
import { SessionTimer, type SessionTimerParts, type SessionTimerSettings } from "./session-timer.js";
import { ResponseBuilder } from "../../message/response-builder.js";

type Headers = Record<string, string>;

const invite = (headers: Headers = {}): SipRequest => readRequest(inviteText({ headers }));
const timer = (headers: Headers = {}): SipRequest => invite({ Supported: "timer", ...headers });

function response(status: number, headers: Headers = {}): SipResponse {
  const message = parseMessage(Buffer.from(responseText(inviteText(), status, { headers })));
  if (message.kind !== "response") throw new TypeError("no response");
  return message;
}

function draft(): RequestBuilder {
  return RequestBuilder.from(readRequest(requestText({ method: "UPDATE" })));
}

const text = (headers: RequestBuilder | ResponseBuilder, name: string): string | undefined => headers.getText(name);

let clock: ManualClock;
let told: string[];
let started: number;

beforeEach(() => {
  clock = new ManualClock();
  told = [];
  started = clock.now();
});

function create(settings: SessionTimerSettings = {}, more: Partial<SessionTimerParts> = {}): SessionTimer {
  const tell = (what: string) => (): void => void told.push(`${what} ${(clock.now() - started) / 1000}`);
  return new SessionTimer({
    clock,
    settings,
    user: { onRefreshDue: tell("refresh"), onSessionExpired: tell("bye") },
    ...more,
  });
}

function prepared(session: SessionTimer): RequestBuilder {
  const request = draft();
  session.prepareRequest(request);
  return request;
}

describe("RFC 4028 §7 the one who asks", () => {
  it("always says that it knows timers, and asks for an interval when it wants one", () => {
    expect([text(prepared(create()), "Supported"), text(prepared(create()), "Session-Expires")]).toEqual([
      "timer",
      undefined,
    ]);
    const request = draft().addText("Supported", "100rel, Timer");
    create({ interval: 1800 }).prepareRequest(request);
    expect([text(request, "Supported"), text(request, "Session-Expires")]).toEqual(["100rel, Timer", "1800"]);
  });

  it.each([
    ["local", "1800;refresher=uac"],
    ["remote", "1800;refresher=uas"],
  ] as const)("names who shall refresh: %s", (refresher, expected) => {
    expect(text(prepared(create({ interval: 1800, refresher })), "Session-Expires")).toBe(expected);
  });

  it("never asks for less than 90 s or its own minimum, which it names", () => {
    expect(text(prepared(create({ interval: 30 })), "Session-Expires")).toBe("90");
    const request = prepared(create({ interval: 100, minimum: 300 }));
    expect([text(request, "Session-Expires"), text(request, "Min-SE")]).toEqual(["300", "300"]);
    expect(text(prepared(create({ interval: 100 })), "Min-SE")).toBeUndefined();
  });

  it("refreshes at half the interval when it is the refresher", () => {
    create({ interval: 1800 }).receiveResponse(response(200, { "Session-Expires": "1800;refresher=uac" }));
    clock.advance(899_999);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told).toEqual(["refresh 900"]);
    clock.advance(2_000_000);
    expect(told).toEqual(["refresh 900", "bye 1768"]);
  });

  it.each([
    [1800, 1768],
    [90, 60],
    [96, 64],
    [300, 268],
  ])("waits for the refresh of the peer: of %i s, BYE after %i s", (seconds, bye) => {
    create().receiveResponse(response(200, { x: `${seconds};refresher=uas` }));
    clock.advance(4_000_000);
    expect(told).toEqual([`bye ${bye}`]);
  });

  it("has no timer after a 2xx that names none, also when one was running", () => {
    const session = create({ interval: 1800 });
    session.receiveResponse(response(200, { "Session-Expires": "1800;refresher=uac" }));
    session.receiveResponse(response(200));
    clock.advance(4_000_000);
    expect([told, session.running]).toEqual([[], undefined]);
  });

  it.each([180, 486, 500])("is not moved by a %i", (status) => {
    const session = create();
    session.receiveResponse(response(200, { "Session-Expires": "300;refresher=uas" }));
    clock.advance(200_000);
    session.receiveResponse(response(status, { "Session-Expires": "300;refresher=uas" }));
    clock.advance(100_000);
    expect(told).toEqual(["bye 268"]);
  });

  it("raises its interval on 422 and keeps the largest Min-SE it has seen (§7.3)", () => {
    const session = create({ interval: 1800 });
    expect(session.receiveResponse(response(422, { "Min-SE": "3600" }))).toBe(true);
    const request = prepared(session);
    expect([text(request, "Session-Expires"), text(request, "Min-SE")]).toEqual(["3600", "3600"]);
    expect(session.receiveResponse(response(422, { "Min-SE": "4000" }))).toBe(true);
    expect(text(prepared(session), "Min-SE")).toBe("4000");
  });

  it("does not go round in circles on 422", () => {
    const session = create({ interval: 1800 });
    expect(session.receiveResponse(response(422))).toBe(false);
    const rounds = Array.from({ length: 10 }, (_, index) =>
      session.receiveResponse(response(422, { "Min-SE": String(2000 + index) })),
    );
    expect(rounds.filter(Boolean)).toHaveLength(4);
  });

  it("takes itself for the refresher when the 2xx does not say", () => {
    const session = create({ interval: 1800 });
    session.receiveResponse(response(200, { "Session-Expires": "1800" }));
    expect(session.running?.isRefresher).toBe(true);
  });
});

describe("RFC 4028 §9 table 2, the one who answers", () => {
  const wish = { interval: 1800, minimum: 90, refresher: "uac" } as const;

  it.each([
    ["the caller knows no timer", invite(), "uas", false],
    ["the caller knows timers and names nobody", timer({ "Session-Expires": "1800" }), "uac", true],
    ["the caller names itself", timer({ "Session-Expires": "1800;refresher=uac" }), "uac", true],
    ["the caller names us", timer({ "Session-Expires": "1800;refresher=uas" }), "uas", true],
    ["a proxy asks and the caller knows no timer", invite({ "Session-Expires": "1800;refresher=uac" }), "uas", false],
  ] as const)("where %s", (_what, request, refresher, requiresTimer) => {
    expect(answerSessionTimer(request, wish)).toEqual({ kind: "use", seconds: 1800, refresher, requiresTimer });
  });

  it("may choose itself where the caller names nobody", () => {
    const answer = answerSessionTimer(timer({ "Session-Expires": "1800" }), { ...wish, refresher: "uas" });
    expect(answer).toMatchObject({ refresher: "uas", requiresTimer: true });
  });

  it.each([
    ["lowers", { "Session-Expires": "3600" }, 1800],
    ["never raises", { "Session-Expires": "600" }, 600],
    ["stays above Min-SE", { "Session-Expires": "3600", "Min-SE": "2400" }, 2400],
    ["puts in its own", {}, 1800],
    ["puts in no less than Min-SE", { "Min-SE": "2000" }, 2000],
  ])("%s", (_what, headers, seconds) => {
    expect(answerSessionTimer(timer(headers), wish)).toMatchObject({ kind: "use", seconds });
  });

  it("refuses an interval below its minimum or 90 s by 422, to a caller that knows timers alone", () => {
    const strict = { ...wish, minimum: 600 };
    expect(answerSessionTimer(timer({ "Session-Expires": "599" }), strict)).toEqual({
      kind: "too-small",
      minimum: 600,
    });
    expect(answerSessionTimer(timer({ "Session-Expires": "89" }), wish)).toEqual({ kind: "too-small", minimum: 90 });
    expect(answerSessionTimer(invite({ "Session-Expires": "599" }), strict)).toMatchObject({
      kind: "use",
      seconds: 599,
    });
  });

  it("wants none of its own accord without an interval, and takes that of the peer", () => {
    const none = { minimum: 90, refresher: "uac" } as const;
    expect(answerSessionTimer(timer(), none)).toEqual({ kind: "none" });
    expect(answerSessionTimer(timer({ "Session-Expires": "5000" }), none)).toMatchObject({ seconds: 5000 });
  });

  it("passes over a Session-Expires that cannot be read", () => {
    expect(answerSessionTimer(timer({ "Session-Expires": "soon" }), wish)).toMatchObject({ seconds: 1800 });
  });

  it("writes its answer and starts with the 2xx", () => {
    const session = create({ interval: 1800 });
    const request = timer({ "Session-Expires": "1800;refresher=uas" });
    const success = answerTo(request, 200);
    session.answer(request, success);
    expect([text(success, "Session-Expires"), text(success, "Require")]).toEqual(["1800;refresher=uas", "timer"]);
    clock.advance(900_000);
    expect(told).toEqual(["refresh 900"]);
  });

  it("turns the timer off with a 2xx to a refresh that names none", () => {
    const session = create();
    session.answer(timer({ "Session-Expires": "300" }), answerTo(timer(), 200));
    const success = answerTo(timer(), 200);
    session.answer(timer(), success);
    expect([session.running, success.has("Session-Expires")]).toEqual([undefined, false]);
  });
});

describe("RFC 4028 §7.4 roles in each transaction", () => {
  it("keep naming the same party when the callee refreshes", () => {
    const caller = create({ interval: 1800 });
    const callee = create({ interval: 1800 });
    const first = timer({ "Session-Expires": "1800;refresher=uas" });
    callee.answer(first, answerTo(first, 200));
    caller.receiveResponse(response(200, { "Session-Expires": "1800;refresher=uas" }));
    const refresh = prepared(callee);
    expect(text(refresh, "Session-Expires")).toBe("1800;refresher=uac");
    const success = answerTo(refresh.build(), 200);
    caller.answer(refresh.build(), success);
    expect(text(success, "Session-Expires")).toBe("1800;refresher=uac");
    callee.receiveResponse(response(200, { "Session-Expires": "1800;refresher=uac" }));
    expect([caller.running?.isRefresher, callee.running?.isRefresher]).toEqual([false, true]);
  });

  it("keep naming the same party when the other one happens to send a request", () => {
    const session = create({ interval: 1800 });
    session.receiveResponse(response(200, { "Session-Expires": "1800;refresher=uac" }));
    const request = timer({ "Session-Expires": "1800" });
    const success = answerTo(request, 200);
    session.answer(request, success);
    expect(text(success, "Session-Expires")).toBe("1800;refresher=uas");
    expect(session.running?.isRefresher).toBe(true);
  });
});

describe("a session timer that goes on", () => {
  it("tries again at half of what is left after a refresh that failed", () => {
    const session = create({ interval: 1800 });
    session.receiveResponse(response(200, { "Session-Expires": "1800;refresher=uac" }));
    clock.advance(900_000);
    session.postponeRefresh();
    clock.advance(450_000);
    expect(told).toEqual(["refresh 900", "refresh 1350"]);
  });

  it("is taken up from plain data, later", () => {
    const session = create({ interval: 1800 });
    session.receiveResponse(response(200, { "Session-Expires": "1800;refresher=uac" }));
    const snapshot = JSON.parse(JSON.stringify(session.snapshot()));
    session.stop();
    clock.advance(800_000);
    create({}, { snapshot });
    clock.advance(2_000_000);
    expect(told).toEqual(["refresh 900", "bye 1768"]);
  });

  it("ends at once when it is taken up too late", () => {
    const running = { seconds: 90, isRefresher: false, startedAt: clock.now() - 500_000 };
    create({}, { snapshot: { version: 1, settings: {}, minimum: 90, running } });
    clock.advance(0);
    expect(told).toEqual(["bye 0"]);
  });

  it("keeps quiet about an interval of weeks", () => {
    create().receiveResponse(response(200, { "Session-Expires": "4294967295;refresher=uac" }));
    clock.advance(10_000_000);
    expect(told).toEqual([]);
  });
});

describe("RFC 4028 §8 proxies", () => {
  it.each([
    ["puts an interval in", timer(), { seconds: 1800, minimum: 90 }],
    ["lowers one", timer({ "Session-Expires": "3600" }), { seconds: 1800, minimum: 90 }],
    ["never raises one", timer({ "Session-Expires": "600" }), { seconds: 600, minimum: 90 }],
    ["stays above Min-SE", timer({ "Session-Expires": "3600", "Min-SE": "2000" }), { seconds: 2000, minimum: 2000 }],
    ["raises it for a caller without timers", invite({ "Session-Expires": "100" }), { seconds: 300, minimum: 300 }],
  ])("%s", (_what, request, expected) => {
    expect(proxySessionTimer(request, { interval: 1800, minimum: 300 })).toEqual({ kind: "forward", ...expected });
  });

  it("refuses an interval that is too short, to a caller that knows timers", () => {
    const verdict = proxySessionTimer(timer({ "Session-Expires": "100" }), { interval: 1800, minimum: 300 });
    expect(verdict).toEqual({ kind: "too-small", minimum: 300 });
  });

  it("writes its values and leaves the refresher and an untouched Min-SE alone", () => {
    const request = timer({ "Session-Expires": "3600;refresher=uas", "Min-SE": "120" });
    const forwarded = RequestBuilder.from(request);
    writeProxySessionTimer(forwarded, request, { kind: "forward", seconds: 1800, minimum: 120 });
    expect([text(forwarded, "Session-Expires"), text(forwarded, "Min-SE")]).toEqual(["1800;refresher=uas", "120"]);
  });

  it("completes a 2xx of a callee without timers for a caller with, and changes no other", () => {
    const sent = timer({ "Session-Expires": "1800" });
    const complete = (from: SipResponse, request = sent): ResponseBuilder => {
      const forwarded = ResponseBuilder.from(from);
      completeProxySuccess(forwarded, from, request);
      return forwarded;
    };
    const success = complete(response(200));
    expect([text(success, "Session-Expires"), text(success, "Require")]).toEqual(["1800;refresher=uac", "timer"]);
    expect(text(complete(response(200, { "Session-Expires": "90;refresher=uas" })), "Session-Expires")).toBe(
      "90;refresher=uas",
    );
    expect(complete(response(486)).has("Session-Expires")).toBe(false);
    expect(complete(response(200), invite({ "Session-Expires": "1800" })).has("Session-Expires")).toBe(false);
  });
});
