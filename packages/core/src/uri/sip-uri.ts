import { inspect } from "node:util";
import { EngineError } from "../errors/engine-error.js";
import { passwordCharacters, userCharacters } from "../grammar/character-tables.js";
import { digitsValue } from "../grammar/digits.js";
import { formatHostPort, isHost, withoutBrackets } from "../grammar/host.js";
import type { ParameterInput, ParametersInit } from "../grammar/parameter-list.js";
import { completeEscapes, decodePercent, encodePercent } from "../grammar/percent-encoding.js";
import { equalSipUris, sipUriKey } from "./compare-sip-uris.js";
import { plainSipUri, type CheckedSipUri } from "./read-sip-uri.js";
import type { SipUriFields } from "./sip-uri-fields.js";
import { UriHeaders, type UriHeadersInit } from "./uri-headers.js";
import { UriParameters } from "./uri-parameters.js";
import type { UriValue } from "./uri-value.js";

/** What a SIP URI can be made from. */
export interface SipUriParts {
  /** `sip` unless said otherwise. */
  readonly scheme?: "sip" | "sips";
  /** The user part as written. It may hold escapes; characters that cannot stand bare are escaped. */
  readonly user?: string;
  /** The user part without escapes, instead of `user`. */
  readonly decodedUser?: string;
  /** The password as written, like `user`. Its use is not recommended (RFC 3261 §19.1.1). */
  readonly password?: string;
  /** Host name, IPv4 address, or IPv6 address with or without brackets. */
  readonly host: string;
  readonly port?: number;
  readonly parameters?: ParametersInit;
  readonly headers?: UriHeadersInit;
}

/** A SIP or SIPS URI, RFC 3261 §19.1. Immutable; the JSR calls it `SipURI`. */
export class SipUri implements UriValue, SipUriFields {
  readonly kind = "sip";
  #parts: CheckedSipUri | undefined;
  #parameters: UriParameters | undefined;
  #headers: UriHeaders | undefined;
  #text: string | undefined;
  #key: string | undefined;

  /** For the parser. Programs use {@link create}. */
  constructor(checked: CheckedSipUri | undefined, text: string | undefined) {
    this.#parts = checked;
    this.#text = text;
  }

  /** For the parser: a text that is known to be a plain URI, whose parts are read when asked for (see `plainSipUri`). */
  static ofPlain(text: string): SipUri {
    return new SipUri(undefined, text);
  }

  /** Makes a URI from its parts; escapes what cannot stand bare and throws `uri.malformed` for a bad host or port. */
  static create(parts: SipUriParts): SipUri {
    checkPort(parts.port);
    return SipUri.#make(parts);
  }

