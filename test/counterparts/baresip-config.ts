/** What a baresip needs to run without a sound card and without reading anything of the user. */
export interface BaresipConfig {
  readonly host: string;
  /** Port for UDP and TCP; baresip takes the next one for TLS as well. */
  readonly sipPort: number;
  readonly controlPort: number;
  /** First of 20 ports for RTP. */
  readonly mediaPort: number;
  readonly modules: readonly string[];
  readonly lines: readonly string[];
}

/** Audio comes from and goes to `aubridge`, which is memory: it hands what is played to the source, so RTP flows both ways. */
const baseLines = [
  "poll_method epoll",
  "sip_trans_def udp",
  "audio_path /usr/share/baresip",
  "audio_player aubridge,call",
  "audio_source aubridge,call",
  "audio_alert aubridge,alert",
  "statmode_default off",
  "module_path /usr/lib/baresip/modules",
];

/** `stdio` makes incoming messages visible, `contact` brings the command that sends one. */
const baseModules = ["stdio.so", "g711.so", "aubridge.so"];
const applications = ["menu.so", "contact.so", "ctrl_tcp.so"];

/** Text of baresip's `config` file. */
export function baresipConfig(config: BaresipConfig): string {
  const bracketed = config.host.includes(":") ? `[${config.host}]` : config.host;
  return [
    ...baseLines,
    `net_interface ${config.host}`,
    `sip_listen ${bracketed}:${config.sipPort}`,
    `rtp_ports ${config.mediaPort}-${config.mediaPort + 19}`,
    `ctrl_tcp_listen 127.0.0.1:${config.controlPort}`,
    ...[...baseModules, ...config.modules].map((name) => `module ${name}`),
    "module_tmp uuid.so",
    "module_tmp account.so",
    ...applications.map((name) => `module_app ${name}`),
    ...config.lines,
    "",
  ].join("\n");
}
