import type { DigestServer } from "../../auth/server/digest-server.js";
import type { DigestVerdict } from "../../auth/server/digest-verdict.js";
import { andThen, type SyncOrPromise } from "../../auth/users/sync-or-promise.js";
import type { SipRequest } from "../../message/sip-request.js";

/** Who asks, or the answer that refuses the request. */
export type CredentialsCheck =
  | { readonly kind: "passed"; readonly username: string | undefined }
  | {
      readonly kind: "refused";
      readonly statusCode: number;
      /** Fields of the answer. */
      readonly challenges: readonly { readonly name: string; readonly value: string }[];
    };

const nobodyAsked: CredentialsCheck = { kind: "passed", username: undefined };

/** Checks the credentials of a request as a user agent server does: 401 (RFC 3261 §22.2). Without a server nobody is asked. */
export function checkCredentials(
  server: Pick<DigestServer, "verify"> | undefined,
  request: SipRequest,
): SyncOrPromise<CredentialsCheck> {
  if (server === undefined) return nobodyAsked;
  const { method, requestUriText: uri, body } = request;
  const credentials = request.getTexts("Authorization");
  return andThen(server.verify({ method, uri, body, credentials }), judge);
}

function judge(verdict: DigestVerdict): CredentialsCheck {
  if (verdict.kind === "accepted") return { kind: "passed", username: verdict.username };
  if (verdict.kind === "exempt") return nobodyAsked;
  const values = verdict.kind === "challenge" ? verdict.values : [];
  const name = verdict.kind === "challenge" ? verdict.name : "";
  return { kind: "refused", statusCode: verdict.statusCode, challenges: values.map((value) => ({ name, value })) };
}
