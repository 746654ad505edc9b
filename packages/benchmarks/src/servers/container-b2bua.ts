/** A bridge between each caller and one callee. */
import { silentLogger } from "@siplet/core";
import { bootstrap } from "@siplet/framework";
import { Between } from "./between-servlet.js";

await bootstrap({
  applications: [{ name: "between", servlets: [Between] }],
  listen: [`udp:127.0.0.1:${Number(process.argv[2])}`],
  log: silentLogger,
});
console.log("ready");
