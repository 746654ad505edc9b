/** A header name as it may stand in a message, in lower case. */
interface KnownName {
  readonly letters: Uint8Array;
  readonly key: string;
}

const hyphen = 0x2d;
const slotCount = 1024;

/**
 * Finds the key of a header name from the octets of a message, whatever its letter case: without cutting the name out, and
 * without a hash over all of it. Names share a place of the table only if they agree in length, first and last letter.
 */
export class KnownNames {
  readonly #slots: (KnownName[] | undefined)[] = Array.from({ length: slotCount });

  /** @param names lower-case names, compact forms too, with their keys */
  constructor(names: Iterable<readonly [name: string, key: string]>) {
    for (const [name, key] of names) {
      const letters = Buffer.from(name, "latin1");
      const slot = slotOf(letters, 0, letters.length);
      (this.#slots[slot] ??= []).push({ letters, key });
    }
  }

  /** The key of the name between two places; undefined when it is none of these. */
  find(octets: Uint8Array, start: number, end: number): string | undefined {
    const names = this.#slots[slotOf(octets, start, end)];
    if (names === undefined) return undefined;
    for (const { letters, key } of names) {
      if (letters.length === end - start && isName(octets, start, letters)) return key;
    }
    return undefined;
  }
}

function slotOf(octets: Uint8Array, start: number, end: number): number {
  const first = (octets[start] ?? 0) & 31;
  const last = (octets[end - 1] ?? 0) & 31;
  return ((first << 5) ^ last ^ ((end - start) << 3)) & (slotCount - 1);
}

/** The octets are letters and hyphens, or none of them matches: a hyphen has no second case. */
function isName(octets: Uint8Array, start: number, letters: Uint8Array): boolean {
  for (let index = 0; index < letters.length; index++) {
    const wanted = letters[index] ?? 0;
    const octet = octets[start + index] ?? 0;
    if (octet !== wanted && (wanted === hyphen || (octet | 0x20) !== wanted)) return false;
  }
  return true;
}
