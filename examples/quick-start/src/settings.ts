import { networkInterfaces } from "node:os";

/** Where the program listens, from the environment. */
export interface Settings {
  /** Address for SIP and HTTP. */
  readonly host: string;
  readonly sipPort: number;
  readonly httpPort: number;
  /** Whether somebody asked for that HTTP port: then no other one will do. */
  readonly isHttpPortChosen: boolean;
}

/** Reads `SIP_HOST`, `SIP_PORT` and `HTTP_PORT`. @throws RangeError that names what is wrong */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  return {
    host: environment["SIP_HOST"] ?? "127.0.0.1",
    sipPort: portOf(environment, "SIP_PORT", 5060),
    httpPort: portOf(environment, "HTTP_PORT", 8080),
    isHttpPortChosen: environment["HTTP_PORT"] !== undefined,
  };
}

/** The address by which other machines reach this one. */
export function outsideAddress(): string | undefined {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find((each) => each.family === "IPv4" && !each.internal)?.address;
}

function portOf(environment: Readonly<Record<string, string | undefined>>, name: string, usual: number): number {
  const port = Number(environment[name] ?? usual);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new RangeError(`${name}=${environment[name] ?? ""} is no port (1–65535)`);
}
