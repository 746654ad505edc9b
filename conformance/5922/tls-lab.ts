import {
  TransportLayer,
  tlsTransport,
  type Connection,
  type EngineError,
  type SipRequest,
  type TlsCredentials,
  type TlsOptions,
  type TlsTransport,
} from "@siplet/core";
import { optionsText } from "@siplet/testkit";
import {
  createAuthority,
  type CertificateAuthority,
  type CertificateRequest,
} from "../../test/counterparts/certificates.js";

/** Waits, in real time, until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 5000;
  while (!holds()) {
    if (performance.now() > end) throw new RangeError("what was awaited never came");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** An element with one TLS listener on this machine, and what its transport told. */
export interface TlsElement {
  readonly layer: TransportLayer;
  readonly transport: TlsTransport;
  readonly requests: { readonly request: SipRequest; readonly connection: Connection }[];
  readonly ends: (EngineError | undefined)[];
}

/** Elements whose certificates one authority signed. */
export class TlsLab {
  readonly #authority: CertificateAuthority;
  readonly #elements: TlsElement[] = [];

  private constructor(authority: CertificateAuthority) {
    this.#authority = authority;
  }

  static async open(): Promise<TlsLab> {
    return new TlsLab(await createAuthority());
  }

  get authority(): CertificateAuthority {
    return this.#authority;
  }

  /** A certificate with its key, trusting the authority of the lab. */
  async credentials(request: CertificateRequest): Promise<TlsCredentials> {
    const { key, certificate } = await this.#authority.issue(request);
    return { key, cert: certificate, ca: this.#authority.certificate };
  }

  /** A certificate as RFC 5922 wants it. */
  domain(domain: string): Promise<TlsCredentials> {
    return this.credentials({ commonName: domain, names: [`URI:sip:${domain}`, `DNS:${domain}`] });
  }

  async element(options: Partial<TlsOptions> & Pick<TlsOptions, "credentials">): Promise<TlsElement> {
    const layer = new TransportLayer();
    const element: Omit<TlsElement, "transport"> = { layer, requests: [], ends: [] };
    layer.attach({
      onRequest: (request, connection) => element.requests.push({ request, connection }),
      onResponse: () => {},
      onConnectionClosed: (_connection, error) => element.ends.push(error),
    });
    const transport = await layer.add(tlsTransport({ address: "127.0.0.1", port: 0, ...options }));
    const whole = { ...element, transport };
    this.#elements.push(whole);
    return whole;
  }

  /** Sends an OPTIONS by a new connection; resolves with what became of it. */
  async call(from: TlsElement, to: TlsElement, domain?: string): Promise<EngineError | undefined> {
    const connection = from.layer.connect("tls", { ...to.transport.local, domain });
    const outcomes: (EngineError | undefined)[] = [];
    connection.send(Buffer.from(optionsText({ transport: "TLS" })), (error) => outcomes.push(error));
    await until(() => outcomes.length > 0);
    return outcomes[0];
  }

  async close(): Promise<void> {
    await Promise.all(this.#elements.splice(0).map(({ layer }) => layer.close()));
  }

  async stop(): Promise<void> {
    await this.close();
    await this.#authority.stop();
  }
}
