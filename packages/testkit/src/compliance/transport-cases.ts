import assert from "node:assert/strict";
import type { Transport } from "@siplet/core";
import { optionsText } from "../messages/requests.js";
import { requestText } from "../messages/request-text.js";
import { openBench, type TransportBench, type TransportSubject } from "./transport-bench.js";

/** Something that every transport of a kind does. */
export interface TransportCase {
  readonly title: string;
  /** Which transports the case is about; all when left out. */
  readonly appliesTo?: (transport: Transport) => boolean;
  /** Rejects when the transport does otherwise. */
  readonly check: (bench: TransportBench) => Promise<void>;
}

const isStream = ({ isReliable }: Transport): boolean => isReliable;
const isDatagram = ({ isReliable }: Transport): boolean => !isReliable;
const isFramed = ({ protocol }: Transport): boolean => protocol === "tcp" || protocol === "tls";

const exchange: readonly TransportCase[] = [
  {
    title: "carries a message octet by octet",
    check: async ({ listener, connect, send, until }) => {
      const text = requestText({ method: "MESSAGE", contentType: "text/plain", body: "empty line:\r\n\r\nand more" });
      assert.equal(await send(connect(), text), undefined);
      await until("the message arrives", () => listener.user.messages.length > 0);
      assert.deepEqual(listener.user.texts, [text]);
    },
  },
  {
    title: "carries octets that are no UTF-8",
    check: async ({ listener, connect, send, until }) => {
      const body = Buffer.from([0xff, 0x00, 0xc3, 0x28, 0x0d, 0x0a, 0x0d, 0x0a, 0x80]);
      const head = optionsText({ headers: { "Content-Length": String(body.length), "Content-Type": "application/x" } });
      const message = Buffer.concat([Buffer.from(head), body]);
      await send(connect(), message);
      await until("the message arrives", () => listener.user.messages.length > 0);
      assert.deepEqual(listener.user.messages[0]?.bytes, message);
    },
  },
  {
    title: "carries a message of 60,000 octets",
    check: async ({ listener, connect, send, until }) => {
      const text = requestText({ method: "MESSAGE", contentType: "text/plain", body: "x".repeat(59_500) });
      await send(connect(), text);
      await until("the message arrives", () => listener.user.messages.length > 0);
      assert.equal(listener.user.texts[0], text);
    },
  },
  {
    title: "loses nothing that is sent before the connection stands, and keeps its order",
    check: async ({ listener, connect, until }) => {
      const connection = connect();
      assert.equal(connection.isOpen, true);
      const texts = [1, 2, 3, 4, 5].map((number) => optionsText({ sequenceNumber: number }));
      for (const text of texts) connection.send(Buffer.from(text));
      await until("all messages arrive", () => listener.user.messages.length === texts.length);
      assert.deepEqual(listener.user.texts, texts);
    },
  },
  {
    title: "answers by the connection of the request",
    check: async ({ listener, caller, connect, send, until }) => {
      const connection = connect();
      const answer = optionsText({ callId: "answer" });
      listener.user.onArrival = (request) => request.connection.send(Buffer.from(answer));
      await send(connection, optionsText());
      await until("the answer arrives", () => caller.user.messages.length > 0);
      assert.deepEqual(caller.user.texts, [answer]);
      const arrived = caller.user.messages[0]?.connection;
      assert.deepEqual({ ...arrived?.remote }, { address: connection.remote.address, port: connection.remote.port });
    },
  },
  {
    title: "shows each side the other's address",
    check: async ({ listener, connect, send, until }) => {
      const connection = connect();
      await send(connection, optionsText());
      await until("the message arrives", () => listener.user.messages.length > 0);
      const far = listener.user.messages[0]?.connection;
      const { address, port } = connection.local;
      assert.deepEqual({ address: far?.remote.address, port: far?.remote.port }, { address, port });
      assert.equal(far?.transport, listener.transport);
      assert.equal(far?.local.port, connection.remote.port);
    },
  },
];

