import { EngineError } from "../errors/engine-error.js";
import { digitsValue } from "../grammar/digits.js";
import { formatHost, formatHostPort, isHost, withoutBrackets } from "../grammar/host.js";
import { isIpv6 } from "../grammar/ip-address.js";
import type { ParametersInit } from "../grammar/parameter-list.js";
import { Parameters } from "../grammar/parameters.js";
import { checkToken, isToken } from "../grammar/token.js";
import { HeaderValue } from "./header-value.js";

/** What a Via value can be made from. */
export interface ViaParts {
  /** `SIP/2.0` unless said otherwise. */
  readonly protocol?: string;
  readonly transport: string;
  /** Host of sent-by, IPv6 with or without brackets. */
  readonly host: string;
  readonly port?: number;
  readonly branch?: string;
  /** Source address, IPv6 with or without brackets. */
  readonly received?: string;
  /** Source port, or `true` to ask for it (RFC 3581). */
  readonly rport?: number | true;
  readonly maddr?: string;
  readonly ttl?: number;
  /** The parameters behind those above. */
  readonly parameters?: ParametersInit;
}

/** A Via whose parts are checked. */
export interface CheckedVia {
  readonly protocol: string;
  readonly transport: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly parameters: Parameters;
}

const namedParameters = ["branch", "rport", "received", "maddr", "ttl"] as const;

/** One value of Via: where a message passed, RFC 3261 §20.42, RFC 3581. */
export class Via extends HeaderValue {
  /** Protocol name and version, `SIP/2.0`. */
  readonly protocol: string;
  /** The transport as received; compares without case. */
  readonly transport: string;
  /** Host of sent-by, IPv6 without brackets. */
  readonly host: string;
  /** Port of sent-by, if one is written. */
  readonly port: number | undefined;
  readonly parameters: Parameters;
  /** The branch, which names the transaction; compares with case. */
  readonly branch: string | undefined;

  /** For the parser. Programs use {@link create}. */
  constructor(checked: CheckedVia, text?: string) {
    super(text);
    this.protocol = checked.protocol;
    this.transport = checked.transport;
    this.host = checked.host;
    this.port = checked.port;
    this.parameters = checked.parameters;
    this.branch = checked.parameters.get("branch");
  }

  /** Makes a value from its parts; throws `header.malformed` for what the grammar forbids. */
  static create(parts: ViaParts): Via {
    const host = withoutBrackets(parts.host);
    if (!isHost(host)) throw malformed(`"${parts.host}" is no host`);
    checkRange("port", parts.port, 65_535);
    const parameters = withNamed(Parameters.from(parts.parameters ?? []), parts);
    const protocol = checkProtocol(parts.protocol ?? "SIP/2.0");
    const transport = checkToken(parts.transport, "Via transport");
    return new Via({ protocol, transport, host, port: parts.port, parameters });
  }

  /** Host and port as written, IPv6 in brackets. */
  get sentBy(): string {
    return formatHostPort(this.host, this.port);
  }

  /** The source address that the next element saw, IPv6 without brackets. */
  get received(): string | undefined {
    const received = this.parameters.get("received");
    return received === undefined ? undefined : withoutBrackets(received);
  }

  /** The source port that the next element saw; `true` where it is only asked for (RFC 3581 §3). */
  get rport(): number | true | undefined {
    if (!this.parameters.has("rport")) return undefined;
    return this.#number("rport") ?? true;
  }

  /** The multicast or other address to answer to, IPv6 without brackets. */
  get maddr(): string | undefined {
    const maddr = this.parameters.get("maddr");
    return maddr === undefined ? undefined : withoutBrackets(maddr);
  }

  get ttl(): number | undefined {
    return this.#number("ttl");
  }

  /** A value with these parts changed and the others kept. A part set to `undefined` is left out. */
  with(changes: Partial<ViaParts>): Via {
    const { branch, rport, received, maddr, ttl } = changes;
    let parameters = changes.parameters === undefined ? this.parameters : Parameters.from(changes.parameters);
    for (const name of namedParameters) {
      if (name in changes && changes[name] === undefined) parameters = parameters.without(name);
    }
    return Via.create({
      protocol: changes.protocol ?? this.protocol,
      transport: changes.transport ?? this.transport,
      host: changes.host ?? this.host,
      port: "port" in changes ? changes.port : this.port,
      branch,
      rport,
      received,
      maddr,
      ttl,
      parameters,
    });
  }

  protected override write(): string {
    return `${this.protocol}/${this.transport} ${this.sentBy}${this.parameters.toString()}`;
  }

  #number(name: string): number | undefined {
    const text = this.parameters.get(name);
    const value = text === undefined ? -1 : digitsValue(text, 0, text.length);
    return value < 0 ? undefined : value;
  }
}

function withNamed(parameters: Parameters, parts: Partial<ViaParts>): Parameters {
  checkRange("rport", parts.rport === true ? 0 : parts.rport, 65_535);
  checkRange("ttl", parts.ttl, 255);
  const { branch, received, maddr, rport, ttl } = parts;
  let list = parameters;
  if (branch !== undefined) list = list.withRaw("branch", checkToken(branch, "Via branch"));
  if (rport !== undefined) list = list.with("rport", rport);
  if (received !== undefined) list = list.withRaw("received", bareAddress(received));
  if (maddr !== undefined) list = list.with("maddr", formatHost(withoutBrackets(maddr)));
  return ttl === undefined ? list : list.with("ttl", ttl);
}

/** `received` takes an IPv6 address without brackets (RFC 3261 §25.1). */
function bareAddress(address: string): string {
  const bare = withoutBrackets(address);
  return isIpv6(bare) ? bare : checkToken(bare, "Via received");
}

function checkProtocol(protocol: string): string {
  const parts = protocol.split("/");
  if (parts.length !== 2 || !parts.every(isToken)) throw malformed(`"${protocol}" is no protocol name and version`);
  return protocol;
}

function checkRange(name: string, value: number | undefined, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= most)) return;
  throw malformed(`${name} ${value} is not within 0 and ${most}`);
}

function malformed(detail: string): EngineError {
  return new EngineError("header.malformed", { detail: `Via: ${detail}` });
}
