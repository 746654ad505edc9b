import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import { EngineError } from "../../errors/engine-error.js";

/** A certificate with its key, and whom it trusts. PEM text or octets. */
export type TlsCredentials = Pick<
  SecureContextOptions,
  "key" | "cert" | "ca" | "crl" | "pfx" | "passphrase" | "ciphers" | "dhparam" | "ecdhCurve"
>;

/** The certificate of an element, and those of further domains that it serves (RFC 5922 §7.3.2, by SNI). */
export interface DomainCredentials {
  /** Shown to peers that ask for no name, or one that is not in `domains`; also our own when we call. */
  readonly credentials: TlsCredentials;
  /** By domain. `ca` is that of `credentials` where none is given. */
  readonly domains?: Readonly<Record<string, TlsCredentials>>;
}

const mends: Readonly<Record<string, string>> = {
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: "key and certificate do not belong together",
  ERR_OSSL_PEM_NO_START_LINE: "this is no PEM text; give the content of the file, not its name",
  ERR_OSSL_BAD_DECRYPT: "the passphrase does not open the key",
  ERR_MISSING_PASSPHRASE: "the key needs its passphrase",
};

/** The TLS contexts of an element: its own and one for each domain. */
export class TlsContexts {
  /** The context for calls and for peers that ask for no known name. */
  readonly own: SecureContext;
  readonly #byDomain = new Map<string, SecureContext>();

  /** @throws EngineError `tls.certificate` */
  constructor({ credentials, domains = {} }: DomainCredentials) {
    this.own = contextOf(credentials, "the element");
    for (const [domain, each] of Object.entries(domains)) {
      this.#byDomain.set(
        domain.toLowerCase(),
        contextOf({ ca: credentials.ca, crl: credentials.crl, ...each }, domain),
      );
    }
  }

  /** The context for a name that a peer asked for. */
  select(serverName: string): SecureContext {
    return this.#byDomain.get(serverName.toLowerCase()) ?? this.own;
  }
}

function contextOf(credentials: TlsCredentials, owner: string): SecureContext {
  try {
    return createSecureContext({ minVersion: "TLSv1.2", ...credentials });
  } catch (cause) {
    const { code = "", message } = cause as NodeJS.ErrnoException;
    throw new EngineError("tls.certificate", { detail: `of ${owner}: ${mends[code] ?? message}`, cause });
  }
}
