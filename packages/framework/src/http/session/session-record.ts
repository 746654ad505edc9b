import type { Session, SessionData } from "express-session";
import type { ConvergedHttpSession } from "../../api/object-model.js";
import type { Principal } from "../../api/sip-web-socket-context.js";

/** What of a converged session is written down with the data of the HTTP session. */
export interface SessionRecord {
  readonly creationTime: number;
  /** Counts the changes, so that a session whose attributes changed is written. */
  revision: number;
  applicationSessionId?: string;
}

/** A record with the attributes, as a store has it. */
export interface StoredRecord extends SessionRecord {
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** What `request.session` is: a session of `express-session`, its data, and a `ConvergedHttpSession`. */
export type HttpSession = Session & Partial<SessionData>;

declare module "express-session" {
  /** `request.session` is a converged session as well. JSR 289 §13. */
  interface Session extends Omit<ConvergedHttpSession, "id" | "isValid"> {
    readonly isValid: boolean;
  }

  interface SessionData {
    /** Who has logged in: write it after checking a password; WebSocket handshakes carry it to SIP. */
    principal?: Principal;
    /** Kept by the container. */
    converged?: StoredRecord;
  }
}
