import type { HeaderRow } from "./header-definition.js";
import type { HeaderTypes } from "./header-types.js";
import type { HeaderCodec } from "./header-value.js";
import { authenticationInfoCodec } from "./authentication-info.js";
import { callIdCodec } from "./call-id.js";
import { challengeCodec } from "./challenge.js";
import { contactCodec } from "./contact.js";
import { contentDispositionCodec } from "./content-disposition.js";
import { credentialsCodec } from "./credentials.js";
import { cseqCodec } from "./cseq.js";
import { LARGEST_DELTA_SECONDS } from "./delta-seconds.js";
import { eventPackageCodec } from "./event-package.js";
import { identityCodec } from "./identity.js";
import { joinCodec } from "./join.js";
import { mediaTypeCodec } from "./media-type.js";
import { minSeCodec } from "./min-se.js";
import { nameAddressCodec, routeCodec } from "./name-address.js";
import { parameterSetCodec } from "./parameter-set.js";
import { parameterizedTextCodec } from "./parameterized-text.js";
import { parameterizedTokenCodec } from "./parameterized-token.js";
import { LARGEST_RESPONSE_NUMBER, rackCodec } from "./rack.js";
import { reasonCodec } from "./reason.js";
import { replacesCodec } from "./replaces.js";
import { resourcePriorityCodec } from "./resource-priority.js";
import { retryAfterCodec } from "./retry-after.js";
import {
  bareUriCodec,
  contentIdCodec,
  expiresCodec,
  maxForwardsCodec,
  mimeVersionCodec,
  numberCodec,
  privacyCodec,
  referSubCodec,
  textCodec,
  tokenCodec,
} from "./scalar-codecs.js";
import { sessionExpiresCodec } from "./session-expires.js";
import { sessionIdCodec } from "./session-id.js";
import { sipDateCodec } from "./sip-date.js";
import { subscriptionStateCodec } from "./subscription-state.js";
import { targetDialogCodec } from "./target-dialog.js";
import { timestampCodec } from "./timestamp.js";
import { viaCodec } from "./parse-via.js";
import { warningCodec } from "./warning.js";

type Rows = { readonly [Name in keyof HeaderTypes]: HeaderRow<HeaderTypes[Name]> };

function single<T>(codec: HeaderCodec<T>): HeaderRow<T, "single", undefined>;
function single<T, C extends string>(codec: HeaderCodec<T>, compact: C): HeaderRow<T, "single", C>;
function single<T>(codec: HeaderCodec<T>, compact?: string): HeaderRow<T, "single"> {
  return { occurs: "single", codec, compact, mayBeEmpty: false };
}

function list<T>(codec: HeaderCodec<T>): HeaderRow<T, "comma-list", undefined>;
function list<T, C extends string>(codec: HeaderCodec<T>, compact: C): HeaderRow<T, "comma-list", C>;
function list<T>(codec: HeaderCodec<T>, compact?: string): HeaderRow<T, "comma-list"> {
  return { occurs: "comma-list", codec, compact, mayBeEmpty: false };
}

/** A list that may hold nothing, which says something: `Supported:` names no extension. */
function listOrNone<T, C extends string | undefined = undefined>(
  row: HeaderRow<T, "comma-list", C>,
): HeaderRow<T, "comma-list", C> {
  return { ...row, mayBeEmpty: true };
}

function repeated<T>(codec: HeaderCodec<T>): HeaderRow<T, "repeat-only", undefined> {
  return { occurs: "repeat-only", codec, compact: undefined, mayBeEmpty: false };
}

