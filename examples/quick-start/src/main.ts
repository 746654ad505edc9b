import "reflect-metadata";
import { SipletConsole } from "@siplet/console";
import { registrationsOf } from "@siplet/example-browser-phone";
import { bootstrap, isServletError, type SipContainer } from "@siplet/framework";
import { applications } from "./applications.js";
import { EchoPort } from "./echo-port.js";
import { outsideAddress, readSettings, type Settings } from "./settings.js";

interface QuickStart {
  readonly container: SipContainer;
  readonly view: SipletConsole;
  readonly echo: EchoPort;
}

async function start(settings: Settings): Promise<QuickStart> {
  const { host, sipPort, httpPort, isHttpPortChosen } = settings;
  const echo = new EchoPort();
  await echo.open(host);
  const view = new SipletConsole({ registrations: () => registrationsOf(container) });
  const parts = {
    applications: await applications(settings, echo),
    listen: [`udp:${host}:${sipPort}`, `tcp:${host}:${sipPort}`],
  };
  const startAt = (port: number): Promise<SipContainer> =>
    bootstrap({ ...parts, http: { listen: `${host}:${port}`, app: view.handler } });
  const container = await startAt(httpPort).catch((error: unknown) => {
    // many programs use 8080: whoever did not ask for it gets any other port
    if (isServletError(error, "http.listen") && !isHttpPortChosen) return startAt(0);
    throw error;
  });
  view.attach(container);
  return { container, view, echo };
}

function describe({ host, sipPort, httpPort }: Settings, { container, view }: QuickStart): string {
  const place = `${host === "0.0.0.0" ? "127.0.0.1" : host}:${sipPort}`;
  const outside = `${outsideAddress() ?? "<this machine>"}:${sipPort}`;
  const page = container.httpUrl ?? new URL(`http://${host}:${httpPort}/`);
  const isOtherPort = page.port !== new URL(`http://${page.hostname}:${httpPort}`).port;
  const elsewhere =
    host === "127.0.0.1"
      ? `From other machines: start with SIP_HOST=0.0.0.0 and use ${outside} in place of ${place}.`
      : `From other machines: use ${outside}.`;
  const otherPort = `Another program uses the HTTP port ${httpPort}; HTTP_PORT=… chooses one in place of ${page.port}.`;
  return [
    "",
    `Siplet quick start listens on ${container.listenPoints.join(" and ")}`,
    "",
    `  Open the page      ${page.href}   registered phones, calls between them by a click`,
    `  Phone in a browser ${page.href}phone/   any name; open it twice and talk`,
    `  Watch the calls    ${view.isOpen ? view.link(page) : "the console is closed in production"}`,
    "",
    `  Call the echo      sip:hello@${place}`,
    `  Register a phone   user "alice" (any name, no password), registrar and domain ${place}`,
    `  Call it            sip:alice@${place}   calls and messages between registered phones`,
    `  With SIPp          sipp ${place} -sn uac -s hello -m 10`,
    "",
    ...(isOtherPort ? [otherPort] : []),
    elsewhere,
    "",
    "ready: press Ctrl-C to end",
    "",
  ].join("\n");
}

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const quickStart = await start(settings);
  const { container, view, echo } = quickStart;
  const stop = (): void => {
    process.stdout.write("draining: calls being set up may finish\n");
    void view
      .close()
      .then(() => container.close())
      .then(() => {
        echo.close();
        process.exitCode = 0;
      });
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  process.stdout.write(describe(settings, quickStart));
}

main().catch((error: unknown) => {
  const mend = isServletError(error, "http.listen") ? "; HTTP_PORT=8090 npm start takes another port" : "";
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${mend}\n`);
  process.exit(1);
});
