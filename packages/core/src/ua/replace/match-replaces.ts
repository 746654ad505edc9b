import type { SipRequest } from "../../message/sip-request.js";
import { lenientRead } from "../lenient-read.js";
import {
  matchDialog,
  refused,
  type Refused,
  type ReplaceableDialog,
  type ReplaceableDialogs,
} from "./replaceable-dialog.js";

/** What an INVITE wants to take the place of (RFC 3891 §3): nothing; a dialog, which ends by BYE or CANCEL; or nothing it may. */
export type ReplacesVerdict<T> =
  | { readonly kind: "none" }
  | { readonly kind: "replaces"; readonly dialog: T; readonly endsBy: "BYE" | "CANCEL" }
  | Refused;

/** Judges the Replaces of a request outside a dialog. Nothing has happened yet to the dialog that was found. RFC 3891 §3 */
export function matchReplaces<T extends ReplaceableDialog>(
  request: SipRequest,
  dialogs: ReplaceableDialogs<T>,
): ReplacesVerdict<T> {
  const fields = request.fieldsOf("replaces");
  if (fields.length === 0) return { kind: "none" };
  if (fields.length > 1) return refused(400, "More than one Replaces");
  if (request.method !== "INVITE") return refused(400, "Replaces belongs into INVITE");
  if (request.has("Join")) return refused(400, "Replaces and Join exclude each other");
  const name = lenientRead(() => request.get("Replaces"));
  if (name === undefined) return refused(400, "Malformed Replaces");
  const match = matchDialog(name, dialogs);
  return match.kind === "found" ? judge(request, { dialog: match.dialog, earlyOnly: name.earlyOnly }, dialogs) : match;
}

function judge<T extends ReplaceableDialog>(
  request: SipRequest,
  { dialog, earlyOnly }: { readonly dialog: T; readonly earlyOnly: boolean },
  dialogs: ReplaceableDialogs<T>,
): ReplacesVerdict<T> {
  if (dialogs.isAuthorized?.(request, dialog) === false) return refused(403);
  switch (dialog.state) {
    case "terminated":
      return refused(603);
    case "confirmed":
      return earlyOnly ? refused(486) : { kind: "replaces", dialog, endsBy: "BYE" };
    case "early":
      return dialog.isCaller ? { kind: "replaces", dialog, endsBy: "CANCEL" } : refused(481);
  }
}
