import { createCipheriv, createDecipheriv } from "node:crypto";
import { EngineError } from "../../../errors/engine-error.js";
import type { RandomSource } from "../../../random/random-source.js";

/** What a temporary GRUU stands for. */
export interface TemporaryGruuContent {
  /** Key of the address-of-record. */
  readonly key: string;
  readonly instanceId: string;
  readonly callId: string;
}

const keyLength = 32;
const nonceLength = 12;
const tagLength = 16;
const prefix = "tgruu.";

/**
 * The user part of temporary GRUUs: address, instance and Call-ID under AES-256-GCM, so that nobody can guess one or tell
 * whether two belong together (RFC 5627 §3.1.2, appendix A.2).
 */
export class TemporaryGruu {
  readonly #key: Uint8Array;
  readonly #random: RandomSource;

  /** @throws EngineError `registration.options` */
  constructor(key: Uint8Array | undefined, random: RandomSource) {
    this.#key = key ?? Buffer.from(random.hex(keyLength), "hex");
    this.#random = random;
    if (this.#key.length === keyLength) return;
    const detail = `the key of GRUUs has ${this.#key.length} octets; take ${keyLength} random ones`;
    throw new EngineError("registration.options", { detail });
  }

  /** A new user part; two for the same content have nothing in common. */
  mint({ key, instanceId, callId }: TemporaryGruuContent): string {
    const nonce = Buffer.from(this.#random.hex(nonceLength), "hex");
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    const secret = Buffer.concat([cipher.update(JSON.stringify([key, instanceId, callId]), "utf8"), cipher.final()]);
    return prefix + Buffer.concat([nonce, cipher.getAuthTag(), secret]).toString("base64url");
  }

  /** Reads a user part back; undefined for what is none of ours. Never throws. */
  open(user: string): TemporaryGruuContent | undefined {
    const bytes = user.startsWith(prefix) ? Buffer.from(user.slice(prefix.length), "base64url") : Buffer.alloc(0);
    if (bytes.length <= nonceLength + tagLength) return undefined;
    try {
      const cipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, nonceLength));
      cipher.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength));
      const text = Buffer.concat([cipher.update(bytes.subarray(nonceLength + tagLength)), cipher.final()]).toString(
        "utf8",
      );
      const [key, instanceId, callId] = JSON.parse(text) as [string, string, string];
      return { key, instanceId, callId };
    } catch {
      return undefined;
    }
  }
}

/** One spelling for all spellings of an instance: the names of UUIDs compare without case (RFC 4122 §3). */
export function canonicalInstance(instanceId: string): string {
  return instanceId.slice(0, 9).toLowerCase() === "urn:uuid:" ? instanceId.toLowerCase() : instanceId;
}
