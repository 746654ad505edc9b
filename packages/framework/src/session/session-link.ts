import type { SipSessionState } from "../api/sip-session.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";

/**
 * What can be one leg of a back-to-back user agent (JSR 289 §12): linked one to one, inside one application session. A
 * session that was derived looks at the leg of its original until it is linked itself; that leg looks at the original.
 */
export interface LinkableSession<Self> {
  readonly id: string;
  readonly isValid: boolean;
  readonly dialogState: SipSessionState;
  readonly applicationSession: object;
  linked: Self | undefined;
}

/** The valid session a session is linked with. */
export function linkedSession<Session extends LinkableSession<Session>>({ linked }: Session): Session | undefined {
  return linked?.isValid === true ? linked : undefined;
}

/** Whether either of two sessions looks at the other. */
export function areLinked<Session extends LinkableSession<Session>>(first: Session, second: Session): boolean {
  return first.linked === second || second.linked === first;
}

/** Links two sessions; the same pair again changes nothing. @throws IllegalArgumentError `argument.link` */
export function linkSessions<Session extends LinkableSession<Session>>(first: Session, second: Session): void {
  if (first.linked === second && second.linked === first) return;
  requireLinkable(first, second);
  first.linked = second;
  second.linked = first;
}

/** Whether two sessions may be linked. @throws IllegalArgumentError `argument.link` */
export function requireLinkable<Session extends LinkableSession<Session>>(first: Session, second: Session): void {
  if (first === second) refuse("a session is not linked with itself");
  if (first.applicationSession !== second.applicationSession) {
    refuse("both must belong to the same application session");
  }
  for (const session of [first, second]) {
    if (session.dialogState === "TERMINATED") refuse(`session ${session.id} is TERMINATED`);
    const other = session === first ? second : first;
    if (hasOwnLink(session) && session.linked !== other) refuse(`session ${session.id} is linked with another one`);
  }
}

/** Takes the link of a session away, on both sides. @throws IllegalArgumentError `argument.link` when there is none */
export function unlinkSession<Session extends LinkableSession<Session>>(session: Session): void {
  if (linkedSession(session) === undefined) refuse(`session ${session.id} is linked with none`);
  if (session.dialogState === "TERMINATED") refuse(`session ${session.id} is TERMINATED`);
  dropLink(session);
}

/** The same without question: the session ends. */
export function dropLink<Session extends LinkableSession<Session>>(session: Session): void {
  const { linked } = session;
  session.linked = undefined;
  if (linked?.linked === session) linked.linked = undefined;
}

/** Whether a session was linked itself, or only derived from one that was. */
export function hasOwnLink<Session extends LinkableSession<Session>>(session: Session): boolean {
  return linkedSession(session)?.linked === session;
}

function refuse(detail: string): never {
  throw new IllegalArgumentError("argument.link", { detail });
}
