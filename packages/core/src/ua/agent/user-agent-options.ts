import type { CredentialsLookup } from "../../auth/client/credentials-lookup.js";
import type { UserSecret } from "../../auth/digest/user-secret.js";
import type { SyncOrPromise } from "../../auth/users/sync-or-promise.js";
import type { Clock } from "../../clock/clock.js";
import type { Logger } from "../../log/logger.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { RandomSource } from "../../random/random-source.js";
import type { RequestSender } from "../../transaction/request-sender.js";
import type { TransactionLayer } from "../../transaction/transaction-layer.js";
import type { TransactionUser } from "../../transaction/transaction-user.js";
import type { Connection } from "../../transport/transport.js";
import type { CallMedia } from "../session/call-media.js";
import type { RequestRefusal } from "../checks/request-refusal.js";
import type { SessionTimerSettings } from "../session-timer/session-timer.js";

/** The stack a user agent stands on: a `SipStack`, or what stands in for it. */
export interface UserAgentStack {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Logger;
  readonly transactions: TransactionLayer;
  readonly sender: RequestSender;
  attach(user: TransactionUser): void;
}

/** Who we are and what we do. */
export interface UserAgentOptions {
  /** Our address: the From of what we send, such as `sip:alice@example.com`. */
  readonly uri: string;
  readonly displayName?: string;
  /** What proves who we are: to every realm that asks, or by realm. */
  readonly credentials?: UserSecret | CredentialsLookup;
  /** Route values of requests outside dialogs: an outbound proxy, such as `<sip:proxy.example.com;lr>`. */
  readonly routes?: readonly string[];
  /** Sends over that connection: a flow that was registered (RFC 5626). */
  readonly connection?: Connection;
  /** Contact in place of the one made from the connection: a whole value, such as a GRUU. */
  readonly contact?: string | ((connection: Connection) => string);
  /** Session timers: an interval of 1800 s unless said otherwise; `false` for none. RFC 4028 */
  readonly sessionTimer?: SessionTimerSettings | false;
  /** INFO packages that are taken (RFC 6086). */
  readonly infoPackages?: readonly string[];
  /** Makes the media of a call that is given none. */
  readonly media?: () => CallMedia;
  /** Media types of texts that are taken; `text/*` when left out. RFC 3428 */
  readonly messageTypes?: readonly string[];
  /** Value of User-Agent and Server. */
  readonly product?: string;
  /** Further option tags that the program understands, for Supported. */
  readonly optionTags?: readonly string[];
  /** Looks at each request outside a dialog before all else: whom to authenticate (`requireDigest`), whom to turn away. */
  readonly screen?: (request: SipRequest, connection: Connection) => SyncOrPromise<RequestRefusal | undefined>;
  /** Whether the Request-URI leads to us; all do when left out: else 404. */
  readonly isOwnUri?: (request: SipRequest) => boolean;
  /** Whether the sender of an INVITE may replace or join a call; everybody may when left out. RFC 3891 §3 */
  readonly mayReplace?: (invite: SipRequest) => boolean;
}
