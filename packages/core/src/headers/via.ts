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

/** What stands before the parameters. */
interface SentBy {
  readonly protocol: string;
  readonly transport: string;
  readonly host: string;
  readonly port: number | undefined;
}

/** A Via whose parts are checked. */
export interface CheckedVia extends SentBy {
  readonly parameters: Parameters;
}

const branchStart = ";branch=";
const namedParameters = ["branch", "rport", "received", "maddr", "ttl"] as const;

/** One value of Via: where a message passed, RFC 3261 §20.42, RFC 3581. */
export class Via extends HeaderValue {
  #parts: SentBy | undefined;
  #parameters: Parameters | undefined;
  #branch: string | undefined;

  /** For the parser. Programs use {@link create}. Of a plain text alone the parts are read when asked for. */
  constructor(checked: CheckedVia | undefined, text?: string) {
    super(text);
    this.#parts = checked;
    this.#parameters = checked?.parameters;
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

  /** Static, for a private method of instances costs each of them when it is made. */
  static #partsOf(via: Via): SentBy {
    return (via.#parts ??= plainVia(via.toString()));
  }

  /** Protocol name and version, `SIP/2.0`. */
  get protocol(): string {
    return Via.#partsOf(this).protocol;
  }

  /** The transport as received; compares without case. */
  get transport(): string {
    return Via.#partsOf(this).transport;
  }

  /** Host of sent-by, IPv6 without brackets. */
  get host(): string {
    return Via.#partsOf(this).host;
  }

  /** Port of sent-by, if one is written. */
  get port(): number | undefined {
    return Via.#partsOf(this).port;
  }

  get parameters(): Parameters {
    return (this.#parameters ??= plainViaParameters(this.toString()));
  }

  /** The branch, which names the transaction; compares with case. */
  get branch(): string | undefined {
    if (this.#branch === undefined && this.#parameters === undefined) this.#branch = plainBranch(this.toString());
    return (this.#branch ??= this.parameters.get("branch"));
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
    return numberOf(this.parameters, "rport") ?? true;
  }

  /** The multicast or other address to answer to, IPv6 without brackets. */
  get maddr(): string | undefined {
    const maddr = this.parameters.get("maddr");
    return maddr === undefined ? undefined : withoutBrackets(maddr);
  }

  get ttl(): number | undefined {
    return numberOf(this.parameters, "ttl");
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

  /** The parts by name. */
  toJSON(): object {
    const { protocol, transport, host, port, parameters, branch } = this;
    return { protocol, transport, host, port, parameters, branch };
  }

  protected override write(): string {
    return `${this.protocol}/${this.transport} ${this.sentBy}${this.parameters.toString()}`;
  }
}

/** Reads `SIP/2.0/UDP host:port` at the beginning of a text that is known to be plain. A colon behind belongs to `received`. */
function plainVia(text: string): SentBy {
  const space = text.indexOf(" ");
  const semicolon = text.indexOf(";", space);
  const end = semicolon < 0 ? text.length : semicolon;
  const colon = text.indexOf(":", space);
  const hasPort = colon > 0 && colon < end;
  return {
    protocol: "SIP/2.0",
    transport: text.slice(8, space),
    host: text.slice(space + 1, hasPort ? colon : end),
    port: hasPort ? digitsValue(text, colon + 1, end) : undefined,
  };
}

function plainViaParameters(text: string): Parameters {
  const semicolon = text.indexOf(";");
  return semicolon < 0 ? Parameters.empty : Parameters.ofPlain(text.slice(semicolon));
}

/** The branch as nearly all write its name; undefined: it has to be looked for among the parameters. */
function plainBranch(text: string): string | undefined {
  const start = text.indexOf(branchStart) + branchStart.length;
  if (start < branchStart.length) return undefined;
  const end = text.indexOf(";", start);
  return text.slice(start, end < 0 ? text.length : end);
}

function numberOf(parameters: Parameters, name: string): number | undefined {
  const text = parameters.get(name);
  const value = text === undefined ? -1 : digitsValue(text, 0, text.length);
  return value < 0 ? undefined : value;
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
