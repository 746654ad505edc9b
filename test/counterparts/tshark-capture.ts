import { createSocket } from "node:dgram";

import { freePort } from "./free-port.js";
import { track } from "./lifetimes.js";
import { type Program, startProgram } from "./program.js";
import { runCommand } from "./run-command.js";
import { Scratch } from "./scratch.js";
import { waitUntil } from "./wait-until.js";

export interface CaptureOptions {
  /** Capture filter: "port 5060", "udp portrange 10000-32000". */
  readonly filter: string;
  readonly networkInterface?: string;
}

/** A running capture. */
export class Capture {
  readonly name = "capture";
  readonly file: string;
  readonly program: Program;
  readonly #scratch: Scratch;
  readonly #markerPort: number;
  readonly #untrack: () => void;

  constructor(program: Program, scratch: Scratch, markerPort: number) {
    this.program = program;
    this.#scratch = scratch;
    this.#markerPort = markerPort;
    this.file = scratch.file("capture.pcapng");
    this.#untrack = track(this);
  }

  /** Display filter that leaves out the packets this capture sends itself. */
  get displayFilter(): string {
    return `!(udp.port == ${this.#markerPort})`;
  }

  /** Waits until the capture has seen all that was sent up to now: a packet of its own comes through. */
  async sync(): Promise<void> {
    const from = this.program.output.length;
    const seen = () => this.program.output.indexOf(`→ ${this.#markerPort}`, from) >= 0;
    const look = async () => {
      await sendMarker(this.#markerPort);
      return seen();
    };
    await waitUntil(look, { what: "tshark captures", intervalMs: 50, output: () => this.program.output });
  }

  /** Ends the capture with all packets sent so far in `file`. The file stays until `stop`. */
  async finish(): Promise<string> {
    await this.sync();
    await this.program.stop({ signal: "SIGINT" });
    return this.file;
  }

  /** Ends the capture and removes the file. */
  async stop(): Promise<void> {
    await this.program.stop();
    this.#scratch.remove();
    this.#untrack();
  }
}

/** Starts a capture and waits until packets are really seen. Needs the right to capture: see `canCapture`. */
export async function startCapture(options: CaptureOptions): Promise<Capture> {
  const scratch = new Scratch("capture");
  const markerPort = await freePort();
  const filter = `(${options.filter}) or udp dst port ${markerPort}`;
  const where = ["-i", options.networkInterface ?? "lo", "-f", filter];
  const args = ["-n", ...where, "-w", scratch.file("capture.pcapng"), "-P", "-l"];
  const program = await startProgram({ command: "tshark", args, env: { HOME: scratch.path } });
  const capture = new Capture(program, scratch, markerPort);
  await capture.sync();
  return capture;
}

/** Whether this user may capture on the loopback interface. */
export async function canCapture(): Promise<boolean> {
  const { stdout } = await runCommand("tshark", ["-D"], { accept: [0, 1, 2] }).catch(() => ({ stdout: "" }));
  return /\blo\b/.test(stdout);
}

function sendMarker(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    socket.send("marker", port, "127.0.0.1", (error) => {
      socket.close();
      if (error === null) resolve();
      else reject(error);
    });
  });
}
