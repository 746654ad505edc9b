import "reflect-metadata";
import { MemoryUserStore } from "@siplet/core";
import { SipletConsole } from "@siplet/console";
import { bootstrap, type SipContainer } from "@siplet/framework";
import { registrar } from "@siplet/framework/registrar";
import { browserPhone, registrationsOf } from "./browser-phone.js";
import { Home } from "./home.js";
import { readSettings, type Settings } from "./settings.js";

async function start(settings: Settings): Promise<{ container: SipContainer; view: SipletConsole }> {
  const { host, domain, sipPort, httpPort, users } = settings;
  // MD5 alone: many phones take the first challenge, and fail when that is SHA-256
  const authentication = { users: new MemoryUserStore(users), algorithms: ["MD5"] as const };
  const pageSettings = { domain, users: users.map(({ username }) => username), asksPassword: true };
  const phone = await browserPhone(pageSettings, registrar({ domains: [domain], authentication }));
  const view = new SipletConsole({ registrations: () => registrationsOf(container) });
  const container = await bootstrap({
    applications: [{ ...phone, servlets: [Home] }],
    listen: [`udp:${host}:${sipPort}`, `tcp:${host}:${sipPort}`],
    http: { listen: `${host}:${httpPort}`, app: view.handler },
  });
  view.attach(container);
  return { container, view };
}

function describe({ host, sipPort, httpPort, domain, users }: Settings, view: SipletConsole): string {
  const page = `http://${host}:${httpPort}`;
  return [
    "",
    `Phones in the browser   ${page}/   open it twice: two people can talk`,
    `Phones on desks         registrar and outbound proxy ${host}:${sipPort} (UDP, TCP), domain ${domain}`,
    `Users                   ${users.map(({ username }) => username).join(", ")}`,
    `Console                 ${view.isOpen ? view.link(page) : "closed: in production it needs a password"}`,
    "",
    "ready: press Ctrl-C to end",
    "",
  ].join("\n");
}

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const { container, view } = await start(settings);
  const stop = (): void => void view.close().then(() => container.close());
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  process.stdout.write(describe(settings, view));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
