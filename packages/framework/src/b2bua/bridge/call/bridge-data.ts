import type { BridgeState } from "../../../api/bridge.js";
import type { BridgeSettings } from "../policy/bridge-settings.js";
import type { DescriptionOrigin } from "../policy/session-description.js";

/** A bridge as plain data. */
export interface BridgeData {
  readonly id: string;
  readonly settings: BridgeSettings;
  readonly state: BridgeState;
  readonly callerId: string | undefined;
  readonly calleeId: string | undefined;
  /** Milliseconds since 1970. */
  readonly answeredAt: number | undefined;
  /** When the call is ended at the latest. */
  readonly endsAt: number | undefined;
  /** Whether a leg has changed. */
  readonly isRelinked: boolean;
  /** Origins of the descriptions sent to each leg. */
  readonly origins: { readonly caller?: DescriptionOrigin; readonly callee?: DescriptionOrigin };
  /** How many REFERs came from each leg. */
  readonly refers: { readonly caller: number; readonly callee: number };
}
