import type { Parameters } from "../grammar/parameters.js";
import { authParameters, type AuthParametersInit } from "./auth-quoting.js";
import { HeaderValue, valueCodec } from "./header-value.js";
import { readAuthParameters } from "./read-auth-parameters.js";

/** What a server tells after it has accepted credentials: the value of Authentication-Info, RFC 7616 §3.5. */
export class AuthenticationInfo extends HeaderValue {
  constructor(
    readonly parameters: Parameters,
    text?: string,
  ) {
    super(text);
  }

  /** Makes a value from unquoted parameters. Throws `header.malformed`. */
  static create(parameters: AuthParametersInit): AuthenticationInfo {
    return new AuthenticationInfo(authParameters(parameters, []));
  }

  /** The nonce to use from now on. */
  get nextNonce(): string | undefined {
    return this.parameters.get("nextnonce");
  }

  get qop(): string | undefined {
    return this.parameters.get("qop")?.toLowerCase();
  }

  /** Proof that the server knows the secret too. */
  get responseAuth(): string | undefined {
    return this.parameters.get("rspauth");
  }

  get cnonce(): string | undefined {
    return this.parameters.get("cnonce");
  }

  /** How often the nonce was used: eight hexadecimal digits. */
  get nonceCount(): string | undefined {
    return this.parameters.get("nc");
  }

  protected override write(): string {
    return this.parameters.join(", ");
  }
}

/** Reads and writes Authentication-Info. */
export const authenticationInfoCodec = valueCodec((reader) => {
  const start = reader.index;
  const parameters = readAuthParameters(reader);
  return new AuthenticationInfo(parameters, reader.textFrom(start));
});
