import type { Ladder, LadderArrow, LadderRow } from "../ladder/build-ladder.js";

const clockWidth = 14;
const columnWidth = 30;

/**
 * A ladder as plain text, for mails and bug reports:
 *
 *     00:00.000      192.0.2.1:5060                      Siplet
 *                          |--- INVITE (SDP) ------------->|
 */
export function ladderText({ columns, rows }: Ladder): string {
  const start = rows[0]?.time ?? 0;
  const places = new Map(columns.map(({ id }, index) => [id, clockWidth + index * columnWidth + columnWidth / 2]));
  const head = columns.map(({ label }) => centered(label, columnWidth)).join("");
  const lines = rows.map((row) => lineOf(row, places, clock(row.time - start)));
  return [" ".repeat(clockWidth) + head, ...lines].map((line) => line.trimEnd()).join("\n") + "\n";
}

function lineOf(row: LadderRow, places: ReadonlyMap<string, number>, time: string): string {
  const width = clockWidth + places.size * columnWidth;
  const line = Array.from({ length: width }, () => " ");
  write(line, 0, time);
  for (const place of places.values()) line[place] = "|";
  if (row.kind === "note") {
    write(line, (places.get("container") ?? clockWidth) + 2, `* ${row.text}`);
    return line.join("");
  }
  drawArrow(line, places, row);
  return line.join("") + (row.handler === undefined ? "" : `  ${row.handler}`);
}

function drawArrow(line: string[], places: ReadonlyMap<string, number>, arrow: LadderArrow): void {
  const from = places.get(arrow.from) ?? clockWidth;
  const to = places.get(arrow.to) ?? clockWidth;
  const [left, right] = from < to ? [from, to] : [to, from];
  for (let index = left + 1; index < right; index++) line[index] = arrow.isRepeat ? "." : "-";
  line[from < to ? right - 1 : left + 1] = from < to ? ">" : "<";
  const label = ` ${arrow.label} `.slice(0, right - left - 4);
  write(line, left + Math.max(2, Math.floor((right - left - label.length) / 2)), label);
}

function write(line: string[], start: number, text: string): void {
  for (let index = 0; index < text.length; index++) line[start + index] = text.charAt(index);
}

function centered(text: string, width: number): string {
  const shown = text.slice(0, width - 1);
  const left = Math.floor((width - shown.length) / 2);
  return " ".repeat(left) + shown.padEnd(width - left);
}

/** `01:02.345` since the first event. */
function clock(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  const seconds = (milliseconds - minutes * 60_000) / 1000;
  return `${String(minutes).padStart(2, "0")}:${seconds.toFixed(3).padStart(6, "0")}`;
}
