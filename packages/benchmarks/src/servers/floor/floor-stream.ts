/** The floor of a stream: a bare server that cuts at Content-Length and answers by slicing strings. */
import { createServer, type Socket } from "node:net";
import { createServer as createSecureServer } from "node:tls";
import { WebSocketServer, type WebSocket } from "ws";
import { makeCredentials } from "../../wire/credentials.js";
import { bareAnswers } from "./bare-answer.js";
import { cutMessages } from "../../wire/cut-messages.js";

const port = Number(process.argv[2]);
const protocol = process.argv[3];
const contact = `<sip:127.0.0.1:${port};transport=${protocol}>`;
const ready = (): void => console.log("ready");

function serve(socket: Socket): void {
  let waiting = "";
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (bytes) => {
    const { messages, rest } = cutMessages(waiting + bytes.toString("latin1"));
    waiting = rest;
    const answers = messages.flatMap((message) => bareAnswers(message, contact));
    if (answers.length > 0) socket.write(Buffer.from(answers.join(""), "latin1"));
  });
}

function serveWebSocket(socket: WebSocket): void {
  socket.on("message", (data: Buffer) => {
    for (const answer of bareAnswers(data.toString("latin1"), contact)) socket.send(answer);
  });
}

if (protocol === "tcp") createServer(serve).listen(port, "127.0.0.1", ready);
else if (protocol === "tls") createSecureServer(makeCredentials(), serve).listen(port, "127.0.0.1", ready);
else new WebSocketServer({ port, host: "127.0.0.1" }, ready).on("connection", serveWebSocket);
