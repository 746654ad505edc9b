import { EngineError } from "../../errors/engine-error.js";

/** What happens before the server has taken the connection. */
const network = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT", "EADDRNOTAVAIL", "EINVAL"]);

/** Why a WebSocket connection could not be made: the network, TLS, or the server's answer to the upgrade. */
export function upgradeError(name: string, cause: NodeJS.ErrnoException): EngineError {
  const { code = "", message } = cause;
  return new EngineError(errorCode(code, message), { detail: `${name}: ${message}`, cause });
}

function errorCode(
  code: string,
  message: string,
): "transport.refused" | "tls.identity" | "tls.handshake" | "ws.upgrade" {
  if (network.has(code)) return "transport.refused";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return "tls.identity";
  const isTls = code === "EPROTO" || code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_");
  return isTls || /certificate|self.signed|CERT_/i.test(code + message) ? "tls.handshake" : "ws.upgrade";
}
