import type { DialogState } from "../../dialog/dialog-snapshot.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { RequestRefusal } from "../checks/request-refusal.js";

/** A dialog as far as Replaces and Join ask for it. */
export interface ReplaceableDialog {
  readonly state: DialogState;
  /** Whether an INVITE made it. */
  readonly isInvite: boolean;
  /** Whether this user agent sent the INVITE. */
  readonly isCaller: boolean;
}

/** Where the dialogs of a user agent are found. */
export interface ReplaceableDialogs<T extends ReplaceableDialog> {
  /** All dialogs under that Call-ID, own tag and tag of the peer; those that ended a short time ago too. */
  find(callId: string, localTag: string, remoteTag: string): readonly T[];
  /** Whether the sender of the INVITE may do this to the dialog; everybody may when left out. RFC 3891 §3, RFC 3911 §4 */
  isAuthorized?(invite: SipRequest, dialog: T): boolean;
}

/** The dialog that a Replaces or Join means, or why the request is refused. */
export type DialogMatch<T> = { readonly kind: "found"; readonly dialog: T } | Refused;

/** A request with Replaces or Join that is refused. */
export interface Refused {
  readonly kind: "refused";
  readonly refusal: RequestRefusal;
}

/** What names a dialog, seen from the one who receives it. */
export interface DialogName {
  readonly callId: string;
  readonly toTag: string;
  readonly fromTag: string;
}

/** Refuses with a status and a word why. */
export function refused(statusCode: number, reason?: string): Refused {
  return { kind: "refused", refusal: { statusCode, reason } };
}

/**
 * Finds the dialog that a Replaces or Join names: to-tag is the receiver's own. A tag of 0 stands for none as well, as
 * RFC 2543 knew no tags. RFC 3891 §3, RFC 3911 §4
 */
export function matchDialog<T extends ReplaceableDialog>(
  { callId, toTag, fromTag }: DialogName,
  dialogs: ReplaceableDialogs<T>,
): DialogMatch<T> {
  const found = tagsOf(toTag).flatMap((local) =>
    tagsOf(fromTag).flatMap((remote) => dialogs.find(callId, local, remote)),
  );
  const [dialog] = found;
  if (dialog === undefined || found.length > 1 || !dialog.isInvite) return refused(481);
  return { kind: "found", dialog };
}

function tagsOf(tag: string): string[] {
  return tag === "0" ? ["0", ""] : [tag];
}
