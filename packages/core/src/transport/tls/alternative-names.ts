/** One entry of a certificate's subjectAltName. */
export interface AlternativeName {
  /** As OpenSSL prints it: `DNS`, `URI`, `IP Address`, `email`, … */
  readonly kind: string;
  readonly value: string;
}

/**
 * Reads subjectAltName as Node prints it: `DNS:a.example, URI:sip:a.example`. A value with signs that could be taken for the
 * next entry stands in JSON quotes. What cannot be read ends the list: better one name too few than one too many.
 */
export function parseAlternativeNames(text: string): AlternativeName[] {
  const names: AlternativeName[] = [];
  let index = 0;
  while (index < text.length) {
    const colon = text.indexOf(":", index);
    if (colon < 0) return names;
    const kind = text.slice(index, colon);
    const end = text.charAt(colon + 1) === '"' ? endOfQuotes(text, colon + 1) : endOfPlain(text, colon + 1);
    const value = plainValue(text.slice(colon + 1, end));
    if (value === undefined) return names;
    names.push({ kind, value });
    index = end + 2;
  }
  return names;
}

function endOfPlain(text: string, start: number): number {
  const end = text.indexOf(", ", start);
  return end < 0 ? text.length : end;
}

function endOfQuotes(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    if (text.charAt(index) === "\\") index++;
    else if (text.charAt(index) === '"') return index + 1;
  }
  return text.length;
}

function plainValue(text: string): string | undefined {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return undefined;
  }
}
