/** What the environment says. */
export class Settings {
  /** Where to listen. */
  readonly host = process.env["SIP_HOST"] ?? "127.0.0.1";
  readonly port = portOf("SIP_PORT", 5060);
  /** Where the web hook of `contextual-proxy` listens. */
  readonly httpPort = portOf("HTTP_PORT", 8080);
  /** Where the proxies send calls. */
  readonly target = process.env["TARGET"] ?? "sip:service@127.0.0.1:5070";
}

function portOf(name: string, usual: number): number {
  const port = Number(process.env[name] ?? usual);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new RangeError(`${name}=${process.env[name] ?? ""} is no port (1–65535)`);
}
