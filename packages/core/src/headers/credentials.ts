import { Parameters } from "../grammar/parameters.js";
import { checkToken } from "../grammar/token.js";
import { authParameters, type AuthParametersInit } from "./auth-quoting.js";
import { AuthSchemeValue, authSchemeCodec, checkToken68 } from "./auth-scheme-value.js";

/** The value of Authorization and Proxy-Authorization, RFC 3261 §20.7 and §20.28, RFC 7616 §3.4. */
export class Credentials extends AuthSchemeValue {
  /** Makes credentials from their scheme and unquoted parameters. Throws `header.malformed`. */
  static create(scheme: string, parameters: AuthParametersInit = {}): Credentials {
    const list = authParameters(parameters, []);
    return new Credentials({ scheme: checkToken(scheme, "scheme"), parameters: list, token68: undefined });
  }

  /** Makes credentials of one token, such as `Bearer …` (RFC 8898 §3). Throws `header.malformed`. */
  static ofToken(scheme: string, token68: string): Credentials {
    const parts = { scheme: checkToken(scheme, "scheme"), parameters: Parameters.empty };
    return new Credentials({ ...parts, token68: checkToken68(token68) });
  }

  get username(): string | undefined {
    return this.parameters.get("username");
  }

  /** The Request-URI that the response was computed for. */
  get uri(): string | undefined {
    return this.parameters.get("uri");
  }

  get response(): string | undefined {
    return this.parameters.get("response");
  }

  get cnonce(): string | undefined {
    return this.parameters.get("cnonce");
  }

  /** The quality of protection chosen, in lower case. */
  get qop(): string | undefined {
    return this.parameters.get("qop")?.toLowerCase();
  }

  /** How often the nonce was used: eight hexadecimal digits. */
  get nonceCount(): string | undefined {
    return this.parameters.get("nc");
  }

  /** The credentials with other parameters. */
  withParameters(parameters: Parameters): Credentials {
    return new Credentials({ scheme: this.scheme, parameters, token68: undefined });
  }
}

/** Reads and writes Authorization and Proxy-Authorization. */
export const credentialsCodec = authSchemeCodec((parts, text) => new Credentials(parts, text));
