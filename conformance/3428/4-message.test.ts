import type { IncomingMessage } from "@siplet/testkit";
import type { IncomingText } from "@siplet/core";
import { beforeEach, describe, expect, it } from "vitest";
import { AgentLab, receiveScripted, sdp, type LabAgent } from "../agent-lab.js";

let lab: AgentLab;
let alice: LabAgent;
let bob: ReturnType<AgentLab["scripted"]>;
let texts: IncomingText[];
let requests: IncomingMessage[];

beforeEach(async () => {
  lab = new AgentLab();
  alice = await lab.agent("alice");
  bob = lab.scripted("bob", alice);
  texts = [];
  requests = [];
  bob.on("MESSAGE", (request) => void (request.copy === 1 && requests.push(request)));
});

function send(body: string, contentType = "text/plain", headers: Record<string, string> = {}): void {
  bob.sendRequest({ method: "MESSAGE", uri: alice.uri, body, contentType, headers });
  lab.pass();
}

describe("RFC 3428 §4 a user agent sends a text", () => {
  it("without Contact, and makes no dialog", async () => {
    const sent = alice.ua.message(bob.uri, "Grüße", "text/plain;charset=utf-8");
    lab.pass();
    const message = bob.last("MESSAGE");
    expect([message.body, message.header("Content-Type"), message.header("Contact")]).toEqual([
      "Grüße",
      "text/plain;charset=utf-8",
      undefined,
    ]);
    requests[0]?.reply(202);
    lab.pass();
    await expect(sent).resolves.toMatchObject({ statusCode: 202 });
  });

  it("one after the other to the same place (§8)", async () => {
    const all = ["one", "two", "three"].map((text) => alice.ua.message(bob.uri, text));
    const other = lab.scripted("other");
    void alice.ua.message(other.uri, "meanwhile");
    await lab.settle(300);
    expect([requests.map(({ message }) => message.body), other.messages("MESSAGE").length > 0]).toEqual([
      ["one"],
      true,
    ]);
    requests[0]?.reply(200);
    await lab.settle();
    expect(requests).toHaveLength(2);
    requests[1]?.reply(480);
    await lab.settle();
    requests[2]?.reply(200);
    await lab.settle();
    const ends = await Promise.allSettled(all);
    expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  it("and hears that nobody answered", async () => {
    const sent = alice.ua.message(bob.uri, "hello");
    lab.pass(32_000);
    await expect(sent).rejects.toMatchObject({ code: "ua.rejected", statusCode: 408 });
  });
});

describe("RFC 3428 §7 a user agent receives a text", () => {
  beforeEach(() => void alice.ua.on("message", (text) => texts.push(text)));

  it("takes it, and answers without body or Contact", () => {
    send("hello");
    const answer = bob.last("200 MESSAGE");
    expect([texts[0]?.text, texts[0]?.contentType, answer.body, answer.header("Contact")]).toEqual([
      "hello",
      "text/plain",
      "",
      undefined,
    ]);
    expect(texts[0]?.from).toContain("sip:alice@example.org");
  });

  it("refuses what it cannot read: 415", () => {
    send("x", "application/octet-stream");
    expect([bob.last("415 MESSAGE").header("Accept"), texts]).toEqual(["text/*", []]);
  });

  it("lets the program decide", () => {
    alice.ua.on("message", (text) => (text.text === "keep" ? text.accept(202) : text.reject(603, "Not now")));
    send("keep");
    expect(bob.messages("202 MESSAGE")).toHaveLength(1);
    bob.sendRequest({ method: "MESSAGE", uri: alice.uri, callId: "other", body: "go", contentType: "text/plain" });
    lab.pass();
    expect(bob.last("603 MESSAGE").startLine).toBe("SIP/2.0 603 Not now");
  });
});

it("RFC 3428 nobody takes texts: 480", () => {
  send("hello");
  expect(bob.messages("480 MESSAGE")).toHaveLength(1);
});

it("RFC 3428 §4 takes and sends texts inside a call", async () => {
  const received = await receiveScripted();
  void received.call.answer({ sdp: sdp("alice") });
  received.lab.pass();
  received.acknowledge();
  const inside: string[] = [];
  received.call.on("message", ({ body }) => inside.push(Buffer.from(body).toString()));
  received.send({ method: "MESSAGE", body: "psst", contentType: "text/plain" });
  void received.call.message("what?");
  received.lab.pass();
  expect([inside, received.bob.last("MESSAGE").body, received.bob.last("MESSAGE").toTag]).toEqual([
    ["psst"],
    "what?",
    "bob-tag",
  ]);
});
