import { describe, expect, it } from "vitest";
import { bareAnswers } from "../servers/floor/bare-answer.js";
import { cutMessages } from "../wire/cut-messages.js";
import { StreamCalls } from "./stream-calls.js";

describe("calls of our own generator", () => {
  it("goes through a whole call with a server that answers", () => {
    const calls = new StreamCalls();
    const sent: string[] = [];
    const methods: string[] = [];
    calls.begin(1, "TLS", (text) => sent.push(text));
    for (let text = sent.shift(); text !== undefined; text = sent.shift()) {
      methods.push(text.slice(0, text.indexOf(" ")));
      for (const answer of bareAnswers(text, "<sip:127.0.0.1>")) calls.receive(answer);
    }
    expect(methods).toEqual(["INVITE", "ACK", "BYE"]);
    expect(calls.open).toBe(0);
    expect(calls.result()).toMatchObject({ successful: 1, failed: 0, latencies: [expect.any(Number)] });
  });

  it("counts refused and unanswered calls as failed", () => {
    const calls = new StreamCalls();
    const sent: string[] = [];
    calls.begin(1, "TLS", (text) => sent.push(text));
    calls.begin(2, "TLS", () => {});
    const [, , refusal = ""] = bareAnswers(sent[0] ?? "", "<sip:127.0.0.1>");
    calls.receive(refusal.replace("200 OK", "486 Busy Here"));
    expect(calls.result()).toMatchObject({ successful: 0, failed: 2 });
  });
});

describe("the floor", () => {
  const request = (method: string, more = ""): string =>
    `${method} sip:a SIP/2.0\r\nVia: v\r\nFrom: f\r\nTo: <sip:t>\r\nCall-ID: c\r\nCSeq: 1 ${method}\r\n${more}\r\n`;

  it.each([
    ["INVITE", ["100", "180", "200"]],
    ["ACK", []],
    ["BYE", ["200"]],
    ["REGISTER", ["401"]],
  ])("answers %s", (method, statuses) => {
    expect(bareAnswers(request(method), "<sip:me>").map((answer) => answer.slice(8, 11))).toEqual(statuses);
  });

  it("takes any credentials", () => {
    const [answer = ""] = bareAnswers(request("REGISTER", "Authorization: Digest\r\n"), "<sip:me>");
    expect(answer).toContain("SIP/2.0 200 OK\r\nVia: v\r\nFrom: f\r\nTo: <sip:t>;tag=floor\r\nCall-ID: c\r\n");
  });

  it("cuts a stream at Content-Length and keeps the rest", () => {
    const whole = "A\r\nContent-Length: 3\r\n\r\nabc";
    const { messages, rest } = cutMessages(`${whole}${whole.replace("Content-Length", "l")}B\r\nl: 5\r\n\r\nab`);
    expect(messages).toHaveLength(2);
    expect(rest).toBe("B\r\nl: 5\r\n\r\nab");
  });
});
