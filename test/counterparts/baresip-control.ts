import { type Socket, connect } from "node:net";

import { CounterpartError } from "./counterpart-error.js";
import { NetstringDecoder, encodeNetstring } from "./netstring.js";
import { defaultTimeoutMs } from "./wait-until.js";

/** An event of baresip's `ctrl_tcp`, with the members it has in version 1.0. */
export interface BaresipEvent {
  /** CALL_INCOMING, CALL_RINGING, CALL_ESTABLISHED, CALL_CLOSED, REGISTER_OK, REGISTER_FAIL, … */
  readonly type: string;
  readonly class: string;
  readonly accountaor?: string;
  readonly direction?: "incoming" | "outgoing";
  readonly peeruri?: string;
  readonly peerdisplayname?: string;
  /** Call-ID. */
  readonly id?: string;
  /** What the type says more: peer, reason of the end, digit, status line. */
  readonly param?: string;
}

interface ControlResponse {
  readonly response: true;
  readonly ok: boolean;
  readonly data: string;
  readonly token?: string;
}

type ControlMessage = (BaresipEvent & { readonly event: true }) | ControlResponse;

/** The `ctrl_tcp` connection of a baresip: commands with their answers, and events. */
export class BaresipControl {
  readonly #socket: Socket;
  readonly #decoder = new NetstringDecoder();
  readonly #pending = new Map<string, (response: ControlResponse) => void>();
  readonly #onEvent: (event: BaresipEvent) => void;
  #sent = 0;

  private constructor(socket: Socket, onEvent: (event: BaresipEvent) => void) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    socket.on("data", (bytes) => this.#read(bytes));
    socket.on("error", () => socket.destroy());
  }

  static open(port: number, onEvent: (event: BaresipEvent) => void): Promise<BaresipControl> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new BaresipControl(socket, onEvent));
      });
    });
  }

  /** Runs a command and returns what it answers; fails when baresip says no. */
  async command(command: string, params?: string): Promise<string> {
    this.#sent += 1;
    const token = String(this.#sent);
    const answered = this.#answer(token, command);
    this.#socket.write(encodeNetstring(JSON.stringify({ command, params, token })));
    const { ok, data } = await answered;
    if (!ok) throw new CounterpartError(`baresip refused "${command} ${params ?? ""}": ${data}`);
    return data;
  }

  close(): void {
    this.#socket.destroy();
  }

  #answer(token: string, command: string): Promise<ControlResponse> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(token);
        reject(new CounterpartError(`baresip did not answer the command "${command}"`));
      }, defaultTimeoutMs);
      this.#pending.set(token, (response) => {
        clearTimeout(timer);
        resolve(response);
      });
    });
  }

  #read(bytes: Uint8Array): void {
    for (const text of this.#decoder.decode(bytes)) {
      const message = JSON.parse(text) as ControlMessage;
      if ("event" in message) this.#onEvent(message);
      else this.#settle(message);
    }
  }

  #settle(response: ControlResponse): void {
    const token = response.token ?? "";
    this.#pending.get(token)?.(response);
    this.#pending.delete(token);
  }
}
