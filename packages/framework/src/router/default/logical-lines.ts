/** A piece of a text that knows where it stands: an offset for each of its characters, and one for its end. */
export interface PlacedText {
  readonly text: string;
  readonly offsets: readonly number[];
}

/**
 * The lines of a properties text that say something: without comments, blank lines and leading white space, and those
 * that a backslash continues joined.
 */
export function logicalLines(text: string): readonly PlacedText[] {
  const lines: PlacedText[] = [];
  let open: { text: string; offsets: number[] } | undefined;
  for (const { start, end } of naturalLines(text)) {
    const first = skipBlanks(text, start, end);
    if (open === undefined && (first === end || "#!".includes(text.charAt(first)))) continue;
    const isContinued = endsInBackslash(text, first, end);
    const last = isContinued ? end - 1 : end;
    open ??= { text: "", offsets: [] };
    open.text += text.slice(first, last);
    for (let offset = first; offset < last; offset += 1) open.offsets.push(offset);
    if (isContinued) continue;
    lines.push({ text: open.text, offsets: [...open.offsets, end] });
    open = undefined;
  }
  if (open !== undefined) lines.push({ text: open.text, offsets: [...open.offsets, text.length] });
  return lines;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function* naturalLines(text: string): Generator<Span> {
  let start = 0;
  for (const { index, 0: terminator } of text.matchAll(/\r\n|\r|\n/g)) {
    yield { start, end: index };
    start = index + terminator.length;
  }
  yield { start, end: text.length };
}

function skipBlanks(text: string, start: number, end: number): number {
  let index = start;
  while (index < end && " \t\f".includes(text.charAt(index))) index += 1;
  return index;
}

/** An even number of backslashes at the end are escaped ones. */
function endsInBackslash(text: string, start: number, end: number): boolean {
  let count = 0;
  while (end - count > start && text.charAt(end - count - 1) === "\\") count += 1;
  return count % 2 === 1;
}
