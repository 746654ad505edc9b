import type { DigestServer } from "../../auth/server/digest-server.js";
import type { DigestVerdict } from "../../auth/server/digest-verdict.js";
import { andThen, type SyncOrPromise } from "../../auth/users/sync-or-promise.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { RequestRefusal } from "./request-refusal.js";

/**
 * A check that lets nobody in who does not prove to a digest server who it is: challenged by 401, turned away by 403 or 400.
 * ACK and CANCEL pass. RFC 3261 §22.2
 */
export function requireDigest(
  server: DigestServer,
): (request: SipRequest) => SyncOrPromise<RequestRefusal | undefined> {
  return (request) => {
    const { method, requestUriText: uri, body } = request;
    const verdict = server.verify({ method, uri, body, credentials: request.getTexts("Authorization") });
    return andThen(verdict, refusalOf);
  };
}

function refusalOf(verdict: DigestVerdict): RequestRefusal | undefined {
  switch (verdict.kind) {
    case "challenge":
      return { statusCode: verdict.statusCode, fields: verdict.values.map((value) => [verdict.name, value] as const) };
    case "rejected":
      return { statusCode: verdict.statusCode };
    default:
      return undefined;
  }
}
