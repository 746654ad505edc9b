import { PassThrough, Writable } from "node:stream";
import { optionsText } from "@siplet/testkit";
import { describe, expect, it } from "vitest";
import type { Connection } from "../transport.js";
import { LogTap } from "./log-tap.js";
import { TappedMessage, type Direction } from "./tapped-message.js";

const connection = {
  transport: { protocol: "udp", local: { address: "192.0.2.1", port: 5060 } },
  local: { address: "192.0.2.1", port: 5060 },
  remote: { address: "2001:db8::2", port: 5062 },
} as Pick<Connection, "local" | "remote"> as Connection;

function message(text: string, direction: Direction = "in"): TappedMessage {
  return new TappedMessage(direction, connection, Buffer.from(text), Date.UTC(2026, 10, 20, 19, 40, 1, 123));
}

function written(...messages: TappedMessage[]): string {
  const output = new PassThrough();
  const tap = new LogTap({ output });
  for (const each of messages) tap.onMessage(each);
  return String(output.read() ?? "");
}

describe("the readable log of messages", () => {
  it("tells when, which way, between whom and what it belongs to, then shows the message", () => {
    const text = optionsText({ callId: "call-1", branch: "z9hG4bK1" });
    const [head = "", ...lines] = written(message(text)).split("\n");
    expect(head).toBe(
      `2026-11-20T19:40:01.123Z received udp [2001:db8::2]:5062 > 192.0.2.1:5060 ${text.length} octets Call-ID call-1 branch z9hG4bK1`,
    );
    expect(lines.join("\r\n").trimEnd()).toBe(text.trimEnd());
  });

  it("turns the arrow for what was sent", () => {
    expect(written(message(optionsText(), "out"))).toContain("sent udp 192.0.2.1:5060 > [2001:db8::2]:5062");
  });

  it("masks credentials", () => {
    const text = optionsText({ headers: { Authorization: 'Digest username="alice", response="abcdef0123"' } });
    expect(written(message(text))).toContain('Authorization: Digest username="alice", response="**********"');
  });

  it("shows control characters by their number", () => {
    expect(written(message("\u001b[2J\u0000\r\u009b naïve"))).toContain("\\x1b[2J\\x00\\x0d\\x9b naïve");
  });

  it("drops what a slow reader does not take, and counts it", () => {
    const stuck = new Writable({ write: () => {} });
    const tap = new LogTap({ output: stuck, backlog: 1000 });
    for (let count = 0; count < 10; count++) tap.onMessage(message(optionsText()));
    expect(tap.dropped).toBeGreaterThan(7);
  });

  it("outlives an output that fails, and tells once", async () => {
    const errors: string[] = [];
    const output = new Writable({ write: (_chunk, _encoding, done) => done(new RangeError("disk full")) });
    const tap = new LogTap({ output, onError: (error) => errors.push(error.message) });
    tap.onMessage(message(optionsText()));
    await new Promise((resolve) => setImmediate(resolve));
    tap.onMessage(message(optionsText()));
    expect([errors, tap.dropped]).toEqual([["disk full"], 1]);
  });
});
