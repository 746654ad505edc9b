import type { X509Certificate } from "node:crypto";
import { EngineError } from "../../errors/engine-error.js";
import { canonicalHost } from "../../grammar/host.js";
import { isIpv4, isIpv6 } from "../../grammar/ip-address.js";
import { parseAlternativeNames, type AlternativeName } from "./alternative-names.js";

/**
 * Which certificates may stand for a SIP domain when they name extended key usages: `sip` asks for id-kp-sipDomain or
 * anyExtendedKeyUsage (RFC 5924 §4), `any` takes those of web servers too.
 */
export type KeyUsageRule = "sip" | "any";

const sipDomain = "1.3.6.1.5.5.7.3.20";
const anyUsage = "2.5.29.37.0";

/**
 * The SIP domains that a certificate stands for (RFC 5922 §7.1), in lower case: the `sip:` URIs of subjectAltName without a
 * user; else its DNS names; the common name only when it has neither kind. Wildcards stand for nothing.
 */
export function sipIdentities(certificate: X509Certificate): string[] {
  const names = parseAlternativeNames(certificate.subjectAltName ?? "");
  const uris = names.filter(({ kind }) => kind === "URI").flatMap(({ value }) => domainOfUri(value));
  if (uris.length > 0) return uris;
  if (names.some(isName)) return names.filter(({ kind }) => kind === "DNS").flatMap(({ value }) => domain(value));
  return commonNames(certificate).flatMap(domain);
}

/** Tells whether the certificate's extended key usage lets it stand for a SIP domain. */
export function isUsableForSip(certificate: X509Certificate, rule: KeyUsageRule): boolean {
  const usages: readonly string[] | undefined = certificate.keyUsage;
  return rule === "any" || usages === undefined || usages.includes(sipDomain) || usages.includes(anyUsage);
}

/**
 * What is wrong with the certificate of the peer that was called for `wanted`, a domain or an IP address (RFC 5922 §7.2);
 * undefined when it is the right one.
 */
export function identityFault(
  certificate: X509Certificate,
  wanted: string,
  rule: KeyUsageRule,
): EngineError | undefined {
  if (!isUsableForSip(certificate, rule)) {
    const detail = `"${wanted}": the certificate names key usages without sipDomain; set keyUsage: "any" to take it`;
    return new EngineError("tls.identity", { detail });
  }
  const identities = sipIdentities(certificate);
  if (identities.includes(canonicalDomain(wanted)) || hasAddress(certificate, wanted)) return undefined;
  const found = identities.length === 0 ? "no SIP domain" : identities.join(", ");
  return new EngineError("tls.identity", { detail: `wanted "${wanted}", the certificate names ${found}` });
}

/** A target given as IP address may be named by an address entry. */
function hasAddress(certificate: X509Certificate, wanted: string): boolean {
  if (!isIpv4(wanted) && !isIpv6(wanted)) return false;
  return parseAlternativeNames(certificate.subjectAltName ?? "").some(
    ({ kind, value }) => kind === "IP Address" && canonicalHost(value) === canonicalHost(wanted),
  );
}

function isName({ kind }: AlternativeName): boolean {
  return kind === "URI" || kind === "DNS";
}

/** The domain of `sip:example.com`; a URI with a user names a person, one with another scheme nothing of ours. */
function domainOfUri(uri: string): string[] {
  if (!uri.toLowerCase().startsWith("sip:") || uri.includes("@")) return [];
  const end = uri.slice(4).search(/[;?:]/);
  return domain(end < 0 ? uri.slice(4) : uri.slice(4, 4 + end));
}

function domain(text: string): string[] {
  return text === "" || text.includes("*") || text.includes("\0") ? [] : [canonicalDomain(text)];
}

function canonicalDomain(text: string): string {
  const plain = text.endsWith(".") ? text.slice(0, -1) : text;
  return canonicalHost(plain);
}

function commonNames(certificate: X509Certificate): string[] {
  const subject: Readonly<Record<string, string | string[] | undefined>> = certificate.toLegacyObject().subject ?? {};
  const { CN = [] } = subject;
  return typeof CN === "string" ? [CN] : CN;
}
