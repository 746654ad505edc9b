import "reflect-metadata";
import { networkInterfaces } from "node:os";
import { bootstrap, equal, not, type ContainerApplication, type SipContainer } from "@siplet/framework";
import { registrar } from "@siplet/framework/registrar";
import { EchoPort } from "./echo-port.js";
import { Hello } from "./hello.js";
import { Switchboard } from "./switchboard.js";

const host = process.env["SIP_HOST"] ?? "127.0.0.1";
const port = Number(process.env["SIP_PORT"] ?? 5060);

const echo = new EchoPort();
const isForHello = equal("request.uri.user", "hello");

const application: ContainerApplication = {
  name: "quick-start",
  servlets: [Hello, Switchboard],
  servletMappings: [
    { servletName: "hello", pattern: isForHello },
    { servletName: "switchboard", pattern: not(isForHello) },
  ],
  // without domains the registrar serves the addresses that the container listens on
  configure: [registrar(), (bind) => void bind(EchoPort).toConstantValue(echo)],
};

async function start(): Promise<SipContainer> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new RangeError(`SIP_PORT=${process.env["SIP_PORT"] ?? ""} is no port (1–65535)`);
  }
  await echo.open(host);
  return bootstrap({ applications: [application], listen: [`udp:${host}:${port}`, `tcp:${host}:${port}`] });
}

function describe(container: SipContainer): string {
  const place = `${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}`;
  const others = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outside = others.find((each) => each.family === "IPv4" && !each.internal)?.address ?? "<this machine>";
  const elsewhere =
    host === "127.0.0.1"
      ? `From other machines: start with SIP_HOST=0.0.0.0 and use ${outside}:${port} in place of ${place}.`
      : `From other machines: use ${outside}:${port}.`;
  return [
    "",
    `Siplet quick start listens on ${container.listenPoints.join(" and ")}`,
    "",
    `  Call the echo      sip:hello@${place}`,
    `  Register a phone   user "alice" (any name, no password), registrar and domain ${place}`,
    `  Call it            sip:alice@${place}   calls and messages between registered phones`,
    `  With SIPp          sipp ${place} -sn uac -s hello -m 10`,
    "",
    elsewhere,
    "",
    "ready: press Ctrl-C to end",
    "",
  ].join("\n");
}

async function main(): Promise<void> {
  const container = await start();
  const stop = (): void => {
    process.stdout.write("draining: calls being set up may finish\n");
    void container.close().then(() => {
      echo.close();
      process.exitCode = 0;
    });
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  process.stdout.write(describe(container));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
