import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** What Kamailio plays: stateless answers, a record-routing proxy with `tm`, a registrar with digest. */
export type KamailioConfig = "stateless" | "proxy" | "registrar";

const common = (port: number): string => `debug=-1
log_stderror=yes
children=1
disable_tcp=yes
auto_aliases=no
dns=no
rev_dns=no
listen=udp:127.0.0.1:${port}
`;

const modules = (...names: readonly string[]): string => names.map((name) => `loadmodule "${name}.so"\n`).join("");

const stateless = (port: number): string => `${common(port)}${modules("pv", "sl", "textops")}
request_route {
  if (method == "ACK") exit;
  if (method == "INVITE") {
    sl_send_reply("100", "Trying");
    append_to_reply("Contact: <sip:127.0.0.1:${port}>\\r\\n");
    sl_send_reply("180", "Ringing");
    append_to_reply("Contact: <sip:127.0.0.1:${port}>\\r\\n");
    sl_send_reply("200", "OK");
    exit;
  }
  sl_send_reply("200", "OK");
}
`;

const proxy = (
  port: number,
  callee: number,
): string => `${common(port)}${modules("tm", "pv", "sl", "rr", "maxfwd", "siputils")}
request_route {
  if (!mf_process_maxfwd_header("70")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (has_totag()) {
    loose_route();
    t_relay();
    exit;
  }
  record_route();
  rewritehostport("127.0.0.1:${callee}");
  t_relay();
}
`;

const registrar = (port: number): string => `${common(port)}${modules("pv", "sl", "auth", "usrloc", "registrar")}
modparam("usrloc", "db_mode", 0)
request_route {
  if (method != "REGISTER") { sl_send_reply("405", "Method Not Allowed"); exit; }
  if (!pv_www_authenticate("bench", "wonderland", "0")) { www_challenge("bench", "0"); exit; }
  save("location");
}
`;

/** The program's name and options, and its configuration in a file of its own. */
export function kamailioCommand(
  config: KamailioConfig,
  { port, callee }: { readonly port: number; readonly callee: number },
  folder: string,
): string[] {
  const file = join(folder, "kamailio.cfg");
  const texts: Record<KamailioConfig, string> = {
    stateless: stateless(port),
    proxy: proxy(port, callee),
    registrar: registrar(port),
  };
  writeFileSync(file, texts[config]);
  return ["-DD", "-E", "-m", "512", "-M", "16", "-f", file, "-w", folder, "-Y", folder, "-P", join(folder, "pid")];
}
