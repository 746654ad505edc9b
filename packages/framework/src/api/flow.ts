import type { SipUri } from "./sip-uri.js";

/** A transport association with a peer: a connection, or a UDP 5-tuple. JSR 359, RFC 5626. */
export abstract class Flow {
  /** Opaque and unforgeable. RFC 5626 §5.2. */
  abstract readonly token: string;
  /** JSR: `getLocalURI`. */
  abstract readonly localUri: SipUri;
  /** JSR: `getRemoteURI`. */
  abstract readonly remoteUri: SipUri;
  /** False for good once the flow has failed. Proposal: the name is not published. */
  abstract readonly isActive: boolean;
}
