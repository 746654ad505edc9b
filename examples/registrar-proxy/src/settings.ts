import type { DigestAlgorithm } from "@siplet/core";

/** What the environment says. */
export class Settings {
  /** Where to listen; UDP and TCP share the port. */
  readonly host = process.env["SIP_HOST"] ?? "127.0.0.1";
  readonly port = portOf("SIP_PORT", 5060);
  /** Where browsers come in. */
  readonly webSocketPort = portOf("WS_PORT", 8088);
  /** The domain of the users. */
  readonly domain = process.env["DOMAIN"] ?? "localhost";
  /** An htdigest file; users of the demonstration when left out. */
  readonly usersFile = process.env["USERS"];
  /** What challenges offer: many phones know MD5 alone, and some fail when they see anything else beside it. */
  readonly algorithms = algorithmsOf(process.env["DIGEST"] ?? "MD5");
  /** Where other domains are reached: `DOMAIN_PEERS="other.example=sip:192.0.2.1"`. */
  readonly peers: ReadonlyMap<string, string> = peersOf(process.env["DOMAIN_PEERS"] ?? "");
  /** Name servers, those of the machine when left out: `DNS_SERVERS="127.0.0.1:5353"`. */
  readonly dnsServers = process.env["DNS_SERVERS"]?.split(",");
  /** The proxy behind the edge. */
  readonly home = process.env["HOME_PROXY"] ?? "sip:127.0.0.1:5060";
}

function portOf(name: string, usual: number): number {
  const port = Number(process.env[name] ?? usual);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new RangeError(`${name}=${process.env[name] ?? ""} is no port (1–65535)`);
}

function algorithmsOf(text: string): readonly DigestAlgorithm[] {
  return text.split(",").map((name) => {
    if (name === "MD5" || name === "SHA-256") return name;
    throw new RangeError(`DIGEST: "${name}" is neither MD5 nor SHA-256`);
  });
}

function peersOf(text: string): Map<string, string> {
  const pairs = text.split(",").filter((pair) => pair.trim() !== "");
  return new Map(
    pairs.map((pair): [string, string] => {
      const [domain = "", uri = ""] = pair.split("=").map((part) => part.trim());
      if (domain !== "" && uri.startsWith("sip:")) return [domain.toLowerCase(), uri];
      throw new RangeError(`DOMAIN_PEERS: "${pair}" is not domain=sip:host:port`);
    }),
  );
}
