import type { Ladder, LadderArrow, LadderRow } from "../ladder/build-ladder.js";

/** A ladder as a Mermaid sequence diagram, for Markdown documents. */
export function ladderMermaid({ columns, rows }: Ladder): string {
  const names = new Map(columns.map(({ id }, index) => [id, `P${index}`]));
  const participants = columns.map(({ id, label }) => `  participant ${names.get(id)} as ${plain(label)}`);
  const middle = names.get("container") ?? "P0";
  return ["sequenceDiagram", ...participants, ...rows.map((row) => lineOf(row, names, middle))].join("\n") + "\n";
}

function lineOf(row: LadderRow, names: ReadonlyMap<string, string>, middle: string): string {
  if (row.kind === "note") return `  Note over ${middle}: ${plain(row.text)}`;
  return `  ${names.get(row.from)}${arrow(row)}${names.get(row.to)}: ${plain(labelOf(row))}`;
}

function labelOf({ label, handler, isRepeat }: LadderArrow): string {
  return [label, isRepeat ? "again" : undefined, handler].filter((part) => part !== undefined).join(" · ");
}

function arrow({ tone, isRepeat }: LadderArrow): string {
  return tone === "request" && !isRepeat ? "->>" : "-->>";
}

/** Mermaid ends a text at a semicolon and takes `#` for the start of an entity. */
function plain(text: string): string {
  return text.replaceAll(/[#;]/g, (sign) => (sign === "#" ? "#35;" : "#59;")).replaceAll(/[\r\n]+/g, " ");
}
