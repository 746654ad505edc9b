import type { DigestServer } from "../../../auth/server/digest-server.js";
import type { SyncOrPromise } from "../../../auth/users/sync-or-promise.js";
import type { Clock } from "../../../clock/clock.js";
import type { Logger } from "../../../log/logger.js";
import type { SipRequest } from "../../../message/sip-request.js";
import type { RandomSource } from "../../../random/random-source.js";
import type { Connection } from "../../../transport/transport.js";
import type { Uri } from "../../../uri/uri.js";
import type { Binding, LocationRecord } from "./location-record.js";
import type { LocationStore } from "./location-store.js";
import type { DomainLookUp } from "./registrar-domains.js";

/** How one binding changed. */
export interface BindingChange {
  readonly kind: "created" | "refreshed" | "removed" | "expired" | "flow-closed";
  /** Key of the address-of-record. */
  readonly key: string;
  readonly binding: Binding;
}

/** What a registrar may do and how long. */
export interface RegistrarPolicy {
  /** Seconds where the request names none; 3600. */
  readonly defaultExpires?: number;
  /** Less than so many seconds (and less than an hour) is answered with 423; 60. RFC 3261 §10.3 step 7 */
  readonly minExpires?: number;
  /** More is shortened to so many seconds; 86400. */
  readonly maxExpires?: number;
  /** Bindings of one address; a request for more gets 403. 100. */
  readonly maxBindings?: number;
  /** What to do with Path from a user agent that does not support it: `use` it, or ask for support by 421. RFC 3327 §5.3 */
  readonly pathWithoutSupport?: "use" | "refuse";
  /** Takes part in outbound (RFC 5626 §6); on by default. */
  readonly outbound?: boolean;
  /** Makes GRUUs (RFC 5627 §5); on by default. */
  readonly gruu?: boolean;
  /** Flow-Timer of the 200 when this element is the first hop of a flow, in seconds. RFC 5626 §5.4 */
  readonly flowTimer?: number;
}

/** What a registrar is made of. */
export interface RegistrarOptions extends RegistrarPolicy {
  /** Domains it is responsible for: hosts of Request-URI and To; or who knows them, when a domain has several names. */
  readonly domains: readonly string[] | DomainLookUp;
  readonly store?: LocationStore;
  /** Challenges each REGISTER; nobody is asked when left out. */
  readonly authentication?: Pick<DigestServer, "verify">;
  /** May that user register that address? Its user part has to be the user's name when left out. Asked behind authentication. */
  readonly mayRegister?: (username: string, addressOfRecord: Uri, request: SipRequest) => SyncOrPromise<boolean>;
  /** Does the address exist? Each of the domains does when left out (RFC 3261 §10.3 step 5). */
  readonly isKnown?: (addressOfRecord: Uri) => SyncOrPromise<boolean>;
  /** Routes that the user agent shall take for its requests (RFC 3608 §6.2). */
  readonly serviceRoutes?: (addressOfRecord: Uri, request: SipRequest) => readonly string[];
  /** Token of a connection this element holds: bindings by it end when it closes. */
  readonly flowOf?: (connection: Connection) => string | undefined;
  /** Hears what changed, behind the change, with all that is known of the address now. */
  readonly onChange?: (change: BindingChange, record: LocationRecord) => void;
  /** 32 octets; the same wherever temporary GRUUs have to be read. Random when left out: they end with the program. */
  readonly gruuKey?: Uint8Array;
  readonly clock?: Clock;
  readonly random?: RandomSource;
  readonly log?: Logger;
}
