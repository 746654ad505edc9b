import { createSocket } from "node:dgram";
import { createServer } from "node:net";

import { CounterpartError } from "./counterpart-error.js";

export interface FreePortOptions {
  /** Address the ports must be free on; loopback when left out. */
  readonly address?: string;
  /** How many ports in a row are needed, e.g. 2 for a program that opens SIP and SIPS side by side. */
  readonly count?: number;
}

/** Below the range the kernel takes for outgoing sockets (32768 and up on Linux), so nobody gets our port by accident. */
const lowest = 10_240;
const highest = 32_700;
const handedOut = new Set<number>();

/**
 * An even port that is free for UDP and TCP on the address, with `count - 1` free neighbours above it. The port is not held:
 * the program started with it binds it. The same process never gets the same port twice.
 */
export async function freePort(options: FreePortOptions = {}): Promise<number> {
  const { address = "127.0.0.1", count = 1 } = options;
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const first = (lowest + Math.floor(Math.random() * (highest - lowest - count))) & ~1;
    const ports = Array.from({ length: count }, (_, offset) => first + offset);
    if (ports.some((port) => handedOut.has(port))) continue;
    const free = await Promise.all(ports.map((port) => isFree(port, address)));
    if (free.includes(false)) continue;
    for (const port of ports) handedOut.add(port);
    return first;
  }
  throw new CounterpartError(`No ${count} free ports on ${address} between ${lowest} and ${highest}`);
}

async function isFree(port: number, address: string): Promise<boolean> {
  return (await canBindUdp(port, address)) && (await canBindTcp(port, address));
}

function canBindUdp(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
    socket.once("error", () => resolve(false));
    socket.bind({ port, address, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

function canBindTcp(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: address, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
