import type { Parameters } from "../grammar/parameters.js";
import { checkToken } from "../grammar/token.js";
import { authParameters, type AuthParametersInit } from "./auth-quoting.js";
import { AuthSchemeValue, authSchemeCodec } from "./auth-scheme-value.js";
import { equalIgnoringCase } from "../grammar/equal-ignoring-case.js";

/** The value of WWW-Authenticate and Proxy-Authenticate, RFC 3261 §20.27 and §20.44, RFC 7616 §3.3. */
export class Challenge extends AuthSchemeValue {
  /** Makes a challenge from its scheme and unquoted parameters. Throws `header.malformed`. */
  static create(scheme: string, parameters: AuthParametersInit = {}): Challenge {
    const list = authParameters(parameters, ["qop"]);
    return new Challenge({ scheme: checkToken(scheme, "scheme"), parameters: list, token68: undefined });
  }

  /** The qualities of protection offered, in lower case: `auth`, `auth-int`. */
  get qop(): readonly string[] {
    const qop = this.parameters.get("qop") ?? "";
    return qop
      .toLowerCase()
      .split(",")
      .map((option) => option.trim())
      .filter((option) => option !== "");
  }

  /** True if only the nonce was too old: try again without asking the user. */
  get stale(): boolean {
    return equalIgnoringCase(this.parameters.get("stale") ?? "", "true");
  }

  get domain(): string | undefined {
    return this.parameters.get("domain");
  }

  /** The challenge with other parameters. */
  withParameters(parameters: Parameters): Challenge {
    return new Challenge({ scheme: this.scheme, parameters, token68: undefined });
  }
}

/** Reads and writes WWW-Authenticate and Proxy-Authenticate. */
export const challengeCodec = authSchemeCodec((parts, text) => new Challenge(parts, text));