const listening: readonly TransportCase[] = [
  {
    title: "tells the port that it got",
    check: async ({ listener }) => {
      assert.ok(listener.transport.local.port > 0);
    },
  },
  {
    title: "refuses to start where another one listens",
    check: async ({ listener, subject, start }) => {
      const second = start(subject.listener(listener.transport.local.port));
      await assert.rejects(second, { code: "transport.listen" });
    },
  },
  {
    title: "fails to send to a port that does not exist, and does not throw",
    check: async ({ caller, destination, send }) => {
      const connection = caller.transport.connect({ ...destination, port: 0 });
      const error = await send(connection, optionsText());
      assert.ok(error?.code.startsWith("transport."), `told ${error?.code}`);
    },
  },
  {
    title: "sends nothing more once it is closed",
    check: async ({ caller, connect, send, until }) => {
      const before = connect();
      await send(before, optionsText());
      let isClosed = false;
      void caller.transport.close().then(() => (isClosed = true));
      await until("the transport is closed", () => isClosed);
      assert.equal(before.isOpen, false);
      assert.equal((await send(before, optionsText()))?.code, "transport.closed");
      assert.equal((await send(connect(), optionsText()))?.code, "transport.closed");
    },
  },
  {
    title: "is closed twice without harm",
    check: async ({ listener, until }) => {
      let closed = 0;
      for (let round = 0; round < 2; round++) void listener.transport.close().then(() => (closed += 1));
      await until("both calls return", () => closed === 2);
    },
  },
];

const streams: readonly TransportCase[] = [
  {
    title: "keeps one connection for one destination",
    appliesTo: isStream,
    check: async ({ listener, connect, send }) => {
      const connection = connect();
      assert.equal(connect(), connection);
      await send(connection, optionsText());
      assert.equal(connect(), connection);
      await send(connect(), optionsText());
      assert.ok(listener.user.opened.length <= 1);
    },
  },
  {
    title: "tells both sides when the connection stands",
    appliesTo: isStream,
    check: async ({ listener, caller, connect, until }) => {
      const connection = connect();
      await until("both know", () => listener.user.opened.length === 1 && caller.user.opened.length === 1);
      assert.equal(caller.user.opened[0], connection);
    },
  },
  {
    title: "tells both sides once when one closes, and no error",
    appliesTo: isStream,
    check: async ({ listener, caller, connect, send, until }) => {
      const connection = connect();
      await send(connection, optionsText());
      await until("the connection stands at the listener", () => listener.user.opened.length === 1);
      connection.close();
      connection.close();
      assert.equal(connection.isOpen, false);
      await until("both know", () => listener.user.closed.length > 0 && caller.user.closed.length > 0);
      assert.deepEqual([listener.user.closed.length, caller.user.closed.length], [1, 1]);
      assert.equal(caller.user.closed[0]?.connection, connection);
      assert.equal(caller.user.closed[0]?.error, undefined);
      assert.equal((await send(connection, optionsText()))?.code, "transport.closed");
    },
  },
  {
    title: "delivers what was sent before the close",
    appliesTo: isStream,
    check: async ({ listener, connect, until }) => {
      const connection = connect();
      await until("the connection stands", () => listener.user.opened.length === 1);
      connection.send(Buffer.from(optionsText()));
      connection.close();
      await until("the message arrives", () => listener.user.messages.length === 1);
    },
  },
  {
    title: "makes a new connection when the old one is gone",
    appliesTo: isStream,
    check: async ({ listener, caller, connect, send, until }) => {
      const first = connect();
      await send(first, optionsText());
      await until("the connection stands at the listener", () => listener.user.opened.length === 1);
      listener.user.opened[0]?.close();
      await until("the caller knows", () => caller.user.closed.length === 1);
      const second = connect();
      assert.notEqual(second, first);
      assert.equal(await send(second, optionsText()), undefined);
      await until("the second message arrives", () => listener.user.messages.length === 2);
    },
  },
  {
    title: "tells at once that nobody listens there",
    appliesTo: isStream,
    check: async ({ caller, subject, send, until }) => {
      const connection = caller.transport.connect({ ...subject.nowhere, domain: subject.domain });
      const error = await send(connection, optionsText());
      assert.ok(error?.code.startsWith("transport."), `told ${error?.code}`);
      assert.equal(error?.statusCode, 503);
      await until("the end is told", () => caller.user.closed.length === 1);
      assert.equal(caller.user.closed[0]?.error, error);
      assert.equal(connection.isOpen, false);
      assert.deepEqual(caller.user.opened, []);
    },
  },
  {
    title: "gives up a stream whose framing is lost",
    appliesTo: isFramed,
    check: async ({ listener, caller, connect, send, until }) => {
      await send(connect(), optionsText({ headers: { "Content-Length": undefined } }));
      await until("the listener closes", () => listener.user.closed.length === 1 && caller.user.closed.length === 1);
      assert.deepEqual(
        listener.user.broken.map(({ statusCode }) => statusCode),
        [400],
      );
      assert.deepEqual(listener.user.messages, []);
    },
  },
  {
    title: "takes a message in pieces and several in one piece",
    appliesTo: isFramed,
    check: async ({ listener, connect, until }) => {
      const texts = [1, 2, 3].map((number) => optionsText({ sequenceNumber: number }));
      const all = Buffer.from(texts.join(""));
      const connection = connect();
      for (const cut of [all.subarray(0, 7), all.subarray(7, 300), all.subarray(300)]) connection.send(cut);
      await until("all messages arrive", () => listener.user.messages.length === texts.length);
      assert.deepEqual(listener.user.texts, texts);
    },
  },
  {
    title: "hears a keep-alive and hands up no message",
    appliesTo: isStream,
    check: async ({ listener, connect, send, until }) => {
      const connection = connect();
      await send(connection, "\r\n\r\n");
      await send(connection, optionsText());
      await until("the message arrives", () => listener.user.messages.length > 0);
      assert.deepEqual(listener.user.texts, [optionsText()]);
    },
  },
];

