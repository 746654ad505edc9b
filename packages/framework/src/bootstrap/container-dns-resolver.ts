import {
  resolveEnum,
  toEnumDomain,
  type DnsResolver as EngineResolver,
  type Locator,
  type TransportLayer,
} from "@siplet/core";
import { ContainerSipUri } from "../address/container-sip-uri.js";
import { createUri, engineUri } from "../address/uris.js";
import { DnsResolver } from "../api/dns-resolver.js";
import type { SipUri } from "../api/sip-uri.js";
import type { Uri } from "../api/uri.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";

/** ENUM and location for applications (JSR 359, RFC 6116), over the engine's locator. */
export class ContainerDnsResolver extends DnsResolver {
  readonly #resolver: Pick<EngineResolver, "resolveNaptr">;
  readonly #locator: Locator;
  readonly #transport: TransportLayer;

  constructor(resolver: Pick<EngineResolver, "resolveNaptr">, locator: Locator, transport: TransportLayer) {
    super();
    this.#resolver = resolver;
    this.#locator = locator;
    this.#transport = transport;
  }

  async resolveToSipUri(uri: Uri): Promise<SipUri | undefined> {
    const [best] = await this.resolveToSipUris(uri);
    return best;
  }

  async resolveToSipUris(uri: Uri): Promise<readonly SipUri[]> {
    if (uri instanceof ContainerSipUri && numberOf(uri) === undefined) return [uri];
    const results = await resolveEnum(requireNumber(uri), "sip", this.#resolver);
    return results.flatMap((result) => readSipUri(result.uri) ?? []);
  }

  async resolveToStrings(uri: Uri, enumService: string): Promise<readonly string[]> {
    const results = await resolveEnum(requireNumber(uri), enumService, this.#resolver);
    return results.map((result) => result.uri);
  }

  toEnum(uri: Uri): string {
    return toEnumDomain(requireNumber(uri));
  }

  async resolvesInternally(uri: SipUri): Promise<boolean> {
    const value = engineUri(uri);
    if (value.kind !== "sip") return false;
    const { host, port, isSecure: secure } = value;
    const transport = uri.transportParam;
    try {
      const hops = await this.#locator.locate({ secure, host: uri.maddrParam ?? host, port, transport });
      return hops.some((hop) => this.#isHere(hop.address, hop.port));
    } catch {
      return false;
    }
  }

  #isHere(address: string, port: number): boolean {
    return this.#transport.transports.some(({ local }) => {
      const isAny = local.address === "0.0.0.0" || local.address === "::";
      return local.port === port && (local.address === address || (isAny && address.startsWith("127.")));
    });
  }
}

/** The global number of a tel URI or of a SIP URI with `user=phone`. */
function numberOf(uri: Uri): string | undefined {
  const value = engineUri(uri);
  if (value.kind === "tel") return value.number.startsWith("+") || !value.isGlobal ? value.number : `+${value.number}`;
  if (value.kind !== "sip" || uri.getParameter("user")?.toLowerCase() !== "phone") return undefined;
  return value.decodedUser?.split(";")[0];
}

function requireNumber(uri: Uri): string {
  const number = numberOf(uri);
  if (number?.startsWith("+") === true) return number;
  throw new IllegalArgumentError("argument.invalid", {
    detail: `${String(uri)} holds no global telephone number; ENUM wants tel:+… or a SIP URI with user=phone`,
  });
}

function readSipUri(text: string): SipUri | undefined {
  try {
    const uri = createUri(text);
    return uri instanceof ContainerSipUri ? uri : undefined;
  } catch {
    return undefined;
  }
}
