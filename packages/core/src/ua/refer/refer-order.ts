import { isEngineError } from "../../errors/engine-error.js";
import type { NameAddress } from "../../headers/name-address.js";
import type { SipRequest } from "../../message/sip-request.js";
import { requestParts } from "../../uri/request-parts.js";
import type { UriHeader } from "../../uri/uri-headers.js";
import type { Uri } from "../../uri/uri.js";
import type { RequestRefusal } from "../checks/request-refusal.js";
import { hasOptionTag } from "../option-tags.js";

/** What a REFER asks for (RFC 3515 §2). */
export interface ReferOrder {
  readonly kind: "order";
  readonly referTo: NameAddress;
  /** Request-URI of the request to be sent, without method and headers. */
  readonly target: Uri;
  /** Its method: `INVITE` unless the URI says otherwise. */
  readonly method: string;
  /** Header fields to be put into it, such as Replaces (RFC 3261 §19.1.5). */
  readonly headers: readonly UriHeader[];
  readonly body: string | undefined;
  /** Value of Referred-By: goes into the request unchanged. RFC 3892 §2.2 */
  readonly referredBy: string | undefined;
  /** False when the sender wants no subscription: `Refer-Sub: false` (RFC 4488) or `Require: nosub` (RFC 7614). */
  readonly wantsSubscription: boolean;
  /** CSeq number of the REFER: the id of its event. RFC 3515 §2.4.6 */
  readonly sequenceNumber: number;
}

/** A REFER that cannot be carried out. */
export interface RefusedRefer {
  readonly kind: "refused";
  readonly refusal: RequestRefusal;
}

/** Reads a REFER: exactly one Refer-To. RFC 3515 §2.4.2 */
export function readRefer(request: SipRequest): ReferOrder | RefusedRefer {
  const count = request.fieldsOf("refer-to").length;
  if (count !== 1) return refused(count === 0 ? "Refer-To is missing" : "More than one Refer-To");
  if (request.fieldsOf("referred-by").length > 1) return refused("More than one Referred-By");
  try {
    const referTo = request.get("Refer-To");
    return referTo === undefined ? refused("Refer-To is empty") : orderOf(request, referTo);
  } catch (error) {
    if (isEngineError(error)) return refused("Malformed Refer-To");
    throw error;
  }
}

function orderOf(request: SipRequest, referTo: NameAddress): ReferOrder {
  const { uri } = referTo;
  const parts = uri.kind === "sip" ? requestParts(uri) : undefined;
  return {
    kind: "order",
    referTo,
    target: parts?.requestUri ?? uri,
    method: parts?.method ?? "INVITE",
    headers: parts?.headers ?? [],
    body: parts?.body,
    referredBy: request.getText("Referred-By"),
    wantsSubscription: !refusesSubscription(request),
    sequenceNumber: request.cseq.sequenceNumber,
  };
}

function refusesSubscription(request: SipRequest): boolean {
  if (hasOptionTag(request, "Require", "nosub")) return true;
  return request.field("refer-sub")?.text.split(";", 1)[0]?.trim().toLowerCase() === "false";
}

function refused(reason: string): RefusedRefer {
  return { kind: "refused", refusal: { statusCode: 400, reason } };
}
