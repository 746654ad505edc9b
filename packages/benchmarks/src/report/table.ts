/** A table for terminals and, with the same cells, for Markdown: the first column left, the others right. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The table in columns of one width. */
export function formatTable({ header, rows }: Table): string {
  const widths = header.map((title, column) => Math.max(...[header, ...rows].map((row) => widthAt(row, column))));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  return [line(header), ...rows.map(line)].join("\n");
}

/** The table in Markdown. */
export function markdownTable({ header, rows }: Table): string {
  const rule = header.map((_title, column) => (column === 0 ? "---" : "---:"));
  return [header, rule, ...rows].map(markdownRow).join("\n");
}

function widthAt(row: readonly string[], column: number): number {
  return row[column]?.length ?? 0;
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
