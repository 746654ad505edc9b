import type { Server, Socket } from "node:net";
import type { Clock } from "../../clock/clock.js";
import type { Logger } from "../../log/logger.js";
import { plainAddress } from "../endpoint.js";
import type { ConnectionLimits } from "./connection-limits.js";

/** How often refused connections are logged, in milliseconds. */
const logInterval = 10_000;

/** What the gate needs. */
export interface ConnectionGateOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: Pick<ConnectionLimits, "connections" | "connectionsPerSource">;
}

/** Counts the connections that peers hold, in all and by address, and turns away what is too many. */
export class ConnectionGate {
  readonly #options: ConnectionGateOptions;
  readonly #sockets = new Set<Socket>();
  /** Those on which TLS or HTTP have not ended, by the peer's address and port. */
  readonly #beginning = new Map<string, Socket>();
  readonly #bySource = new Map<string, number>();
  #refused = 0;
  #loggedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ConnectionGateOptions) {
    this.#options = options;
  }

  /** Watches all that a server accepts, before TLS or HTTP begin. */
  guard(server: Server): void {
    server.on("connection", (socket: Socket) => void this.admit(socket));
  }

  /** Counts a socket until it closes; false when it was one too many and is gone. */
  admit(socket: Socket): boolean {
    socket.on("error", () => {}); // a socket without listener would end the program
    const source = plainAddress(socket.remoteAddress ?? "");
    const held = this.#bySource.get(source) ?? 0;
    const { limits } = this.#options;
    if (this.#sockets.size >= limits.connections || held >= limits.connectionsPerSource) {
      socket.destroy();
      this.#refuse(source);
      return false;
    }
    this.#sockets.add(socket);
    const key = peerKey(socket);
    this.#beginning.set(key, socket);
    this.#bySource.set(source, held + 1);
    socket.once("close", () => {
      this.#beginning.delete(key);
      this.#release(socket, source);
    });
    return true;
  }

  /** A socket, or the TLS socket above it, has become a connection: it ends with that. */
  adopted(socket: Socket): void {
    this.#beginning.delete(peerKey(socket));
  }

  /** Closes what has not yet become a connection. */
  destroyBeginning(): void {
    for (const socket of this.#beginning.values()) socket.destroy();
  }

  /** Closes all that it counts. */
  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #release(socket: Socket, source: string): void {
    this.#sockets.delete(socket);
    const held = (this.#bySource.get(source) ?? 1) - 1;
    if (held === 0) this.#bySource.delete(source);
    else this.#bySource.set(source, held);
  }

  #refuse(source: string): void {
    this.#refused++;
    const now = this.#options.clock.monotonic();
    if (now - this.#loggedAt < logInterval) return;
    this.#loggedAt = now;
    const fields = { source, refused: this.#refused, open: this.#sockets.size };
    this.#options.log.warn(fields, "connections refused: limit reached");
  }
}

function peerKey({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
