import type { SipRequest } from "../../message/sip-request.js";
import { lenientRead } from "../lenient-read.js";
import {
  matchDialog,
  refused,
  type Refused,
  type ReplaceableDialog,
  type ReplaceableDialogs,
} from "./replaceable-dialog.js";

/** What an INVITE wants to be mixed into (RFC 3911 §4): nothing, a dialog, or nothing it may. */
export type JoinVerdict<T> = { readonly kind: "none" } | { readonly kind: "joins"; readonly dialog: T } | Refused;

/** Where the dialogs are found, and what is known of the Request-URI. */
export interface JoinableDialogs<T extends ReplaceableDialog> extends ReplaceableDialogs<T> {
  /** Whether the Request-URI is a conference itself: then a Join that names nothing is passed over. */
  isConference?(invite: SipRequest): boolean;
}

/** Judges the Join of a request outside a dialog. RFC 3911 §4 */
export function matchJoin<T extends ReplaceableDialog>(
  request: SipRequest,
  dialogs: JoinableDialogs<T>,
): JoinVerdict<T> {
  const fields = request.fieldsOf("join");
  if (fields.length === 0) return { kind: "none" };
  if (fields.length > 1) return refused(400, "More than one Join");
  if (request.method !== "INVITE") return refused(400, "Join belongs into INVITE");
  if (request.has("Replaces")) return refused(400, "Replaces and Join exclude each other");
  const name = lenientRead(() => request.get("Join"));
  if (name === undefined) return refused(400, "Malformed Join");
  const match = matchDialog(name, dialogs);
  if (match.kind === "refused") return dialogs.isConference?.(request) === true ? { kind: "none" } : match;
  if (dialogs.isAuthorized?.(request, match.dialog) === false) return refused(403);
  return match.dialog.state === "terminated" ? refused(603) : { kind: "joins", dialog: match.dialog };
}
