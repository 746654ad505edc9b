import { AttributeStore } from "./attribute-store.js";
import type { Knot } from "./knot.js";
import type { TaskFuture } from "./task-future.js";
import type { Uri } from "./uri.js";

/** The kinds of session an application session holds. JSR 289 §6. */
export type SessionProtocol = "SIP" | "HTTP";

/**
 * Members of `SipApplicationSession`: one running instance of an application. JSR 289 §6.
 *
 * On an invalid one everything but `id`, `applicationName` and `isValid` throws IllegalStateError
 * `state.invalid-application-session`.
 */
export abstract class SipApplicationSessionMembers<K extends Knot> extends AttributeStore {
  abstract readonly id: string;
  abstract readonly applicationName: string;
  /** Milliseconds since the epoch. */
  abstract readonly creationTime: number;
  /** Milliseconds since the epoch. */
  abstract readonly lastAccessedTime: number;
  /** Milliseconds since the epoch; 0 = never, `Number.MIN_SAFE_INTEGER` when it has expired. */
  abstract readonly expirationTime: number;
  /**
   * Lets the session expire that many minutes from now; 0 or less asks for "never".
   *
   * @returns the minutes granted, 0 when refused, 2147483647 for "never"
   */
  abstract setExpires(minutes: number): number;
  /** Never throws. */
  abstract readonly isValid: boolean;
  /** Ends it with all its sessions and timers. All or nothing: when it throws, nothing has changed. */
  abstract invalidate(): void;
  abstract readonly isReadyToInvalidate: boolean;
  /** Whether the container invalidates it when it is ready; initially true. */
  abstract invalidateWhenReady: boolean;

  /** The valid sessions, all or those of one protocol. JSR: `getSessions`, `getSessionSet`. */
  abstract getSessions(): readonly (K["SipSession"] | K["ConvergedHttpSession"])[];
  abstract getSessions(protocol: "SIP"): readonly K["SipSession"][];
  abstract getSessions(protocol: "HTTP"): readonly K["ConvergedHttpSession"][];
  abstract getSipSession(id: string): K["SipSession"] | undefined;
  abstract getSession(id: string, protocol: "SIP"): K["SipSession"] | undefined;
  abstract getSession(id: string, protocol: "HTTP"): K["ConvergedHttpSession"] | undefined;
  /** The active timers. */
  abstract readonly timers: readonly K["ServletTimer"][];
  abstract getTimer(id: string): K["ServletTimer"] | undefined;

  /**
   * Puts the id of this session into a SIP URI, so that a later initial request to it comes here.
   * JSR: `encodeURI`, deprecated in favour of keys. @throws IllegalArgumentError `argument.scheme`.
   */
  abstract encodeUri(uri: Uri): void;
  /** A copy of the URL that leads an HTTP request to this session. JSR: `encodeURL`. */
  abstract encodeUrl(url: URL | string): URL;

  /** Adds a key to find this session by; many sessions may share one. JSR 359. */
  abstract addIndexKey(key: string): void;
  abstract removeIndexKey(key: string): void;
  abstract readonly indexKeys: readonly string[];
  /** A managed task of this session by its id. JSR 359. */
  abstract getTaskFuture(id: string): TaskFuture | undefined;
  abstract readonly taskFutures: readonly TaskFuture[];
}
