/** Where the program listens and whom it knows, from the environment. */
export interface Settings {
  /** Address for SIP and HTTP. */
  readonly host: string;
  readonly sipPort: number;
  readonly httpPort: number;
  /** Domain of the addresses: `alice@phones.example`. */
  readonly domain: string;
  /** Names and passwords. */
  readonly users: readonly { readonly username: string; readonly password: string }[];
}

/** Reads the settings. @throws RangeError that names what is wrong */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const { HOST: host = "127.0.0.1", DOMAIN: domain = "phones.example" } = environment;
  const { USERS: users = "alice:secret,bob:secret,carol:secret" } = environment;
  return {
    host,
    domain,
    sipPort: portOf(environment, "SIP_PORT", 5060),
    httpPort: portOf(environment, "HTTP_PORT", 8080),
    users: users.split(",").map(userOf),
  };
}

function portOf(environment: Readonly<Record<string, string | undefined>>, name: string, usual: number): number {
  const text = environment[name];
  const port = text === undefined ? usual : Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new RangeError(`${name}=${text ?? ""} is no port: take a number from 1 to 65535`);
}

function userOf(text: string): Settings["users"][number] {
  const [username = "", password = ""] = text.trim().split(":");
  if (username !== "" && password !== "") return { username, password };
  throw new RangeError(`USERS holds "${text}": write name:password, several with commas between`);
}
