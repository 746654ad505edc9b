import { dialogId, dialogIdOfRequest, type RoutedRequest, type SipRequest } from "@siplet/core";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import { sessionKeyOf, type SessionKeys } from "../session/session-keys.js";
import type { SessionTable } from "../session/session-table.js";
import type { SessionLookup } from "../spi/session-store.js";

/** The address of ours that brought a request: our Route that was taken away, else its Request-URI. */
export interface ReceivedAddress {
  readonly key: string | undefined;
  readonly isRoute: boolean;
}

/** Reads the address of ours that brought a request. */
export function receivedAddress({ request, popped: [route], strict }: RoutedRequest): ReceivedAddress {
  const ours = route?.uri ?? strict;
  if (ours === undefined) return { key: sessionKeyOf(request.requestUriText), isRoute: false };
  return { key: sessionKeyOf(String(ours)), isRoute: true };
}

/**
 * Finds the session of a request inside a dialog: by tags and Call-ID, and where several applications of this container take
 * part in the dialog, by the key in the address. So no key leads to another dialog than that of the tags, and a peer that
 * drops URI parameters is understood as long as one session alone is meant.
 */
export class SessionFinder {
  readonly #sessions: SessionTable;
  readonly #keys: SessionKeys;

  constructor(sessions: SessionTable, keys: SessionKeys) {
    this.#sessions = sessions;
    this.#keys = keys;
  }

  find(request: SipRequest, address: ReceivedAddress): ContainerSipSession | undefined {
    const found = this.#choose(this.#sessions.findByDialog(dialogIdOfRequest(request)), address);
    return found ?? this.#choose(this.#sessions.findByDialog(proxiedDialogId(request)).filter(isProxy), address);
  }

  /** Whether a proxy of this container, or of one that shares its secret, put itself into the route of the dialog. */
  isOurs({ key, isRoute }: ReceivedAddress): boolean {
    return isRoute && key !== undefined && this.#keys.isGenuine(key);
  }

  /** The one who subscribed, to whom a NOTIFY makes the dialog. */
  findSubscriber(notify: SipRequest, address: ReceivedAddress): ContainerSipSession | undefined {
    return this.#choose(this.#sessions.findByDialog(dialogId(notify.callId, notify.toTag ?? "", "")), address);
  }

  /** The names under which a store may know the session of a request, the best first. */
  lookupsOf(request: SipRequest, { key }: ReceivedAddress): readonly SessionLookup[] {
    const dialogs = [dialogIdOfRequest(request), proxiedDialogId(request)];
    const byDialog = dialogs.map((value) => ({ kind: "dialog", value }) as const);
    if (key === undefined || !this.#keys.isGenuine(key)) return byDialog;
    return [{ kind: "session", value: key }];
  }

  #choose(
    candidates: readonly ContainerSipSession[],
    { key, isRoute }: ReceivedAddress,
  ): ContainerSipSession | undefined {
    const [first] = candidates;
    if (first === undefined) return undefined;
    if (key !== undefined) {
      const named = candidates.find((each) => each.key === key);
      // a key of ours whose session is gone: nobody else may take its place
      if (named !== undefined || this.#keys.isGenuine(key)) return named;
    }
    return candidates.find((each) => isProxy(each) === isRoute) ?? first;
  }
}

function isProxy({ role }: ContainerSipSession): boolean {
  return role === "proxy";
}

/** A proxy's session is known by the dialog of the two ends, as the caller sees it. */
function proxiedDialogId({ callId, fromTag = "", toTag = "" }: SipRequest): string {
  return dialogId(callId, fromTag, toTag);
}
