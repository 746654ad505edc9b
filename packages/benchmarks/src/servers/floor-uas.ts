/**
 * The floor: a bare socket that answers INVITE with 100, 180 and 200 and everything else but ACK with 200, by slicing
 * strings. No transactions, no checks, no retransmissions: what Node and the kernel cost by themselves.
 */
import { createSocket } from "node:dgram";

const socket = createSocket("udp4");
const port = Number(process.argv[2]);

function line(text: string, name: string): string {
  const start = text.indexOf(`\r\n${name}:`) + 2;
  return text.slice(start, text.indexOf("\r\n", start));
}

socket.on("message", (bytes, from) => {
  const text = bytes.toString("latin1");
  if (text.startsWith("ACK ")) return;
  const head = `\r\n${line(text, "Via")}\r\n${line(text, "From")}\r\n`;
  const to = line(text, "To");
  const rest = `\r\n${line(text, "Call-ID")}\r\n${line(text, "CSeq")}\r\n`;
  const tagged = to.includes(";tag=") ? to : `${to};tag=floor`;
  const contact = `Contact: <sip:127.0.0.1:${port}>\r\n`;
  const send = (status: string, destination: string, extra: string): void => {
    socket.send(
      Buffer.from(`SIP/2.0 ${status}${head}${destination}${rest}${extra}Content-Length: 0\r\n\r\n`, "latin1"),
      from.port,
      from.address,
    );
  };
  if (!text.startsWith("INVITE ")) return send("200 OK", tagged, "");
  send("100 Trying", to, "");
  send("180 Ringing", tagged, contact);
  send("200 OK", tagged, contact);
});
socket.bind(port, "127.0.0.1", () => console.log("ready"));
