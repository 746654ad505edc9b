/** What one row of the table tells about an error. */
export interface ErrorEntry {
  /** Text shown to people; `{detail}` is replaced by what the thrower knows. */
  readonly message: string;
  /** The SIP status this error becomes when a peer must be answered. */
  readonly statusCode?: number;
  /** Where the rule comes from. */
  readonly section?: string;
}

const entry = (message: string, statusCode?: number, section?: string): ErrorEntry => ({
  message,
  statusCode,
  section,
});

/** Every error of this package: code, text, the SIP answer it stands for, the rule behind it. */
export const errorTable = {
  // grammar and URIs
  "uri.malformed": entry("Malformed URI: {detail}", 400, "RFC 3261 §19.1.1"),
  "header.malformed": entry("Malformed header field: {detail}", 400, "RFC 3261 §25.1"),
  "address.malformed": entry("Malformed address: {detail}", 400, "RFC 3261 §20.10"),
  // messages
  "message.frozen": entry(
    "A received or sent message cannot be changed: {detail}. Change a copy (`RequestBuilder.from`, `ResponseBuilder.from`)",
  ),
  "message.malformed": entry("This would be no SIP message: {detail}", undefined, "RFC 3261 §7"),
  "message.body": entry("The body cannot be read: {detail}", 415, "RFC 3261 §21.4.13"),
  "message.incomplete": entry("The message lacks what it needs to be sent: {detail}", undefined, "RFC 3261 §8.1.1"),
  // transport
  "transport.unsupported": entry("No transport for this destination: {detail}", 503, "RFC 3261 §18"),
  "transport.listen": entry("Cannot listen: {detail}"),
  "transport.failed": entry("The transport could not take the message: {detail}", 503, "RFC 3261 §18.4"),
  "transport.closed": entry("The transport is closed: {detail}", 503),
  "transport.refused": entry("The connection could not be made: {detail}", 503, "RFC 3261 §18.1.1"),
  "transport.timeout": entry("The peer was silent for too long: {detail}", 503, "RFC 3261 §18.4"),
  "transport.overflow": entry("The peer reads more slowly than it is written to: {detail}", 503),
  "transport.option": entry("A transport cannot be set up like this: {detail}"),
  "transport.flow": entry("The flow has ended: {detail}", 430, "RFC 5626 §5.3"),
  "transport.ping": entry("A keep-alive was not answered: {detail}", 430, "RFC 5626 §4.4"),
  "tls.certificate": entry("The certificate or key cannot be used: {detail}"),
  "tls.identity": entry("The peer's certificate is not for the domain wanted: {detail}", 503, "RFC 5922 §7.2"),
  "tls.handshake": entry("TLS could not be agreed: {detail}", 503, "RFC 3261 §26.3.1"),
  "ws.upgrade": entry("The WebSocket handshake failed: {detail}", 503, "RFC 7118 §4.1"),
  // location
  "locate.malformed": entry("Malformed target: {detail}", 400, "RFC 3263 §4"),
  "locate.unsupported": entry("No way to reach the target: {detail}", 503, "RFC 3263 §4.1"),
  "locate.not_found": entry("No server found: {detail}", 503, "RFC 3263 §4.2"),
  "locate.failed": entry("The DNS could not be asked: {detail}", 503, "RFC 3263 §4.2"),
  "locate.barred": entry("No server may be used now: {detail}", 503, "RFC 3261 §21.5.4"),
  "locate.timeout": entry("The DNS did not answer in time: {detail}", 504, "RFC 3261 §21.5.5"),
  // transactions
  "transaction.state": entry("The transaction does not allow this now: {detail}", undefined, "RFC 3261 §17"),
  "transaction.cancelled": entry("The request was cancelled before it was sent: {detail}", 487, "RFC 3261 §9.1"),
  // dialogs
  "dialog.state": entry("The dialog does not allow this now: {detail}", undefined, "RFC 3261 §12"),
  "dialog.snapshot": entry("Not a snapshot of a dialog: {detail}"),
  // proxying
  "proxy.state": entry("The proxied request does not allow this now: {detail}", undefined, "RFC 3261 §16.6"),
  "proxy.target": entry("The target cannot be used: {detail}", 503, "RFC 3261 §16.5"),
  "proxy.hops": entry("The request has no hops left: {detail}", 483, "RFC 3261 §16.3"),
  // user agents
  "ua.state": entry("The call does not allow this now: {detail}", undefined, "RFC 3261 §13"),
  "ua.options": entry("A user agent cannot work like this: {detail}"),
  "ua.rejected": entry("The request was not accepted: {detail}", undefined, "RFC 3261 §8.1.3"),
  "ua.ended": entry("The call has ended: {detail}", undefined, "RFC 3261 §15"),
  "ua.timeout": entry("No final response came: {detail}", 408, "RFC 3261 §8.1.3.1"),
  "ua.snapshot": entry("Not a snapshot of this part: {detail}"),
  "offer-answer.state": entry("Offer and answer do not allow this now: {detail}", undefined, "RFC 3264 §4"),
  "offer-answer.malformed": entry("Not a session description: {detail}", 488, "RFC 8866 §5"),
  "offer-answer.snapshot": entry("Not a snapshot of an offer/answer state: {detail}"),
  // registration and events
  "registration.options": entry("A registration cannot be set up like this: {detail}"),
  "registration.store": entry("The bindings could not be kept: {detail}", 500, "RFC 3261 §10.3"),
  "subscription.state": entry("The subscription does not allow this now: {detail}", undefined, "RFC 6665 §4"),
  "subscription.options": entry("A subscription cannot be set up like this: {detail}"),
  "subscription.package": entry("An event package cannot be offered like this: {detail}", 489, "RFC 6665 §7"),
  // authentication and identity
  "auth.credentials": entry("Credentials that cannot be used: {detail}", undefined, "RFC 7616 §3.4"),
  "auth.snapshot": entry("Not a snapshot of a digest session: {detail}"),
  "auth.configuration": entry("Authentication cannot work as configured: {detail}", undefined, "RFC 3261 §22"),
  "auth.trust-domain": entry("Malformed trust domain: {detail}", undefined, "RFC 3325 §2.3"),
} as const satisfies Record<string, ErrorEntry>;

/** The literal code of an error of this package; the part before the dot names its layer. */
export type EngineErrorCode = keyof typeof errorTable;
