import { matchesPacket, type MessageMatch, type Packet } from "./packet.js";

/** What became of a message, where it is not simply delivered. */
export type PacketFate =
  | "delivered"
  | "lost"
  | "dropped by rule"
  | "failed by rule"
  | "duplicated"
  | "held back"
  | "cut by partition"
  | "nobody listens";

/** One line of the trace. */
export interface TraceEntry {
  readonly packet: Packet;
  /** Names of the columns it goes between. */
  readonly from: string;
  readonly to: string;
  readonly fate: PacketFate;
}

/** Which lines are asked for. */
export interface TraceFilter {
  /** Column, address or `address:port`. */
  readonly from?: string;
  readonly to?: string;
}

const columnWidth = 26;

/** Everything that was sent, in order of sending. Prints as a ladder. */
export class NetworkTrace {
  readonly #entries: TraceEntry[] = [];

  get entries(): readonly TraceEntry[] {
    return this.#entries;
  }

  /** Adds a line; the network calls it. */
  record(entry: TraceEntry): void {
    this.#entries.push(entry);
  }

  /** Forgets what was sent so far. */
  clear(): void {
    this.#entries.length = 0;
  }

  /** The messages that match, in order of sending. */
  packets(match: MessageMatch = "*", { from, to }: TraceFilter = {}): Packet[] {
    const wanted = this.#entries.filter(
      (entry) =>
        (from === undefined || isEnd(from, entry.from, entry.packet.from)) &&
        (to === undefined || isEnd(to, entry.to, entry.packet.to)),
    );
    return wanted.map((entry) => entry.packet).filter((packet) => matchesPacket(match, packet));
  }

  /** `INVITE`, `100 INVITE`, … in order of sending. */
  summaries(filter?: TraceFilter): string[] {
    return this.packets("*", filter).map((packet) => packet.message.summary);
  }

  /** When the matching messages were sent, in milliseconds. */
  times(match: MessageMatch, filter?: TraceFilter): number[] {
    return this.packets(match, filter).map((packet) => packet.sentAt);
  }

  /** The ladder, for the message of a failing test. */
  toString(): string {
    const columns = [...new Set(this.#entries.flatMap((entry) => [entry.from, entry.to]))];
    const head = columns.map((name) => name.padEnd(columnWidth)).join("");
    return [`${" ".repeat(10)}${head}`.trimEnd(), ...this.#entries.map((entry) => rung(entry, columns))].join("\n");
  }
}

function isEnd(wanted: string, column: string, { address, port }: Packet["from"]): boolean {
  return wanted === column || wanted === address || wanted === `${address}:${port}`;
}

function rung({ packet, from, to, fate }: TraceEntry, columns: readonly string[]): string {
  const [start, end] = [columns.indexOf(from), columns.indexOf(to)];
  const [left, right] = [Math.min(start, end), Math.max(start, end)];
  const { message } = packet;
  const label = `${message.summary} ${Number.isNaN(message.sequenceNumber) ? "" : message.sequenceNumber}`.trim();
  const width = Math.max(right - left, 1) * columnWidth - 1;
  const arrow = start <= end ? `-${label}-`.padEnd(width - 1, "-") + ">" : `<${`-${label}-`.padEnd(width - 1, "-")}`;
  const pad = "|".padEnd(columnWidth).repeat(left);
  const note = fate === "delivered" ? "" : `  (${fate})`;
  return `${(packet.sentAt / 1000).toFixed(3).padStart(8)}  ${pad}|${arrow}|${note}`;
}