  static #make(parts: SipUriParts): SipUri {
    const host = withoutBrackets(parts.host);
    if (!isHost(host)) throw malformed(`"${parts.host}" is no host`);
    const user = writtenUser(parts);
    const password = parts.password === undefined ? undefined : completeEscapes(parts.password, passwordCharacters);
    if (user === undefined && password !== undefined) throw malformed("a password needs a user");
    const parameters = parts.parameters === undefined ? UriParameters.empty : UriParameters.from(parts.parameters);
    const headers = parts.headers === undefined ? UriHeaders.empty : UriHeaders.from(parts.headers);
    const { scheme = "sip", port } = parts;
    return new SipUri({ scheme, user, password, host, port, parameters, headers }, undefined);
  }

  /** Static, for a private method of instances costs each of them when it is made. */
  static #partsOf(uri: SipUri): CheckedSipUri {
    return (uri.#parts ??= plainSipUri(uri.toString()));
  }

  get scheme(): "sip" | "sips" {
    return SipUri.#partsOf(this).scheme;
  }

  /** The user part as written, with its escapes; `undefined` where there is none. */
  get user(): string | undefined {
    return SipUri.#partsOf(this).user;
  }

  /** The password as written, with its escapes. */
  get password(): string | undefined {
    return SipUri.#partsOf(this).password;
  }

  /** The host, IPv6 without brackets. */
  get host(): string {
    return SipUri.#partsOf(this).host;
  }

  /** The port if one is written. Absent is not the same as the default (RFC 3261 §19.1.4). */
  get port(): number | undefined {
    return SipUri.#partsOf(this).port;
  }

  /** True for sips. */
  get isSecure(): boolean {
    return this.scheme === "sips";
  }

  /** The user part without escapes. */
  get decodedUser(): string | undefined {
    const { user } = this;
    return user === undefined ? undefined : decodePercent(user);
  }

  get parameters(): UriParameters {
    return (this.#parameters ??= parametersOf(SipUri.#partsOf(this).parameters));
  }

  get headers(): UriHeaders {
    return (this.#headers ??= headersOf(SipUri.#partsOf(this).headers));
  }

  /** The `transport` parameter in lower case: `udp`, `tcp`, `tls`, `sctp`, `ws`, … */
  get transport(): string | undefined {
    return this.parameters.get("transport")?.toLowerCase();
  }

  /** The `maddr` parameter, IPv6 without brackets: the address that overrides the host as destination. */
  get maddr(): string | undefined {
    const maddr = this.parameters.get("maddr");
    return maddr === undefined ? undefined : withoutBrackets(maddr);
  }

  /** The `ttl` parameter, 0 to 255; `undefined` if it is none. */
  get ttl(): number | undefined {
    const ttl = this.parameters.get("ttl");
    const value = ttl === undefined ? -1 : digitsValue(ttl, 0, ttl.length);
    return value < 0 || value > 255 ? undefined : value;
  }

  /** The `method` parameter: the method of a request built from this URI. */
  get method(): string | undefined {
    return this.parameters.get("method");
  }

  /** The `user` parameter in lower case: `phone`, `ip`, `dialstring`. */
  get userParameter(): string | undefined {
    return this.parameters.get("user")?.toLowerCase();
  }

  /** True if the element is a loose router; `lr=on` and `lr=true` count as well. */
  get lr(): boolean {
    return this.parameters.has("lr");
  }

  get key(): string {
    return (this.#key ??= sipUriKey(this));
  }

  /** A URI with these parts changed and the others kept. A part set to `undefined` is left out. */
  with(changes: Partial<SipUriParts>): SipUri {
    const { scheme, user, password, host, port, parameters, headers } = this;
    const kept: SipUriParts = { scheme, user, password, host, port, parameters, headers };
    const userLeaves = "user" in changes && changes.user === undefined && changes.decodedUser === undefined;
    const dropped: Partial<SipUriParts> = userLeaves ? { password: undefined } : {};
    checkPort(changes.port);
    return SipUri.#make({ ...kept, ...dropped, ...changes, host: changes.host ?? host });
  }

  /** A URI with one parameter set; `true` makes it a mere flag, `undefined` removes it. */
  withParameter(name: string, value: ParameterInput): SipUri {
    return this.with({ parameters: this.parameters.with(name, value) });
  }

  /** A URI without one parameter; the URI itself if it has no such parameter. */
  withoutParameter(name: string): SipUri {
    return this.parameters.has(name) ? this.with({ parameters: this.parameters.without(name) }) : this;
  }

  /** The URI as it may stand in a request line: without `method` parameter and header part (RFC 3261 §19.1.1). */
  toRequestUri(): SipUri {
    const bare = this.withoutParameter("method");
    return bare.headers.size === 0 ? bare : bare.with({ headers: UriHeaders.empty });
  }

  equals(other: UriValue): boolean {
    return other instanceof SipUri && (this === other || equalSipUris(this, other));
  }

  toString(): string {
    return (this.#text ??= written(this));
  }

  toJSON(): string {
    return this.toString();
  }

  /** What `console.log` shows: the parts are found when asked for. */
  [inspect.custom](): string {
    return `SipUri ${this.toString()}`;
  }
}

function parametersOf(parameters: UriParameters | string): UriParameters {
  return typeof parameters === "string" ? UriParameters.fromText(parameters) : parameters;
}

function headersOf(headers: UriHeaders | string): UriHeaders {
  return typeof headers === "string" ? UriHeaders.fromText(headers) : headers;
}

function written(uri: SipUri): string {
  const password = uri.password === undefined ? "" : `:${uri.password}`;
  const userinfo = uri.user === undefined ? "" : `${uri.user}${password}@`;
  const tail = `${uri.parameters.toString()}${uri.headers.toString()}`;
  return `${uri.scheme}:${userinfo}${formatHostPort(uri.host, uri.port)}${tail}`;
}

function writtenUser(parts: SipUriParts): string | undefined {
  if (parts.decodedUser === "" || parts.user === "") throw malformed("the user part cannot be empty");
  if (parts.decodedUser !== undefined) return encodePercent(parts.decodedUser, userCharacters);
  return parts.user === undefined ? undefined : completeEscapes(parts.user, userCharacters);
}

function checkPort(port: number | undefined): void {
  if (port !== undefined && (!Number.isInteger(port) || port < 0 || port > 65_535)) {
    throw malformed(`${port} is no port`);
  }
}

function malformed(detail: string): EngineError {
  return new EngineError("uri.malformed", { detail });
}
