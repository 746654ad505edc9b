/** One row of the tables in `docs/jsr-359.md`. */
export interface MappingRow {
  readonly line: number;
  /** Names of the JSR's members; empty for a row in words. */
  readonly jsr: readonly string[];
  /** What stands for them here: `member`, `Type.member`, or the name of an export. */
  readonly here: readonly string[];
  readonly status: string;
}

/** The rows of one type of the JSR. */
export interface MappingSection {
  readonly line: number;
  readonly jsrType: string;
  /** The type here; undefined: none. */
  readonly type: string | undefined;
  readonly rows: readonly MappingRow[];
}

/** Reads the sections `### JSR type → type here` with their tables; a heading without arrow has rows of types. */
export function readMapping(markdown: string): readonly MappingSection[] {
  const sections: (MappingSection & { rows: MappingRow[] })[] = [];
  for (const [index, text] of markdown.split("\n").entries()) {
    const line = index + 1;
    if (text.startsWith("### ")) {
      const [jsrType = "", type] = codeSpans(text);
      sections.push({ line, jsrType, type, rows: [] });
    } else if (text.startsWith("|") && !/^\| (?:JSR |-)/.test(text)) {
      const [, jsr = "", here = "", status = ""] = text.split("|").map((cell) => cell.trim());
      sections.at(-1)?.rows.push({ line, jsr: codeSpans(jsr).map(nameIn), here: codeSpans(here).map(nameIn), status });
    }
  }
  return sections;
}

/** Whether the row says that the container cannot do it yet. */
export function isNotYet({ status }: MappingRow): boolean {
  return status.endsWith("not yet");
}

function codeSpans(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? "");
}

/** The name in `getHeader(name)`, `@Invite()`, `contextAttribute.SUPPORTED`. */
function nameIn(code: string): string {
  return /^@?[\w.]+/.exec(code)?.[0] ?? code;
}
