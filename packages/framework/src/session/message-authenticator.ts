import { hash } from "node:crypto";

/** Octets of a block of SHA-256, and of its digest. */
const blockLength = 64;
const digestLength = 32;
const innerPad = 0x36;
const outerPad = 0x5c;
/** Texts are short; a longer one gets a buffer of its own. */
const usualLength = 192;

/**
 * HMAC-SHA-256 of short texts (RFC 2104) by two one-shot hashes. `createHmac` makes an object of OpenSSL for each text, which
 * costs twice the time and is work for the garbage collector.
 */
export class MessageAuthenticator {
  readonly #inner = Buffer.alloc(blockLength + usualLength, innerPad);
  readonly #outer = Buffer.alloc(blockLength + digestLength, outerPad);

  constructor(secret: Uint8Array | string) {
    const octets = Buffer.from(secret);
    const key = octets.length > blockLength ? hash("sha256", octets, "buffer") : octets;
    for (const [index, octet] of key.entries()) {
      this.#inner[index] = octet ^ innerPad;
      this.#outer[index] = octet ^ outerPad;
    }
  }

  /** The code of a text in Latin-1, 64 hex digits. */
  authenticate(text: string): string {
    this.#outer.write(hash("sha256", this.#keyed(text), "binary"), blockLength, "latin1");
    return hash("sha256", this.#outer, "hex");
  }

  /** The text behind the key, in octets that the next call overwrites. */
  #keyed(text: string): Uint8Array {
    const end = blockLength + text.length;
    const inner = text.length > usualLength ? Buffer.concat([this.#inner], end) : this.#inner;
    inner.write(text, blockLength, "latin1");
    return inner.subarray(0, end);
  }
}
