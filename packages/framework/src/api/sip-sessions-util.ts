import type { SipApplicationSession, SipSession } from "./object-model.js";
import type { ServletClass } from "./servlet-class.js";

/** Finds sessions of the calling application. Injectable. JSR 289 §6, JSR 359. */
export abstract class SipSessionsUtil {
  abstract getApplicationSessionById(id: string): SipApplicationSession | undefined;
  abstract getApplicationSessionByKey(key: string, create: true): SipApplicationSession;
  abstract getApplicationSessionByKey(key: string, create: boolean): SipApplicationSession | undefined;
  /** The session a `Join` or `Replaces` header field joined to this one. JSR 289 §15. */
  abstract getCorrespondingSipSession(session: SipSession, headerName: string): SipSession | undefined;
  /** Ids of all sessions, or of those with an index key. JSR 359. */
  abstract getSipApplicationSessionIds(indexKey?: string): readonly string[];
  /** The one of the running invocation or task; undefined outside. JSR 359: `getCurrentApplicationSession`. */
  abstract readonly currentApplicationSession: SipApplicationSession | undefined;
  /** A bean of the application by its class or token. Perhaps not part of the JSR, but of shipped containers. */
  abstract getManagedBean<T extends object>(token: ServletClass<T> | (abstract new (...parameters: never[]) => T)): T;
}
