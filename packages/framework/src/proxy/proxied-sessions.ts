import { createsDialog, type ProxyBranch as EngineBranch, type SipRequest, type SipResponse } from "@siplet/core";
import { completeRequest } from "../message/session-outcome.js";
import { deriveSession } from "../message/session-usage.js";
import type { Signalling } from "../message/signalling.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import { proxiedDialogOf } from "../session/proxied-dialog.js";

/** A session and the branch whose answer made its dialog. */
interface Member {
  readonly session: ContainerSipSession;
  readonly branch: EngineBranch;
  readonly tag: string;
}

/** What the sessions of a proxied request need to know of it. */
export interface ProxiedSessionsParts {
  readonly original: ContainerSipSession;
  /** The request as it came. */
  readonly request: SipRequest;
  readonly signalling: Signalling;
  /** Whether later requests of a dialog that this branch made come by here. */
  isOnPath(branch: EngineBranch): boolean;
  readonly supervised: boolean;
}

/**
 * The sessions of a proxied request: one for each dialog that its answers make, the first in the session of the request, the
 * others derived from it. Their states follow what passes. JSR 289 §6.2.1, §6.2.3.2
 */
export class ProxiedSessions {
  readonly #parts: ProxiedSessionsParts;
  #members: readonly Member[] = [];

  constructor(parts: ProxiedSessionsParts) {
    this.#parts = parts;
  }

  /** All of them, that of the request first. */
  get all(): readonly ContainerSipSession[] {
    const { original } = this.#parts;
    return [original, ...this.#members.map(({ session }) => session).filter((each) => each !== original)];
  }

  /** A 101–199 or 2xx came: gives its session, in the state that it makes. */
  receive(response: SipResponse, branch: EngineBranch): ContainerSipSession {
    const { original, request } = this.#parts;
    const { toTag } = response;
    original.touch();
    if (toTag === undefined || !createsDialog(request.method)) return original;
    const session = this.#sessionOf(toTag, branch);
    if (!session.isValid) return session;
    if (response.isSuccess) this.#confirm(session, response);
    else if (session.dialogState === "INITIAL") session.moveTo("EARLY");
    return session;
  }

  /** A branch failed: its early dialogs are over, others may be made in their place. Gives the session of the response. */
  fail(branch: EngineBranch, response: SipResponse): ContainerSipSession {
    const { original } = this.#parts;
    original.touch();
    const lost = this.#members.filter((each) => each.branch === branch && each.session.dialogState === "EARLY");
    for (const { session } of lost) {
      session.leaveDialog();
      session.moveTo("INITIAL");
    }
    this.#members = this.#members.filter((each) => !lost.includes(each) || each.session !== original);
    const found = lost.find(({ tag }) => tag === response.toTag) ?? lost[0];
    return found?.session ?? original;
  }

  /** A failure went upstream: there will be no dialog. */
  reject(): void {
    for (const session of this.all) if (session.dialogState !== "CONFIRMED") session.moveTo("TERMINATED");
  }

  /** No branch runs any more; an early dialog beside a confirmed one of its branch may still be answered by 2xx. */
  complete(): void {
    for (const session of this.all) {
      if (session.dialogState === "CONFIRMED" || this.#mayBeConfirmed(session)) continue;
      if (createsDialog(this.#parts.request.method)) session.moveTo("TERMINATED");
    }
    this.#settle();
  }

  /** The transaction of a branch is gone: what was not confirmed never will be. */
  end(branch: EngineBranch): void {
    const left = this.#members.filter((each) => each.branch === branch && each.session.dialogState === "EARLY");
    for (const { session } of left) session.moveTo("TERMINATED");
    if (left.length > 0) this.#settle();
  }

  #settle(): void {
    for (const session of this.all) if (session.isValid) this.#parts.signalling.deliveries.settle(session);
  }

  #sessionOf(tag: string, branch: EngineBranch): ContainerSipSession {
    const known = this.#members.find((each) => each.tag === tag);
    if (known !== undefined) return known.session;
    const { original, request, signalling, supervised } = this.#parts;
    if (!original.isValid || !original.applicationSession.isOpen) return original;
    const isTaken = this.#members.some(({ session }) => session === original);
    const session = isTaken ? deriveSession(original, signalling.random.token(64), signalling) : original;
    session.isOffPath = !this.#parts.isOnPath(branch);
    session.isSupervised = supervised;
    session.findBy(request.callId, request.fromTag ?? "", tag);
    this.#members = [...this.#members, { session, branch, tag }];
    return session;
  }

  #confirm(session: ContainerSipSession, success: SipResponse): void {
    if (session.dialogState === "CONFIRMED" || session.dialogState === "TERMINATED") return;
    const { request } = this.#parts;
    session.moveTo("CONFIRMED");
    if (request.method !== "INVITE") return completeRequest(session, request, success.statusCode, false);
    session.hasInviteUsage = true;
    if (!session.isOffPath) session.proxied = proxiedDialogOf(request, success);
  }

  #mayBeConfirmed(session: ContainerSipSession): boolean {
    const member = this.#members.find((each) => each.session === session);
    if (member === undefined || session.dialogState !== "EARLY") return false;
    return this.#members.some(
      ({ branch, session: other }) => branch === member.branch && other.dialogState === "CONFIRMED",
    );
  }
}
