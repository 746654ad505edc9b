import { createHmac, timingSafeEqual } from "node:crypto";
import type { Uri } from "../api/uri.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";

/** Name of the parameter that `encodeUri` adds. */
export const targetParameter = "siplet-session";

/** Octets of the signature that are kept: 128 bits. */
const signatureLength = 16;

/** The session a URI leads to. */
export interface SessionTarget {
  readonly applicationName: string;
  readonly applicationSessionId: string;
}

/**
 * Writes application sessions into URIs and reads them back (JSR 289 §15.11.1). The token is signed: nobody gets into a
 * session by guessing ids. Containers that share the secret read each other's tokens.
 */
export class SessionTargeting {
  readonly #secret: Uint8Array | string;

  constructor(secret: Uint8Array | string) {
    this.#secret = secret;
  }

  /** @throws IllegalArgumentError `argument.scheme` for a URI that is no SIP URI */
  encode(uri: Uri, applicationName: string, applicationSessionId: string): void {
    if (!uri.isSipUri) {
      throw new IllegalArgumentError("argument.scheme", { detail: `${String(uri)} cannot carry a session` });
    }
    uri.setParameter(targetParameter, this.createToken({ applicationName, applicationSessionId }));
  }

  /** A signed word for a session, of hexadecimal digits and dots. */
  createToken({ applicationName, applicationSessionId }: SessionTarget): string {
    const name = Buffer.from(applicationName, "utf8").toString("hex");
    const target = `${applicationSessionId}.${name}`;
    return `${target}.${this.#sign(target).toString("hex")}`;
  }

  /** The session that a URI, in text, leads to; undefined for none and for a token that was not made here. */
  decode(uriText: string): SessionTarget | undefined {
    const token = tokenOf(uriText);
    return token === undefined ? undefined : this.readToken(token);
  }

  /** The session of a word; undefined when it was not made here. */
  readToken(token: string): SessionTarget | undefined {
    const [id = "", name = "", signature = ""] = token.split(".");
    const expected = this.#sign(`${id}.${name}`);
    const given = Buffer.from(signature, "hex");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return { applicationSessionId: id, applicationName: Buffer.from(name, "hex").toString("utf8") };
  }

  #sign(target: string): Buffer {
    return createHmac("sha256", this.#secret).update(target).digest().subarray(0, signatureLength);
  }
}

/** The value of the parameter; most URIs have none, which one search tells. Parameter names ignore case. */
function tokenOf(uriText: string): string | undefined {
  if (!uriText.includes(";")) return undefined;
  const lower = uriText.toLowerCase();
  const start = lower.indexOf(`;${targetParameter}=`);
  if (start < 0) return undefined;
  return /^[\da-f.]+/.exec(lower.slice(start + targetParameter.length + 2))?.[0];
}
