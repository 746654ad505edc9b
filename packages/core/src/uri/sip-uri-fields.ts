import type { UriHeaders } from "./uri-headers.js";
import type { UriParameters } from "./uri-parameters.js";

/** The parts of a SIP or SIPS URI, as its comparison sees them. */
export interface SipUriFields {
  readonly scheme: "sip" | "sips";
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: string;
  readonly port: number | undefined;
  readonly parameters: UriParameters;
  readonly headers: UriHeaders;
}
