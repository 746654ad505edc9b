import {
  Dialog,
  isOwnUri,
  parseNameAddress,
  splitCommaList,
  type Connection,
  type FlowTokens,
  type NameAddress,
  type OwnAddresses,
  type RequestBuilder,
} from "@siplet/core";
import type { UaMode } from "../api/ua-mode.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { ProxiedDialogData } from "../session/proxied-dialog.js";
import { sessionKeyOf } from "../session/session-keys.js";

/** A BYE that a proxy sends, and the flow it has to take. */
export interface ProxiedBye {
  readonly builder: RequestBuilder;
  readonly via: Connection | undefined;
}

/** What tells our own Record-Route values from those of others, and reads the flow tokens on them. */
export interface ProxiedByeServices {
  readonly transport: OwnAddresses;
  readonly flows: FlowTokens;
}

/**
 * The BYE by which a proxy ends a call toward one of its ends, in the name of the other: `UAC` is the caller. Route set,
 * target and numbers are those that passed. JSR 359, `terminateProxiedDialog`
 */
export function createProxiedBye(
  session: ContainerSipSession,
  dialog: ProxiedDialogData,
  toward: UaMode,
  services: ProxiedByeServices,
): ProxiedBye {
  const routes = splitCommaList(dialog.recordRoutes)
    .filter((text) => text.trim() !== "")
    .map(parseNameAddress);
  const own = ownRange(routes, session.key, services.transport);
  const near = toward === "UAC" ? routes[own.last] : routes[own.first];
  const others = toward === "UAC" ? routes.slice(own.last + 1) : routes.slice(0, Math.max(own.first, 0)).toReversed();
  const builder = dialogToward(session.callId, dialog, toward, others.map(String)).createRequest("BYE");
  session.proxied = withNextNumber(dialog, toward);
  return { builder, via: flowOf(near, services.flows) };
}

/** Our values stand together: one, or two where our sides differ. By the key, for there may be others of this container. */
function ownRange(
  routes: readonly NameAddress[],
  key: string,
  transport: OwnAddresses,
): { readonly first: number; readonly last: number } {
  const isKeyed = ({ uri }: NameAddress): boolean => sessionKeyOf(String(uri)) === key;
  const isOurs = routes.some(isKeyed) ? isKeyed : ({ uri }: NameAddress): boolean => isOwnUri(uri, transport);
  return { first: routes.findIndex(isOurs), last: routes.findLastIndex(isOurs) };
}

function dialogToward(callId: string, data: ProxiedDialogData, toward: UaMode, routeSet: readonly string[]): Dialog {
  const isToCaller = toward === "UAC";
  const [local, remote] = isToCaller ? [data.callee, data.caller] : [data.caller, data.callee];
  const contact = isToCaller ? data.callerContact : data.calleeContact;
  return Dialog.restore({
    version: 1,
    state: "confirmed",
    isCaller: !isToCaller,
    callId,
    local,
    remote,
    localTag: "",
    remoteTag: "",
    remoteTarget: contact === "" ? "" : String(parseNameAddress(contact).uri),
    routeSet,
    localSequenceNumber: isToCaller ? data.calleeSequenceNumber : data.callerSequenceNumber,
    remoteSequenceNumber: undefined,
    isSecure: false,
  });
}

function withNextNumber(data: ProxiedDialogData, toward: UaMode): ProxiedDialogData {
  return toward === "UAC"
    ? { ...data, calleeSequenceNumber: data.calleeSequenceNumber + 1 }
    : { ...data, callerSequenceNumber: data.callerSequenceNumber + 1 };
}

/** The flow that our own value on that side names (RFC 5626 §5.3). */
function flowOf(near: NameAddress | undefined, flows: FlowTokens): Connection | undefined {
  const uri = near?.uri;
  if (uri?.kind !== "sip" || uri.user === undefined || !uri.parameters.has("ob")) return undefined;
  const verdict = flows.verify(uri.user);
  return verdict.kind === "open" ? verdict.connection : undefined;
}
