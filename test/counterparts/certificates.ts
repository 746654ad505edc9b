import { readFileSync } from "node:fs";

import { track } from "./lifetimes.js";
import { runCommand } from "./run-command.js";
import { Scratch } from "./scratch.js";

export interface CertificateRequest {
  readonly commonName?: string;
  /** Subject alternative names as openssl writes them: "DNS:example.com", "URI:sip:example.com", "IP:127.0.0.1". */
  readonly names?: readonly string[];
  /** What the holder may be; a server and a client when left out, anything when empty. `sipDomain` is that of RFC 5924. */
  readonly usage?: readonly ("serverAuth" | "clientAuth" | "sipDomain")[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** P-256 when left out; RSA for programs that know nothing else. */
  readonly key?: "ec" | "rsa";
}

/** A certificate with its key, as texts and as files. */
export interface IssuedCertificate {
  /** PEM texts, as Node's `tls` wants them. */
  readonly certificate: string;
  readonly key: string;
  readonly certificatePath: string;
  readonly keyPath: string;
  /** Key and certificate in one file, as baresip wants them. */
  readonly bundlePath: string;
}

const dayMs = 86_400_000;

/** A certificate authority that lives in a scratch folder until it is stopped. Made by `createAuthority`. */
export class CertificateAuthority {
  readonly name: string;
  readonly #scratch: Scratch;
  readonly #untrack: () => void;
  #issued = 0;

  constructor(name: string, scratch: Scratch) {
    this.name = name;
    this.#scratch = scratch;
    this.#untrack = track(this);
  }

  /** File to trust. */
  get certificatePath(): string {
    return this.#scratch.file("ca.pem");
  }

  /** PEM text to trust. */
  get certificate(): string {
    return readFileSync(this.certificatePath, "utf8");
  }

  /** A certificate for a SIP domain on this machine: its URI and DNS name (RFC 5922 §7.1), and the loopback addresses. */
  domainCertificate(domain: string, more: CertificateRequest = {}): Promise<IssuedCertificate> {
    const names = [`URI:sip:${domain}`, `DNS:${domain}`, "IP:127.0.0.1", "IP:::1"];
    return this.issue({ commonName: domain, names, ...more });
  }

  /** A certificate for a domain that ended a day ago. */
  expiredCertificate(domain: string): Promise<IssuedCertificate> {
    const now = Date.now();
    return this.domainCertificate(domain, { notBefore: new Date(now - 30 * dayMs), notAfter: new Date(now - dayMs) });
  }

  /** A certificate for a domain that begins tomorrow. */
  futureCertificate(domain: string): Promise<IssuedCertificate> {
    return this.domainCertificate(domain, { notBefore: new Date(Date.now() + dayMs) });
  }

  /** A certificate a client shows; `uri` is its identity, e.g. "sip:alice@example.com". */
  clientCertificate(uri: string): Promise<IssuedCertificate> {
    return this.issue({ commonName: uri, names: [`URI:${uri}`], usage: ["clientAuth"] });
  }

  /** Signs a certificate as described. */
  async issue(request: CertificateRequest): Promise<IssuedCertificate> {
    this.#issued += 1;
    const base = `certificate-${this.#issued}`;
    const path = (suffix: string) => this.#scratch.file(`${base}.${suffix}`);
    await makeKey(path("key"), request.key ?? "ec");
    const subject = `/CN=${(request.commonName ?? base).replaceAll("/", "\\/")}`;
    await runCommand("openssl", ["req", "-new", "-key", path("key"), "-subj", subject, "-out", path("csr")]);
    this.#scratch.write(`${base}.cnf`, extensions(request));
    await this.#sign(base, request);
    const certificate = readFileSync(path("pem"), "utf8");
    const key = readFileSync(path("key"), "utf8");
    const bundlePath = this.#scratch.write(`${base}.bundle.pem`, key + certificate);
    return { certificate, key, certificatePath: path("pem"), keyPath: path("key"), bundlePath };
  }

  stop(): Promise<void> {
    this.#untrack();
    this.#scratch.remove();
    return Promise.resolve();
  }

  async #sign(base: string, request: CertificateRequest): Promise<void> {
    const { notBefore = new Date(Date.now() - dayMs), notAfter = new Date(Date.now() + 30 * dayMs) } = request;
    const period = ["-startdate", timestamp(notBefore), "-enddate", timestamp(notAfter)];
    const files = ["-in", `${base}.csr`, "-out", `${base}.pem`, "-extfile", `${base}.cnf`];
    const args = ["ca", "-batch", "-notext", "-config", "ca.cnf", ...files, ...period];
    await runCommand("openssl", args, { cwd: this.#scratch.path });
  }
}

/** Makes an authority of its own; another one is a stranger to those who trust this one. */
export async function createAuthority(commonName = "Siplet test authority"): Promise<CertificateAuthority> {
  const scratch = new Scratch("authority");
  scratch.write("index.txt", "");
  scratch.write("ca.cnf", authorityConfig);
  await makeKey(scratch.file("ca.key"), "ec");
  const added = ["basicConstraints=critical,CA:true", "keyUsage=critical,keyCertSign,cRLSign"];
  const extension = added.flatMap((line) => ["-addext", line]);
  const files = ["-key", scratch.file("ca.key"), "-out", scratch.file("ca.pem")];
  await runCommand("openssl", [
    "req",
    "-x509",
    "-new",
    "-days",
    "30",
    "-subj",
    `/CN=${commonName}`,
    ...extension,
    ...files,
  ]);
  return new CertificateAuthority(commonName, scratch);
}

async function makeKey(path: string, kind: "ec" | "rsa"): Promise<void> {
  const algorithm =
    kind === "ec" ? ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"] : ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
  await runCommand("openssl", ["genpkey", "-algorithm", ...algorithm, "-out", path]);
}

function extensions(request: CertificateRequest): string {
  const { names = [], usage = ["serverAuth", "clientAuth"] } = request;
  const lines = ["basicConstraints=CA:false"];
  const usages = usage.map((each) => (each === "sipDomain" ? "1.3.6.1.5.5.7.3.20" : each));
  if (usages.length > 0) lines.push(`extendedKeyUsage=${usages.join(",")}`);
  if (names.length > 0) lines.push(`subjectAltName=${names.join(",")}`);
  return `${lines.join("\n")}\n`;
}

/** A time as `openssl ca` takes it: 20300131235959Z. */
function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace(/[-T:]/g, "")}Z`;
}

/** `openssl ca` is the one command of version 3.0 that can date a certificate back. Paths are relative to its folder. */
const authorityConfig = `
[ca]
default_ca = authority
[authority]
database = index.txt
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
rand_serial = yes
unique_subject = no
default_md = sha256
policy = names
[names]
commonName = supplied
`;
