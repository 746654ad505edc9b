import { describe, expect, it } from "vitest";
import { byeText, inviteText, okText, passed } from "../../test/messages.js";
import { ladderMermaid } from "../export/ladder-mermaid.js";
import { ladderText } from "../export/ladder-text.js";
import { TraceRecorder } from "../trace/trace-recorder.js";
import { buildLadder, type Ladder } from "./build-ladder.js";

/** A call through a back-to-back user agent, one message again, and what happened inside. */
function bridgedCall(): Ladder {
  const recorder = new TraceRecorder();
  recorder.onMessage(passed("in", inviteText("a"), { time: 0 }));
  recorder.joinSession("a", "session");
  const message = { callId: "a", method: "INVITE", status: undefined };
  const started = { application: "desk", applicationSessionId: "session", label: "Calls.onInvite", message };
  const end = recorder.startHandler(started, 1);
  recorder.joinSession("b", "session");
  recorder.onMessage(passed("out", inviteText("b"), { time: 2, peer: "2001:db8::5" }));
  end(1, new Error("out of paper; line #2"));
  recorder.onMessage(passed("out", inviteText("b"), { time: 502, peer: "2001:db8::5" }));
  const [application, sessionId, callId] = ["desk", "s1", "b"];
  recorder.note("session", { kind: "state", application, sessionId, callId, state: "CONFIRMED", time: 503 });
  recorder.note("session", { kind: "timer", application, timerId: "t", what: "set", delay: 1500, time: 504 });
  recorder.onMessage(passed("in", okText("b"), { time: 505, peer: "2001:db8::5" }));
  recorder.onMessage(passed("in", byeText("a"), { time: 61_505 }));
  const call = recorder.find("a");
  if (call === undefined) throw new RangeError("no call was recorded");
  return buildLadder(call);
}

describe("buildLadder", () => {
  it("puts the caller to the left of the container and the called to its right", () => {
    expect(bridgedCall().columns.map(({ label, kind }) => [label, kind])).toEqual([
      ["192.0.2.1:5060", "peer"],
      ["Siplet", "container"],
      ["[2001:db8::5]:5060", "peer"],
    ]);
  });

  it("draws messages as arrows and the rest as notes", () => {
    const rows = bridgedCall().rows.map((row) => (row.kind === "arrow" ? `${row.label} ${row.tone}` : row.text));
    expect(rows).toEqual([
      "INVITE (SDP) request",
      "Calls.onInvite failed: out of paper; line #2",
      "INVITE (SDP) request",
      "INVITE (SDP) request",
      "desk: session 2 CONFIRMED",
      "desk: timer set (1.5 s)",
      "200 OK success",
      "BYE request",
    ]);
  });

  it("tells the leg, the handler and what came again", () => {
    const arrows = bridgedCall().rows.filter((row) => row.kind === "arrow");
    expect(arrows.map(({ leg, handler, isRepeat }) => [leg, handler, isRepeat])).toEqual([
      [0, "Calls.onInvite", false],
      [1, "Calls.onInvite", false],
      [1, undefined, true],
      [1, undefined, false],
      [0, undefined, false],
    ]);
  });

  it("draws nothing of a call without events", () => {
    expect(buildLadder({ events: [], callIds: new Set() })).toMatchObject({ rows: [] });
  });
});

describe("ladderText", () => {
  const lines = ladderText(bridgedCall()).split("\n");

  it("has a line a row, under the names", () => {
    expect(lines[0]).toMatch(/^ +192\.0\.2\.1:5060 +Siplet +\[2001:db8::5\]:5060$/);
    expect(lines).toHaveLength(10);
  });

  it("shows ways, times and handlers", () => {
    expect(lines[1]).toMatch(/^00:00\.000 +\|-+ INVITE \(SDP\) -+>\| +\| +Calls\.onInvite$/);
    expect(lines[4]).toMatch(/^00:00\.502 +\| +\|\.+ INVITE \(SDP\) \.+>\|$/);
    expect(lines[7]).toMatch(/^00:00\.505 +\| +\|<-+ 200 OK -+\|$/);
    expect(lines[8]).toMatch(/^01:01\.505 /);
  });
});

describe("ladderMermaid", () => {
  it("is a sequence diagram whose texts break nothing", () => {
    const text = ladderMermaid(bridgedCall());
    expect(text).toContain("sequenceDiagram\n  participant P0 as 192.0.2.1:5060\n  participant P1 as Siplet\n");
    expect(text).toContain("  P0->>P1: INVITE (SDP) · Calls.onInvite\n");
    expect(text).toContain("  Note over P1: Calls.onInvite failed: out of paper#59; line #35;2\n");
    expect(text).toContain("  P1-->>P2: INVITE (SDP) · again\n");
    expect(text).toContain("  P2-->>P1: 200 OK\n");
  });
});
