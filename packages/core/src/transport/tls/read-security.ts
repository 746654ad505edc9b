import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { ConnectionSecurity } from "../transport.js";
import { isUsableForSip, sipIdentities, type KeyUsageRule } from "./peer-identity.js";

/** What TLS told about the peer; its domains count only when a trusted authority signed the certificate. */
export function readSecurity(socket: Socket, rule: KeyUsageRule): ConnectionSecurity | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const certificate = socket.getPeerX509Certificate();
  const isTrusted = certificate !== undefined && socket.authorized && isUsableForSip(certificate, rule);
  const { servername: serverName } = socket as { servername?: string | false };
  return {
    protocol: socket.getProtocol() ?? "",
    cipher: socket.getCipher().name,
    identities: isTrusted ? sipIdentities(certificate) : [],
    ...(certificate === undefined ? {} : { certificate: certificate.raw }),
    ...(typeof serverName === "string" ? { serverName } : {}),
  };
}
