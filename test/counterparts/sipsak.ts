import { runCommand } from "./run-command.js";

export interface SipsakRequest {
  /** Where the request goes: "127.0.0.1:5060". */
  readonly target: string;
  /** Request-URI, without a port: sipsak 0.9.8.1 loses the last digit of a port. */
  readonly uri: string;
  readonly transport?: "udp" | "tcp";
  readonly username?: string;
  readonly password?: string;
  /** More arguments; they choose what is sent, OPTIONS when there are none. */
  readonly args?: readonly string[];
}

export interface SipsakResult {
  /** 0 when the last answer was a 200. */
  readonly code: number;
  /** Status lines received, in order. */
  readonly statusLines: readonly string[];
  readonly output: string;
}

/** Sends one request with sipsak (OPTIONS, unless `args` say otherwise) and follows it to the final answer. Its MESSAGE mode crashes. */
export async function sipsak(request: SipsakRequest): Promise<SipsakResult> {
  const { target, uri, transport = "udp", username, password, args = [] } = request;
  const where = ["-vvv", "-E", transport, "-p", target, "-s", uri];
  const credentials = [...(username ? ["-u", username] : []), ...(password ? ["-a", password] : [])];
  const everyCode = [0, 1, 2, 3, 4, 5];
  const { code, stdout, stderr } = await runCommand("sipsak", [...where, ...credentials, ...args], {
    accept: everyCode,
  });
  const statusLines = [...stdout.matchAll(/^SIP\/2\.0 \d{3}[^\r\n]*/gm)].map(([line]) => line);
  return { code, statusLines, output: stdout + stderr };
}

/** Registers `uri` with a contact, answering a digest challenge. */
export function sipsakRegister(request: SipsakRequest & { readonly contact: string }): Promise<SipsakResult> {
  return sipsak({ ...request, args: ["-U", "-C", request.contact, "-x", "60", ...(request.args ?? [])] });
}
