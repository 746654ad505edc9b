import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultParseLimits } from "./parse-limits.js";
import { StreamFramer } from "./stream-framer.js";

function open(limits = defaultParseLimits, awaitsPong = false) {
  const log: string[] = [];
  const framer = new StreamFramer(
    {
      onFrame: (bytes) => log.push(Buffer.from(bytes).toString("latin1")),
      onPing: () => log.push("ping"),
      onPong: () => {
        if (awaitsPong) log.push("pong");
        return awaitsPong;
      },
      onFault: ({ statusCode, reason }, frame) => log.push(`${statusCode} ${reason} (${frame.length})`),
    },
    limits,
  );
  return { framer, log, push: (text: string) => framer.push(Buffer.from(text, "latin1")) };
}

const head = "OPTIONS sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1\r\n";
const message = (body: string, length = `Content-Length: ${body.length}`): string => `${head}${length}\r\n\r\n${body}`;

describe("RFC 3261 §18.3 framing of a stream", () => {
  describe("of whole messages", () => {
    it("takes one chunk as one message", () => {
      const { log, push } = open();
      push(message("abc"));
      expect(log).toEqual([message("abc")]);
    });

    it("takes three messages from one chunk", () => {
      const { log, push } = open();
      push(message("a") + message("") + message("\r\n\r\n"));
      expect(log).toEqual([message("a"), message(""), message("\r\n\r\n")]);
    });

    it("takes one message from chunks of one octet", () => {
      const { framer, log, push } = open();
      for (const octet of message("body")) push(octet);
      expect(log).toEqual([message("body")]);
      expect(framer.isInMessage).toBe(false);
    });

    it("counts the body in octets", () => {
      const { log, framer } = open();
      const body = Buffer.from("naïve ☎", "utf8");
      framer.push(Buffer.concat([Buffer.from(message("", `Content-Length: ${body.length}`)), body]));
      framer.push(Buffer.from(message("")));
      expect(log).toHaveLength(2);
    });

    it.each([
      ["the compact form", "l: 3"],
      ["blanks before the colon", "Content-Length  : 3"],
      ["any case", "cOnTeNt-LeNgTh:3"],
      ["a folded value", "Content-Length:\r\n  3"],
      ["blanks behind the value", "Content-Length: 3 \t"],
      ["the same value twice", "Content-Length: 3\r\nl: 3"],
      ["leading zeros", "Content-Length: 0000000003"],
    ])("reads a Content-Length with %s", (_what, length) => {
      const { log, push } = open();
      push(message("abc", length));
      expect(log).toEqual([message("abc", length)]);
    });

    it("takes lone line feeds as line ends", () => {
      const { log, push } = open();
      const text = message("abc").replaceAll("\r\n", "\n");
      push(text + text);
      expect(log).toEqual([text, text]);
    });

    it("is not led astray by a header that begins like Content-Length", () => {
      const { log, push } = open();
      push(message("abc", "Content-Length-X: 9\r\nContact: <sip:a@b>\r\nLocal: 7\r\nContent-Length: 3"));
      expect(log).toHaveLength(1);
    });

    it("gives the same messages however the stream is cut", () => {
      const stream = `\r\n${message("one")}\r\n\r\n${message("")}${message("three\r\n\r\n")}`;
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: stream.length }), { maxLength: 20 }), (cuts) => {
          const { log, push } = open();
          let start = 0;
          for (const end of [...cuts.toSorted((one, other) => one - other), stream.length]) {
            push(stream.slice(start, end));
            start = end;
          }
          expect(log).toEqual([message("one"), "ping", message(""), message("three\r\n\r\n")]);
        }),
      );
    });

    it("never writes into octets that it handed out", () => {
      const frames: Uint8Array[] = [];
      const nothing = (): void => {};
      const framer = new StreamFramer({
        onFrame: (bytes) => frames.push(bytes),
        onPing: nothing,
        onPong: () => false,
        onFault: nothing,
      });
      const stream = Buffer.from(Array.from({ length: 50 }, (_, index) => message(`body ${index}`)).join(""));
      for (let start = 0; start < stream.length; start += 37) framer.push(stream.subarray(start, start + 37));
      expect(frames.map((frame) => Buffer.from(frame).toString())).toEqual(
        Array.from({ length: 50 }, (_, index) => message(`body ${index}`)),
      );
    });
  });

  describe("that is lost", () => {
    it.each([
      ["no Content-Length", "Content-Type: text/plain", "400 Content-Length is missing"],
      ["a negative one (RFC 4475 §3.1.2.3)", "Content-Length: -999", "400 Content-Length is no number"],
      ["one in words", "Content-Length: three", "400 Content-Length is no number"],
      ["an empty one", "Content-Length:", "400 Content-Length is no number"],
      ["one in hexadecimal", "Content-Length: 0x03", "400 Content-Length is no number"],
      ["one with 11 digits", "Content-Length: 00000000003", "400 Content-Length is no number"],
      ["two that differ (RFC 4475 §3.3.9)", "Content-Length: 3\r\nl: 5", "400 Content-Length stands twice"],
      ["one of 4 GB", "Content-Length: 4294967296", "413 The body is too large"],
    ])("gives up on %s", (_what, length, fault) => {
      const { log, push } = open();
      push(message("abc", length) + message(""));
      push(message(""));
      expect(log).toHaveLength(1);
      expect(log[0]).toContain(fault);
    });

    it("hands over the header section, so that the request can be answered", () => {
      const { log, push } = open();
      push(message("abc", "X: y"));
      expect(log).toEqual([`400 Content-Length is missing (${message("", "X: y").length})`]);
    });

    it("gives up on a header section without end", () => {
      const { log, push } = open({ ...defaultParseLimits, startLine: 100, headerSection: 400 });
      push(head);
      for (let count = 0; count < 30; count++) push("X: 0123456789abcdef\r\n");
      expect(log).toHaveLength(1);
      expect(log[0]).toContain("513 The header section is too long");
    });

    it.each(["\u0016\u0003\u0001\u0002\u0000", " OPTIONS sip:a@b SIP/2.0\r\n", "\0\0\0\0", '{"a":1}'])(
      "gives up on octets that begin no message: %j",
      (octets) => {
        const { log, push } = open();
        push(octets);
        expect(log).toEqual(["400 No SIP message begins here (0)"]);
      },
    );

    it("gives up a message whose rest does not come (RFC 4475 §3.1.2.2)", () => {
      const { framer, log, push } = open();
      push(message("only a part", "Content-Length: 9999"));
      expect([log, framer.isInMessage]).toEqual([[], true]);
      framer.giveUp();
      expect(log[0]).toContain("400 The rest of the message did not come");
    });

    it("has nothing to give up between messages", () => {
      const { framer, log, push } = open();
      push(message(""));
      framer.giveUp();
      expect(log).toEqual([message("")]);
    });
  });

  it("takes 64 KiB of header fields in single octets without hurry and without quadratic work", () => {
    const { log, push } = open();
    const text = message("", `X: ${"y".repeat(15_000)}\r\nY: ${"z".repeat(40_000)}\r\nContent-Length: 0`);
    const start = performance.now();
    for (const octet of text) push(octet);
    expect(log).toHaveLength(1);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe("RFC 5626 §4.4.1 keep-alives in a stream", () => {
  it("hears two line ends as a ping, also in pieces", () => {
    const { log, push } = open();
    push("\r\n\r\n");
    for (const octet of "\r\n\r\n") push(octet);
    expect(log).toEqual(["ping", "ping"]);
  });

  it("hears one line end as the pong that is awaited, each time", () => {
    const { log, push } = open(defaultParseLimits, true);
    push("\r\n");
    push("\r\n");
    expect(log).toEqual(["pong", "pong"]);
  });

  it("skips line ends in front of a message", () => {
    const { log, push } = open();
    push(`\r\n${message("")}\r\n`);
    push(message("a"));
    expect(log).toEqual([message(""), message("a")]);
  });

  it("takes line ends inside a body as body", () => {
    const { log, push } = open();
    push(message("", "Content-Length: 4"));
    push("\r\n\r\n");
    expect(log).toEqual([`${message("", "Content-Length: 4")}\r\n\r\n`]);
  });
});
