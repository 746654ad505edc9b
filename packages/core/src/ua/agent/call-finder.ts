import type { SipRequest } from "../../message/sip-request.js";
import type { Call } from "../call/call.js";
import { matchJoin } from "../replace/match-join.js";
import { matchReplaces } from "../replace/match-replaces.js";
import { refused, type Refused, type ReplaceableDialogs } from "../replace/replaceable-dialog.js";
import type { DialogTable, DialogUser, ListedDialog } from "../session/dialog-table.js";

/** The calls that an INVITE wants to replace or to join. */
export interface FoundCalls {
  readonly kind: "found";
  readonly replaces: Call | undefined;
  readonly joins: Call | undefined;
}

/** Finds the calls that Replaces and Join of an INVITE mean. RFC 3891 §3, RFC 3911 §4 */
export class CallFinder {
  readonly #calls: Iterable<Call>;
  readonly #dialogs: ReplaceableDialogs<ListedDialog>;

  constructor(table: DialogTable, calls: Iterable<Call>, mayReplace: ((invite: SipRequest) => boolean) | undefined) {
    this.#calls = calls;
    this.#dialogs = {
      find: (callId, localTag, remoteTag) => table.find(callId, localTag, remoteTag),
      isAuthorized: (invite) => mayReplace?.(invite) ?? true,
    };
  }

  find(invite: SipRequest): FoundCalls | Refused {
    const replaced = matchReplaces(invite, this.#dialogs);
    if (replaced.kind === "refused") return replaced;
    const joined = matchJoin(invite, this.#dialogs);
    if (joined.kind === "refused") return joined;
    const replaces = replaced.kind === "replaces" ? this.#callOf(replaced.dialog.user) : undefined;
    const joins = joined.kind === "joins" ? this.#callOf(joined.dialog.user) : undefined;
    const isLost = (replaced.kind === "replaces" && !replaces) || (joined.kind === "joins" && !joins);
    return isLost ? refused(481) : { kind: "found", replaces, joins };
  }

  #callOf(user: DialogUser): Call | undefined {
    for (const call of this.#calls) if (call.owns(user)) return call;
    return undefined;
  }
}
