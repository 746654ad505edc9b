import { EngineError } from "../errors/engine-error.js";
import { formatEndpoint, type Endpoint } from "./endpoint.js";

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program uses this port; stop it or choose another port",
  EACCES: "this user may not open the port; take one above 1023 or give the right to bind",
  EADDRNOTAVAIL: "this machine has no such address",
};

/** Tells in one sentence why a listener could not start. */
export function listenError(
  protocol: string,
  endpoint: Endpoint,
  cause: NodeJS.ErrnoException,
): EngineError {
  const reason = reasons[cause.code ?? ""] ?? cause.message;
  return new EngineError("transport.listen", {
    detail: `${protocol} ${formatEndpoint(endpoint)}: ${reason}`,
    cause,
  });
}
