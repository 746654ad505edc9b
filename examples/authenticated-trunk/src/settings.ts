/** What the environment says. */
export class Settings {
  /** Where to listen. */
  readonly host = process.env["SIP_HOST"] ?? "127.0.0.1";
  readonly port = portOf("SIP_PORT", 5060);
  /** Where the provider's proxy is. */
  readonly provider = process.env["PROVIDER"] ?? "127.0.0.1:5070";
  /** The provider's domain: of its users, and realm of its challenges. */
  readonly domain = process.env["PROVIDER_DOMAIN"] ?? "localhost";
  /** Our account there. */
  readonly account = process.env["PROVIDER_ACCOUNT"] ?? "office";
  readonly password = process.env["PROVIDER_PASSWORD"] ?? "secret";
  /** Networks whose word about callers is believed: the provider's. */
  readonly trusted = (process.env["TRUSTED"] ?? "127.0.0.2/32").split(",");
  /** Phones that may call out, as Apache's htdigest writes them for the realm `phones`; alice with password secret if unset. */
  readonly users = process.env["USERS"];
  /** Where calls from outside ring. */
  readonly desk = process.env["DESK"] ?? "sip:desk@127.0.0.1:5080";
  /** Seconds that a registration is asked for. */
  readonly expires = Number(process.env["EXPIRES"] ?? 600);

  /** Our address there. */
  get addressOfRecord(): string {
    return `sip:${this.account}@${this.domain}`;
  }

  /** The Route of everything that goes to the provider. */
  get route(): string {
    return `<sip:${this.provider};lr>`;
  }
}

function portOf(name: string, usual: number): number {
  const port = Number(process.env[name] ?? usual);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new RangeError(`${name}=${process.env[name] ?? ""} is no port (1–65535)`);
}
