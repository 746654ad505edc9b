import { fileURLToPath } from "node:url";
import { freePort } from "../../../test/counterparts/free-port.js";
import { startProgram, type Program } from "../../../test/counterparts/program.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** One of the example's programs at work. */
export interface Running {
  readonly program: Program;
  readonly port: number;
  /** `127.0.0.1:port` */
  readonly address: string;
  readonly uri: string;
  readonly webSocketUrl: string;
}

/** `npm start -w examples/registrar-proxy -- <name>`. */
export async function startExample(
  name: "home" | "edge",
  environment: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const [port, webSocketPort] = await Promise.all([freePort(), freePort()]);
  const env = { DOMAIN: "example.com", SIP_PORT: String(port), WS_PORT: String(webSocketPort), ...environment };
  const args = ["start", "-w", "examples/registrar-proxy", "--", name];
  const program = await startProgram({ command: "npm", args, name: `example ${name}`, cwd: root, env });
  await program.waitForOutput(/ready/, { timeoutMs: 60_000 });
  const address = `127.0.0.1:${port}`;
  return { program, port, address, uri: `sip:${address}`, webSocketUrl: `ws://127.0.0.1:${webSocketPort}` };
}
