import { EngineError } from "../errors/engine-error.js";
import { EQUALS } from "../grammar/character-codes.js";
import { token68Characters } from "../grammar/character-tables.js";
import { equalIgnoringCase } from "../grammar/equal-ignoring-case.js";
import { Parameters } from "../grammar/parameters.js";
import { scanWhile, skipSpace } from "../grammar/scan.js";
import type { TextReader } from "../grammar/text-reader.js";
import { HeaderValue, valueCodec, type HeaderCodec } from "./header-value.js";
import { readAuthParameters } from "./read-auth-parameters.js";

/** What challenge and credentials have in common: a scheme, and either parameters or one opaque token. */
export interface AuthSchemeParts {
  /** As received; compares without case. */
  readonly scheme: string;
  readonly parameters: Parameters;
  /** What a scheme such as Basic or Bearer has in place of parameters, RFC 7235 §2.1. */
  readonly token68: string | undefined;
}

/** A challenge or credentials, RFC 3261 §25.1: the scheme and its parameters in order, quoting kept. */
export abstract class AuthSchemeValue extends HeaderValue implements AuthSchemeParts {
  readonly scheme: string;
  readonly parameters: Parameters;
  readonly token68: string | undefined;

  constructor(parts: AuthSchemeParts, text?: string) {
    super(text);
    this.scheme = parts.scheme;
    this.parameters = parts.parameters;
    this.token68 = parts.token68;
  }

  /** True for the one scheme that SIP uses, RFC 3261 §22. */
  get isDigest(): boolean {
    return equalIgnoringCase(this.scheme, "Digest");
  }

  /** Names the protection space; compares with case. */
  get realm(): string | undefined {
    return this.parameters.get("realm");
  }

  get nonce(): string | undefined {
    return this.parameters.get("nonce");
  }

  get opaque(): string | undefined {
    return this.parameters.get("opaque");
  }

  /** As written; absent stands for `MD5`. */
  get algorithm(): string | undefined {
    return this.parameters.get("algorithm");
  }

  /** True if the user name is to be sent, or is sent, as hash, RFC 7616 §3.4.4. */
  get userhash(): boolean {
    return equalIgnoringCase(this.parameters.get("userhash") ?? "", "true");
  }

  protected override write(): string {
    return `${this.scheme} ${this.token68 ?? this.parameters.join(", ")}`.trimEnd();
  }
}

/** The codec of challenges or credentials. */
export function authSchemeCodec<T extends AuthSchemeValue>(
  make: (parts: AuthSchemeParts, text: string) => T,
): HeaderCodec<T> {
  return valueCodec((reader) => {
    const start = reader.index;
    const parts = readParts(reader);
    return make(parts, reader.textFrom(start));
  });
}

/** The token itself if it is a `token68`; else throws `header.malformed`. */
export function checkToken68(token68: string): string {
  if (token68 !== "" && token68End(token68, 0, token68.length) === token68.length) return token68;
  throw new EngineError("header.malformed", { detail: `"${token68}" is no token68` });
}

function readParts(reader: TextReader): AuthSchemeParts {
  const scheme = reader.token("an authentication scheme");
  if (reader.atEnd()) return { scheme, parameters: Parameters.empty, token68: undefined };
  const start = reader.index;
  const end = token68End(reader.text, start, reader.end);
  if (end > start && skipSpace(reader.text, end, reader.end) === reader.end) {
    reader.index = reader.end;
    return { scheme, parameters: Parameters.empty, token68: reader.text.slice(start, end) };
  }
  return { scheme, parameters: readAuthParameters(reader), token68: undefined };
}

/** The index behind `token68`: its padding ends it. */
function token68End(text: string, start: number, end: number): number {
  let index = scanWhile(text, start, end, token68Characters);
  while (index > start && index < end && text.charCodeAt(index) === EQUALS) index++;
  return index;
}
