// Loaded into a program by run-application.mjs: when the starter is gone, whatever took it, the program is asked to end.
import { Socket } from "node:net";

const channel = new Socket({ fd: 3, readable: true, writable: false });
channel.on("error", () => {});
channel.on("close", () => process.kill(process.pid, "SIGTERM"));
channel.resume();
channel.unref();
