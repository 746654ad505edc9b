import { beforeEach, describe, expect, it } from "vitest";
import { TraceRecorder } from "./trace-recorder.js";
import { byeText, inviteText, okText, passed, ringingText } from "../../test/messages.js";

describe("TraceRecorder", () => {
  let recorder: TraceRecorder;
  beforeEach(() => {
    recorder = new TraceRecorder();
  });

  const onlyCall = () => {
    const [call] = recorder.calls;
    if (call === undefined) throw new RangeError("no call was recorded");
    return call;
  };
  const handlersOf = (id: string) =>
    recorder.find(id)?.events.flatMap((event) => (event.kind === "message" ? [event.handler] : []));

  it("names a call by its first request", () => {
    recorder.onMessage(passed("in", inviteText("a")));
    expect(onlyCall()).toMatchObject({
      id: "a",
      method: "INVITE",
      from: "sip:alice@example.com",
      to: "sip:bob@example.com",
      state: "calling",
      messages: 1,
    });
  });

  it.each([
    [[ringingText("a")], "ringing", 180],
    [[ringingText("a"), okText("a")], "answered", 200],
    [[okText("a", "486 Busy Here")], "failed", 486],
    [[okText("a", "487 Request Terminated")], "cancelled", 487],
    [[okText("a"), byeText("a"), okText("a", "200 OK", "2 BYE")], "ended", 200],
  ])("knows where a call stands", (texts, state, status) => {
    recorder.onMessage(passed("in", inviteText("a")));
    for (const text of texts) recorder.onMessage(passed("out", text));
    expect(onlyCall()).toMatchObject({ state, status });
  });

  it("marks what passed before", () => {
    for (let copy = 0; copy < 2; copy++) recorder.onMessage(passed("in", inviteText("a")));
    const events = recorder.find("a")?.events ?? [];
    expect(events.map((event) => event.kind === "message" && event.isRepeat)).toEqual([false, true]);
  });

  it("names the handler that took a message, and the one that sent it", () => {
    recorder.onMessage(passed("in", inviteText("a")));
    recorder.joinSession("a", "session");
    const end = recorder.startHandler(
      {
        application: "desk",
        applicationSessionId: "session",
        label: "Calls.onInvite",
        message: { callId: "a", method: "INVITE", status: undefined },
      },
      1000,
    );
    recorder.onMessage(passed("out", okText("a", "100 Trying")));
    recorder.onMessage(passed("out", okText("a")));
    end(2.5);
    recorder.onMessage(passed("out", byeText("a")));
    expect(handlersOf("a")).toEqual(["Calls.onInvite", undefined, "Calls.onInvite", undefined]);
    expect(onlyCall().applications).toEqual(["desk"]);
  });

  it("keeps what escaped a handler", () => {
    recorder.joinSession("a", "session");
    const started = {
      application: "desk",
      applicationSessionId: "session",
      label: "Calls.onInvite",
      message: undefined,
    };
    recorder.startHandler(started, 1000)(1, new Error("no more paper"));
    expect(onlyCall().hasErrors).toBe(true);
    expect(recorder.find("a")?.events).toMatchObject([{ kind: "handler", duration: 1, error: "no more paper" }]);
  });

  it("makes one call of the dialogs of one application session", () => {
    recorder.onMessage(passed("in", inviteText("a"), { time: 1 }));
    recorder.joinSession("a", "session");
    recorder.onMessage(passed("out", inviteText("b"), { time: 2 }));
    recorder.joinSession("b", "session");
    recorder.onMessage(passed("in", okText("b"), { time: 3 }));
    expect(recorder.calls).toHaveLength(1);
    expect([...(recorder.find("b")?.callIds ?? [])]).toEqual(["a", "b"]);
    expect(onlyCall().messages).toBe(3);
    expect(recorder.find("session")).toBe(recorder.find("a"));
  });

  it("forgets the oldest calls when there are too many", () => {
    recorder = new TraceRecorder({ calls: 2 });
    for (const id of ["a", "b", "c"]) {
      recorder.joinSession(id, `session ${id}`);
      recorder.onMessage(passed("in", inviteText(id)));
    }
    expect(recorder.calls.map(({ id }) => id)).toEqual(["c", "b"]);
    expect(recorder.find("session a")).toBeUndefined();
  });

  it("keeps no more octets than it may", () => {
    recorder = new TraceRecorder({ octets: 1000 });
    for (const id of ["a", "b", "c", "d", "e"]) recorder.onMessage(passed("in", inviteText(id)));
    expect(recorder.calls.length).toBeLessThan(5);
    expect(recorder.calls[0]?.id).toBe("e");
  });

  it("counts the events of a call that it does not keep", () => {
    recorder = new TraceRecorder({ events: 2 });
    for (const time of [1, 2, 3]) recorder.onMessage(passed("in", inviteText("a"), { time }));
    expect(recorder.find("a")?.events).toHaveLength(2);
    expect(recorder.find("a")?.dropped).toBe(1);
  });

  it("passes over what is no message, and what belongs to no call", () => {
    recorder.onMessage(passed("in", "\r\n\r\n"));
    recorder.note("unknown", { kind: "timer", application: "desk", timerId: "1", what: "set", delay: 5, time: 1 });
    expect(recorder.calls).toEqual([]);
  });

  it("tells watchers of what changes", () => {
    const seen: string[] = [];
    const end = recorder.watch(({ id }) => void seen.push(id));
    recorder.onMessage(passed("in", inviteText("a")));
    end();
    recorder.onMessage(passed("in", inviteText("b")));
    expect(seen).toEqual(["a"]);
  });
});
