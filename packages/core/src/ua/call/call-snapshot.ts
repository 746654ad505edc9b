import type { DigestClientSnapshot } from "../../auth/client/digest-client-session.js";
import type { DialogSnapshot } from "../../dialog/dialog-snapshot.js";
import type { OfferAnswerSnapshot } from "../offer-answer/offer-answer-snapshot.js";
import type { SessionTimerSnapshot } from "../session-timer/session-timer.js";

/** A call whose session stands, as plain data. */
export interface CallSnapshot {
  readonly version: 1;
  readonly direction: "outgoing" | "incoming";
  readonly dialog: DialogSnapshot;
  readonly offerAnswer: OfferAnswerSnapshot;
  readonly timer: SessionTimerSnapshot | undefined;
  readonly digest: DigestClientSnapshot | undefined;
  readonly isHolding: boolean;
}
