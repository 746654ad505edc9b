/** The annotated servlet with a session-scoped bean, in the queue of its application session. */
import { silentLogger } from "@siplet/core";
import { bootstrap } from "@siplet/framework";
import { Answer } from "./answer-servlet.js";
import { listenPoint } from "./listen-point.js";

await bootstrap({
  applications: [{ name: "answer", servlets: [Answer] }],
  listen: [listenPoint(process.argv[3] ?? "udp", Number(process.argv[2]))],
  log: silentLogger,
});
console.log("ready");
