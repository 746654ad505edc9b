import { runCommand } from "./run-command.js";

export interface DecodeOptions {
  /** Ports on which UDP and TCP are SIP, where tshark would not guess. */
  readonly sipPorts?: readonly number[];
  /** Other protocols by port, as tshark's `-d`: "udp.port==9060,hep". */
  readonly decodeAs?: readonly string[];
  /** Display filter, e.g. "sip.Method == INVITE". */
  readonly filter?: string;
}

/** A SIP message as tshark sees it. */
export interface DecodedSip {
  readonly frame: number;
  readonly timeMs: number;
  /** "127.0.0.1:5060". */
  readonly source: string;
  readonly destination: string;
  readonly transport: "udp" | "tcp";
  /** Request or status line. */
  readonly startLine: string;
  readonly callId: string;
  readonly cseq: string;
}

const fields = `
  frame.number frame.time_relative ip.src ipv6.src udp.srcport tcp.srcport ip.dst ipv6.dst udp.dstport tcp.dstport
  sip.Request-Line sip.Status-Line sip.Call-ID sip.CSeq`
  .trim()
  .split(/\s+/);

/** SIP messages of a pcap or pcapng file; of a TCP segment with several messages the first line and ids of each are joined by `|`. */
export async function decodeSip(file: string, options: DecodeOptions = {}): Promise<DecodedSip[]> {
  const filter = options.filter === undefined ? "sip" : `sip && (${options.filter})`;
  const columns = [
    "-T",
    "fields",
    "-E",
    "separator=/t",
    "-E",
    "aggregator=|",
    ...fields.flatMap((name) => ["-e", name]),
  ];
  const stdout = await tshark(file, { ...options, filter }, columns);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => readRow(line.split("\t")));
}

/** Every packet with all fields, as tshark's `-T json` gives them. */
export async function decodePcap(file: string, options: DecodeOptions = {}): Promise<unknown[]> {
  const stdout = await tshark(file, options, ["-T", "json", "--no-duplicate-keys"]);
  return JSON.parse(stdout) as unknown[];
}

/** What tshark finds malformed or wrong in a file: one line per packet, none when all is well. */
export async function malformedPackets(file: string, options: DecodeOptions = {}): Promise<string[]> {
  const wrong = "_ws.malformed || _ws.expert.severity == error";
  const filter = options.filter === undefined ? wrong : `(${wrong}) && (${options.filter})`;
  const columns = [
    "-T",
    "fields",
    "-E",
    "separator=/s",
    "-e",
    "frame.number",
    "-e",
    "_ws.col.Info",
    "-e",
    "_ws.expert.message",
  ];
  const stdout = await tshark(file, { ...options, filter }, columns);
  return stdout.split("\n").filter((line) => line !== "");
}

async function tshark(file: string, options: DecodeOptions, output: readonly string[]): Promise<string> {
  const { sipPorts = [], decodeAs = [], filter } = options;
  const ports = sipPorts.flatMap((port) => [`udp.port==${port},sip`, `tcp.port==${port},sip`]);
  const args = ["-n", "-r", file, ...[...ports, ...decodeAs].flatMap((rule) => ["-d", rule]), ...output];
  if (filter !== undefined) args.push("-Y", filter);
  const { stdout } = await runCommand("tshark", args, { timeoutMs: 30_000 });
  return stdout;
}

function readRow(cells: readonly string[]): DecodedSip {
  const [frame = "", time = "", ip4From = "", ip6From = "", udpFrom = "", tcpFrom = "", ...rest] = cells;
  const [ip4To = "", ip6To = "", udpTo = "", tcpTo = "", requestLine = "", statusLine = "", callId = "", cseq = ""] =
    rest;
  return {
    frame: Number(frame),
    timeMs: Number(time) * 1000,
    source: `${ip4From || `[${ip6From}]`}:${udpFrom || tcpFrom}`,
    destination: `${ip4To || `[${ip6To}]`}:${udpTo || tcpTo}`,
    transport: udpFrom === "" ? "tcp" : "udp",
    startLine: requestLine || statusLine,
    callId,
    cseq,
  };
}