/** Every header field of the IANA registry, and Diversion: how often it stands, how it is read, its compact form. */
export const headerRows = {
  Accept: listOrNone(list(mediaTypeCodec)),
  "Accept-Contact": list(parameterizedTokenCodec, "a"),
  "Accept-Encoding": listOrNone(list(parameterizedTokenCodec)),
  "Accept-Language": listOrNone(list(parameterizedTokenCodec)),
  "Accept-Resource-Priority": list(resourcePriorityCodec),
  "Additional-Identity": list(nameAddressCodec),
  "Alert-Info": list(routeCodec),
  "AlertMsg-Error": single(parameterizedTokenCodec),
  Allow: listOrNone(list(tokenCodec)),
  "Allow-Events": list(tokenCodec, "u"),
  "Answer-Mode": single(parameterizedTokenCodec),
  "Attestation-Info": single(tokenCodec),
  "Authentication-Info": single(authenticationInfoCodec),
  Authorization: repeated(credentialsCodec),
  "Call-ID": single(callIdCodec, "i"),
  "Call-Info": list(routeCodec),
  "Cellular-Network-Info": single(parameterizedTokenCodec),
  Contact: list(contactCodec, "m"),
  "Content-Disposition": single(contentDispositionCodec),
  "Content-Encoding": list(tokenCodec, "e"),
  "Content-ID": single(contentIdCodec),
  "Content-Language": list(tokenCodec),
  "Content-Length": single(numberCodec(0, Number.MAX_SAFE_INTEGER), "l"),
  "Content-Type": single(mediaTypeCodec, "c"),
  CSeq: single(cseqCodec),
  Date: single(sipDateCodec),
  "DC-Info": single(textCodec),
  Diversion: list(nameAddressCodec),
  Encryption: single(textCodec),
  "Error-Info": list(routeCodec),
  Event: single(eventPackageCodec, "o"),
  Expires: single(expiresCodec),
  "Feature-Caps": list(parameterizedTokenCodec),
  "Flow-Timer": single(numberCodec(0, LARGEST_DELTA_SECONDS)),
  From: single(nameAddressCodec, "f"),
  Geolocation: list(routeCodec),
  "Geolocation-Error": single(parameterizedTokenCodec),
  "Geolocation-Routing": single(tokenCodec),
  Hide: single(textCodec),
  "History-Info": list(routeCodec),
  Identity: list(identityCodec, "y"),
  "Identity-Info": single(routeCodec, "n"),
  "In-Reply-To": list(callIdCodec),
  "Info-Package": single(parameterizedTokenCodec),
  Join: single(joinCodec),
  "Max-Breadth": single(numberCodec(0, LARGEST_DELTA_SECONDS)),
  "Max-Forwards": single(maxForwardsCodec),
  "MIME-Version": single(mimeVersionCodec),
  "Min-Expires": single(numberCodec(0, LARGEST_DELTA_SECONDS)),
  "Min-SE": single(minSeCodec),
  Organization: single(textCodec),
  "Origination-Id": single(tokenCodec),
  "P-Access-Network-Info": list(parameterizedTokenCodec),
  "P-Answer-State": single(parameterizedTokenCodec),
  "P-Asserted-Identity": list(nameAddressCodec),
  "P-Asserted-Service": list(bareUriCodec),
  "P-Associated-URI": list(nameAddressCodec),
  "P-Called-Party-ID": single(nameAddressCodec),
  "P-Charge-Info": single(nameAddressCodec),
  "P-Charging-Function-Addresses": list(parameterSetCodec),
  "P-Charging-Vector": single(parameterSetCodec),
  "P-DCS-Billing-Info": single(parameterizedTextCodec),
  "P-DCS-LAES": single(textCodec),
  "P-DCS-OSPS": single(tokenCodec),
  "P-DCS-Redirect": single(parameterizedTextCodec),
  "P-DCS-Trace-Party-ID": single(nameAddressCodec),
  "P-Early-Media": list(tokenCodec),
  "P-Media-Authorization": list(tokenCodec),
  "P-Preferred-Identity": list(nameAddressCodec),
  "P-Preferred-Service": list(bareUriCodec),
  "P-Private-Network-Indication": single(parameterizedTextCodec),
  "P-Profile-Key": single(nameAddressCodec),
  "P-Refused-URI-List": list(nameAddressCodec),
  "P-Served-User": single(nameAddressCodec),
  "P-User-Database": single(routeCodec),
  "P-Visited-Network-ID": list(parameterizedTextCodec),
  Path: list(routeCodec),
  "Permission-Missing": list(nameAddressCodec),
  "Policy-Contact": list(nameAddressCodec),
  "Policy-ID": list(nameAddressCodec),
  Priority: single(tokenCodec),
  "Priority-Share": single(tokenCodec),
  "Priority-Verstat": single(textCodec),
  "Priv-Answer-Mode": single(parameterizedTokenCodec),
  Privacy: single(privacyCodec),
  "Proxy-Authenticate": repeated(challengeCodec),
  "Proxy-Authorization": repeated(credentialsCodec),
  "Proxy-Require": list(tokenCodec),
  RAck: single(rackCodec),
  Reason: list(reasonCodec),
  "Reason-Phrase": single(textCodec),
  "Record-Route": list(routeCodec),
  "Recv-Info": listOrNone(list(parameterizedTokenCodec)),
  "Refer-Events-At": single(routeCodec),
  "Refer-Sub": single(referSubCodec),
  "Refer-To": single(nameAddressCodec, "r"),
  "Referred-By": single(nameAddressCodec, "b"),
  "Reject-Contact": list(parameterizedTokenCodec, "j"),
  "Relayed-Charge": single(textCodec),
  Replaces: single(replacesCodec),
  "Reply-To": single(nameAddressCodec),
  "Request-Disposition": list(tokenCodec, "d"),
  Require: list(tokenCodec),
  "Resource-Priority": list(resourcePriorityCodec),
  "Resource-Share": single(textCodec),
  "Response-Key": single(textCodec),
  "Response-Source": single(textCodec),
  "Restoration-Info": single(textCodec),
  "Retry-After": single(retryAfterCodec),
  Route: list(routeCodec),
  RSeq: single(numberCodec(1, LARGEST_RESPONSE_NUMBER)),
  "Security-Client": list(parameterizedTokenCodec),
  "Security-Server": list(parameterizedTokenCodec),
  "Security-Verify": list(parameterizedTokenCodec),
  Server: single(textCodec),
  "Service-Interact-Info": single(textCodec),
  "Service-Route": list(routeCodec),
  "Session-Expires": single(sessionExpiresCodec, "x"),
  "Session-ID": single(sessionIdCodec),
  "SIP-ETag": single(tokenCodec),
  "SIP-If-Match": single(tokenCodec),
  Subject: single(textCodec, "s"),
  "Subscription-State": single(subscriptionStateCodec),
  Supported: listOrNone(list(tokenCodec, "k")),
  "Suppress-If-Match": single(tokenCodec),
  "Target-Dialog": single(targetDialogCodec),
  Timestamp: single(timestampCodec),
  To: single(nameAddressCodec, "t"),
  "Trigger-Consent": list(nameAddressCodec),
  Unsupported: list(tokenCodec),
  "User-Agent": single(textCodec),
  "User-to-User": list(parameterizedTextCodec),
  Via: list(viaCodec, "v"),
  Warning: list(warningCodec),
  "WWW-Authenticate": repeated(challengeCodec),
} as const satisfies Rows;
