import type { Server } from "node:http";
import { formatHost } from "@siplet/core";
import { IllegalArgumentError } from "../../errors/illegal-argument-error.js";
import { ServletError } from "../../errors/servlet-error.js";

/** Where an HTTP server listens. */
export interface ListenAddress {
  /** Undefined: all addresses. */
  readonly host: string | undefined;
  readonly port: number;
}

const form = /^(?:(\[[^\]]+\]|[^:[\]]*):)?(\d{1,5})$/;

/** Reads `127.0.0.1:8080`, `[::1]:8080`, `:8080`, `8080`. @throws IllegalArgumentError `argument.invalid` */
export function parseListenAddress(listen: string | number): ListenAddress {
  const match = form.exec(String(listen).trim());
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) {
    const detail = `http.listen "${listen}"; write "127.0.0.1:8080", "[::1]:8080", ":8080" or a port`;
    throw new IllegalArgumentError("argument.invalid", { detail });
  }
  return { host: match[1]?.replace(/^\[|\]$/g, "") || undefined, port };
}

/** Opens the port of a server. @throws ServletError `http.listen` */
export function listenAt(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException): void => reject(listenError(`${host ?? "*"}:${port}`, cause));
    server.once("error", fail);
    server.listen({ host, port }, () => {
      server.removeListener("error", fail);
      resolve();
    });
  });
}

/** The base of a server's URLs; one that listens on all addresses is shown by the loopback address. */
export function serverUrl(server: Server, scheme: "http" | "https"): URL | undefined {
  const address = server.address();
  if (address === null || typeof address === "string") return undefined;
  const host = address.address === "0.0.0.0" || address.address === "::" ? "127.0.0.1" : address.address;
  return new URL(`${scheme}://${formatHost(host)}:${address.port}/`);
}

function listenError(place: string, cause: NodeJS.ErrnoException): ServletError {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: "another program uses this port",
    EACCES: "this user may not open the port",
    EADDRNOTAVAIL: "this machine has no such address",
  };
  return new ServletError("http.listen", {
    detail: `http ${place}: ${reasons[cause.code ?? ""] ?? cause.message}`,
    cause,
  });
}
