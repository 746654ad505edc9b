import type { OtherUri } from "./other-uri.js";
import type { SipUri } from "./sip-uri.js";
import type { TelUri } from "./tel-uri.js";

/** A URI. `kind` tells which; URIs of schemes unknown here are carried along unread. */
export type Uri = SipUri | TelUri | OtherUri;
