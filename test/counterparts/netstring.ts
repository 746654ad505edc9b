/** A frame `length:bytes,` (the length counts bytes, not characters). */
export function encodeNetstring(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  return Buffer.concat([Buffer.from(`${bytes.length}:`), bytes, Buffer.from(",")]);
}

const colon = 0x3a;

/** Cuts a byte stream into netstrings: frames may come several at a time or in pieces. */
export class NetstringDecoder {
  #rest: Buffer = Buffer.alloc(0);

  /** Takes the bytes of one read and returns the texts of the frames that are now complete. */
  decode(bytes: Uint8Array): string[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const texts: string[] = [];
    for (let text = this.#next(); text !== undefined; text = this.#next()) texts.push(text);
    return texts;
  }

  #next(): string | undefined {
    const start = this.#rest.indexOf(colon) + 1;
    if (start === 0) return undefined;
    const digits = this.#rest.toString("latin1", 0, start - 1);
    if (!/^\d{1,9}$/.test(digits)) throw new RangeError(`Not the length of a netstring: ${JSON.stringify(digits)}`);
    const end = start + Number(digits);
    if (this.#rest.length <= end) return undefined;
    const text = this.#rest.toString("utf8", start, end);
    this.#rest = this.#rest.subarray(end + 1);
    return text;
  }
}
