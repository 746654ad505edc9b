import { detachedText, refreshesTarget, type SipRequest, type SipResponse } from "@siplet/core";

/**
 * What a record-routing proxy remembers of a call that runs through it, as plain data: enough to end it from here. The texts
 * are header values as they passed; they are read when they are needed. JSR 359, `terminateProxiedDialog`
 */
export interface ProxiedDialogData {
  /** From of the INVITE. */
  readonly caller: string;
  readonly callerTag: string;
  /** To of the 2xx. */
  readonly callee: string;
  /** All Record-Route values of the 2xx, ours among them. */
  readonly recordRoutes: string;
  readonly callerContact: string;
  readonly calleeContact: string;
  /** Number of the last request that passed, from either side. */
  readonly callerSequenceNumber: number;
  readonly calleeSequenceNumber: number;
}

/** What the 2xx to an INVITE tells. */
export function proxiedDialogOf(invite: SipRequest, success: SipResponse): ProxiedDialogData {
  return {
    caller: textOf(invite, "from"),
    callerTag: detachedText(invite.fromTag ?? ""),
    callee: textOf(success, "to"),
    recordRoutes: detachedText(
      success
        .fieldsOf("record-route")
        .map(({ text }) => text)
        .join(", "),
    ),
    callerContact: textOf(invite, "contact"),
    calleeContact: textOf(success, "contact"),
    callerSequenceNumber: invite.cseq.sequenceNumber,
    calleeSequenceNumber: 0,
  };
}

/** The same once a request of the dialog has passed: its sender has used that number (RFC 3261 §12.2.1.1). */
export function withSequenceNumber(dialog: ProxiedDialogData, request: SipRequest): ProxiedDialogData {
  const { sequenceNumber } = request.cseq;
  if (request.fromTag === dialog.callerTag) {
    return { ...dialog, callerSequenceNumber: Math.max(sequenceNumber, dialog.callerSequenceNumber) };
  }
  return { ...dialog, calleeSequenceNumber: Math.max(sequenceNumber, dialog.calleeSequenceNumber) };
}

/** The same once a target refresh request was answered by 2xx: both ends may have moved (RFC 3261 §12.2). */
export function withTargets(dialog: ProxiedDialogData, request: SipRequest, success: SipResponse): ProxiedDialogData {
  if (!refreshesTarget(request.method)) return dialog;
  const isCallers = request.fromTag === dialog.callerTag;
  const [asking, answering] = [textOf(request, "contact"), textOf(success, "contact")];
  return {
    ...dialog,
    callerContact: (isCallers ? asking : answering) || dialog.callerContact,
    calleeContact: (isCallers ? answering : asking) || dialog.calleeContact,
  };
}

function textOf(message: SipRequest | SipResponse, key: string): string {
  return detachedText(message.field(key)?.text ?? "");
}
