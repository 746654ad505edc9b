/**
 * The floor of a proxy: requests go to the callee with a Via on top, those of the callee to the caller; responses lose it
 * and go to where the next Via says. No transactions, no checks.
 */
import { createSocket } from "node:dgram";
import { lineOf } from "./bare-answer.js";

const socket = createSocket("udp4");
const port = Number(process.argv[2]);
const callee = Number(process.argv[3]);
const own = `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK`;
let count = 0;

/** The first Via value goes; the values behind it may share its line. */
function forwardResponse(text: string): void {
  const start = text.indexOf("\r\nVia:") + 2;
  const end = text.indexOf("\r\n", start);
  const comma = text.slice(start, end).indexOf(",");
  const left =
    comma < 0
      ? text.slice(0, start) + text.slice(end + 2)
      : `${text.slice(0, start)}Via:${text.slice(start + comma + 1)}`;
  const via = lineOf(left, "Via");
  socket.send(Buffer.from(left, "latin1"), Number(/:(\d+);/.exec(via)?.[1] ?? 5060), "127.0.0.1");
}

socket.on("message", (bytes) => {
  const text = bytes.toString("latin1");
  if (text.startsWith("SIP/2.0 ")) return forwardResponse(text);
  const end = text.indexOf("\r\n") + 2;
  const forwarded = `${text.slice(0, end)}${own}${count++}\r\n${text.slice(end)}`;
  socket.send(Buffer.from(forwarded, "latin1"), callee, "127.0.0.1");
});
socket.bind(port, "127.0.0.1", () => console.log("ready"));
