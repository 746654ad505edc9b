/** The floor: a bare socket that answers by slicing strings. What Node and the kernel cost by themselves. */
import { createSocket } from "node:dgram";
import { bareAnswers } from "./bare-answer.js";

const socket = createSocket("udp4");
const port = Number(process.argv[2]);
const contact = `<sip:127.0.0.1:${port}>`;

socket.on("message", (bytes, from) => {
  for (const answer of bareAnswers(bytes.toString("latin1"), contact)) {
    socket.send(Buffer.from(answer, "latin1"), from.port, from.address);
  }
});
socket.bind(port, "127.0.0.1", () => console.log("ready"));
