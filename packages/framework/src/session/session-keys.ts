import { timingSafeEqual } from "node:crypto";
import { MessageAuthenticator } from "./message-authenticator.js";

/** The URI parameter that tells, in our Contact and Record-Route, whose they are. */
export const keyParameter = "sk";

/** Hex digits of the signature: 64 bits. */
const signatureDigits = 16;
const marker = `;${keyParameter}=`;

/**
 * Signs the keys that stand in the addresses of this container: a peer gives back what it was given and cannot aim at the
 * session of somebody else. Containers that share the secret know each other's keys.
 */
export class SessionKeys {
  readonly #authenticator: MessageAuthenticator;

  constructor(secret: Uint8Array | string) {
    this.#authenticator = new MessageAuthenticator(secret);
  }

  /** The key of a session, by its id. */
  create(sessionId: string): string {
    return [sessionId, this.#sign(sessionId)].join(""); // one piece: a concatenation would keep the whole signature
  }

  /** Whether a key was made with this secret. */
  isGenuine(key: string): boolean {
    const id = key.slice(0, -signatureDigits);
    const expected = Buffer.from(this.#sign(id));
    const given = Buffer.from(key.slice(-signatureDigits));
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #sign(sessionId: string): string {
    return this.#authenticator.authenticate(`session ${sessionId}`).slice(0, signatureDigits);
  }
}

/** The key in a URI, in text; most URIs of others have none, which one search tells. Letters in any case are taken. */
export function sessionKeyOf(uriText: string): string | undefined {
  const start = uriText.indexOf(marker);
  if (start < 0) return undefined;
  return /^[\da-f]+/i.exec(uriText.slice(start + marker.length))?.[0].toLowerCase();
}
