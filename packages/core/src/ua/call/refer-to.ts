import type { Dialog } from "../../dialog/dialog.js";
import { NameAddress } from "../../headers/name-address.js";
import { Replaces } from "../../headers/replaces.js";
import { parseUri } from "../../uri/parse-uri.js";

/** Refer-To of a blind transfer. @throws EngineError `uri.malformed` */
export function blindReferTo(target: string): string {
  return String(NameAddress.create({ uri: parseUri(target) }));
}

/**
 * Refer-To of an attended transfer: the other end of that dialog, and the Replaces it will find its dialog by; to-tag is
 * its own tag. RFC 3891 §6.1, RFC 5589 §7
 * @throws EngineError `uri.malformed` when the peer of the dialog has no SIP URI
 */
export function attendedReferTo(dialog: Dialog): string {
  const uri = parseUri(dialog.remoteTarget);
  const replaces = Replaces.create({ callId: dialog.callId, toTag: dialog.remoteTag, fromTag: dialog.localTag });
  if (uri.kind !== "sip") return blindReferTo(dialog.remoteTarget);
  return String(NameAddress.create({ uri: uri.with({ headers: { Replaces: String(replaces) } }) }));
}
