import { EngineError } from "../../errors/engine-error.js";
import { formatEndpoint, type Endpoint } from "../endpoint.js";

const mends: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program uses this port; stop it or choose another port",
  EACCES: "this user may not open the port; take one above 1023 or give the right to bind",
  EADDRNOTAVAIL: "this machine has no such address; see `ip address`, or bind 0.0.0.0",
  ENOTFOUND: "no such host; bind an IP address",
  EAFNOSUPPORT: "this machine has no IPv6; bind an IPv4 address",
};

/** Tells in one sentence why a listener could not start. */
export function listenError(protocol: string, endpoint: Endpoint, cause: NodeJS.ErrnoException): EngineError {
  const mend = mends[cause.code ?? ""] ?? cause.message;
  return new EngineError("transport.listen", { detail: `${protocol} ${formatEndpoint(endpoint)}: ${mend}`, cause });
}
