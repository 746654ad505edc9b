/** A program: calls over TLS or WebSocket at a rate. `<tls|ws> <port> <calls> <rate> <connections>`; prints the result as JSON. */
import { connect } from "node:tls";
import { WebSocket } from "ws";
import { cutMessages } from "../wire/cut-messages.js";
import { StreamCalls, type Send } from "./stream-calls.js";

const [protocol = "tls", ...numbers] = process.argv.slice(2);
const [port = 0, calls = 0, rate = 1, connections = 1] = numbers.map(Number);
const running = new StreamCalls();
const step = 5;
const patience = 10_000;

function openTls(): Promise<Send> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
      socket.setNoDelay(true);
      resolve((text) => void socket.write(text, "latin1"));
    });
    let waiting = "";
    socket.on("error", reject);
    socket.on("data", (bytes: Buffer) => {
      const { messages, rest } = cutMessages(waiting + bytes.toString("latin1"));
      waiting = rest;
      for (const message of messages) running.receive(message);
    });
  });
}

function openWebSocket(): Promise<Send> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, "sip");
    socket.on("error", reject);
    socket.on("open", () => resolve((text) => socket.send(text)));
    socket.on("message", (data: Buffer) => running.receive(data.toString("latin1")));
  });
}

async function run(): Promise<void> {
  const open = protocol === "tls" ? openTls : openWebSocket;
  const sends = await Promise.all(Array.from({ length: connections }, open));
  const begun = performance.now();
  let started = 0;
  const timer = setInterval(() => {
    const due = Math.min(calls, Math.floor(((performance.now() - begun) / 1000) * rate));
    for (; started < due; started++) begin(started, sends);
    const isLate = performance.now() - begun > (calls / rate) * 1000 + patience;
    if (isLate || (started === calls && running.open === 0)) end(timer);
  }, step);
}

function begin(number: number, sends: readonly Send[]): void {
  const send = sends[number % sends.length];
  if (send !== undefined) running.begin(number + process.pid * 1_000_000, protocol.toUpperCase(), send);
}

function end(timer: NodeJS.Timeout): void {
  clearInterval(timer);
  process.stdout.write(`${JSON.stringify(running.result())}\n`, () => process.exit(0));
}

await run();