const datagrams: readonly TransportCase[] = [
  {
    title: "needs no connection: all go by the listener's own address",
    appliesTo: isDatagram,
    check: async ({ caller, connect }) => {
      const { address, port } = connect().local;
      assert.deepEqual({ address, port }, { ...caller.transport.local });
      connect().close();
      assert.equal(connect().isOpen, true);
    },
  },
  {
    title: "drops keep-alives that hold no message",
    appliesTo: isDatagram,
    check: async ({ listener, connect, send, until }) => {
      for (const octets of ["\r\n\r\n", "\0\0\0\0", "\r\n"]) await send(connect(), octets);
      await send(connect(), optionsText());
      await until("the message arrives", () => listener.user.messages.length > 0);
      assert.deepEqual(listener.user.texts, [optionsText()]);
    },
  },
];

/** What a `Transport` must do, whichever it is. */
export const transportCases: readonly TransportCase[] = [
  ...exchange,
  ...listening,
  ...streams,
  ...datagrams,
  {
    title: "gets an answer to its ping",
    appliesTo: ({ protocol }) => protocol !== "sctp" && protocol !== "tls-sctp",
    check: async ({ connect, until }) => {
      const connection = connect();
      if (connection.ping === undefined) return;
      const outcomes: string[] = [];
      connection.ping(({ kind }) => outcomes.push(kind));
      await until("the ping is answered", () => outcomes.length > 0);
      assert.deepEqual(outcomes, ["answered"]);
    },
  },
];

/** Runs a case, if it is about this kind of transport. Rejects when the transport does otherwise. */
export async function checkTransport({ appliesTo, check }: TransportCase, subject: TransportSubject): Promise<void> {
  const bench = await openBench(subject);
  try {
    if (appliesTo?.(bench.listener.transport) !== false) await check(bench);
  } finally {
    await bench.stop();
  }
}
