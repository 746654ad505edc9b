/** What one row of the table tells about an error. */
export interface ServletErrorEntry {
  /** Text shown to people; `{detail}` is replaced by what the thrower knows. */
  readonly message: string;
  /** The SIP status this error becomes when it escapes a handler; 500 where none is given. */
  readonly statusCode?: number;
  /** Where the rule comes from. */
  readonly section?: string;
}

const entry = (message: string, statusCode?: number, section?: string): ServletErrorEntry => ({
  message,
  statusCode,
  section,
});

/** Every error of this package: code, text, the SIP answer it stands for, the rule behind it. */
export const servletErrorTable = {
  // general
  "servlet.failed": entry("{detail}"),
  "servlet.unknown": entry("No such servlet in this application: {detail}", undefined, "JSR 289 §6"),
  "servlet.io": entry("The message could not be sent: {detail}", 503, "JSR 289 §5"),
  "servlet.application": entry("No such application in this container: {detail}"),
  "servlet.injection": entry("A bean cannot be made: {detail}", undefined, "JSR 359, injection"),
  "servlet.scope": entry("No such scope is active: {detail}", undefined, "JSR 359, scopes"),
  // the object is not in a state that allows the call
  "state.invalid-session": entry("The SipSession is invalid: {detail}", undefined, "JSR 289 §6"),
  "state.invalid-application-session": entry("The SipApplicationSession is invalid: {detail}", undefined, "JSR 289 §6"),
  "state.committed": entry("The message is committed and cannot change: {detail}", undefined, "JSR 289 §5"),
  "state.transaction": entry("The transaction does not allow this now: {detail}", undefined, "JSR 289 §5"),
  "state.dialog": entry("The dialog does not allow this now: {detail}", undefined, "JSR 289 §6"),
  "state.not-initial": entry("Only an initial request allows this: {detail}", undefined, "JSR 289 §5"),
  "state.subsequent": entry("A subsequent request does not allow this: {detail}", undefined, "JSR 289 §5"),
  "state.proxy": entry("The proxy does not allow this now: {detail}", undefined, "JSR 289 §10"),
  "state.b2bua": entry("A request is either proxied or relayed as B2BUA: {detail}", undefined, "JSR 289 §12"),
  "state.timer": entry("The timer cannot be created: {detail}", undefined, "JSR 289 §9"),
  "state.flow": entry("The flow is not active: {detail}", 430, "RFC 5626 §5.3"),
  "state.registrar": entry("There is no such registrar: {detail}"),
  "state.immutable": entry("This value belongs to the container and cannot change: {detail}", undefined, "JSR 289 §4"),
  "state.initialized": entry("The application is already initialised: {detail}", undefined, "JSR 359, registration"),
  "state.waiting": entry("Waiting here would never end: {detail}", undefined, "JSR 359, concurrency"),
  "state.cancelled": entry("The task will not run: {detail}", undefined, "JSR 359, concurrency"),
  // the argument cannot be taken
  "argument.missing": entry("A value is required: {detail}"),
  "argument.invalid": entry("The argument is not valid: {detail}"),
  "argument.system-header": entry("The container owns this header field: {detail}", undefined, "JSR 289 §5.4"),
  "argument.status": entry("Not a SIP status code (100–699): {detail}", undefined, "RFC 3261 §7.2"),
  "argument.method": entry("This method cannot be created here: {detail}", undefined, "JSR 289 §6"),
  "argument.scheme": entry("The URI scheme is not supported: {detail}", 416, "RFC 3261 §8.2.2.1"),
  "argument.content": entry("The content cannot be written for this type: {detail}", undefined, "JSR 289 §5"),
  "argument.link": entry("The sessions cannot be linked: {detail}", undefined, "JSR 289 §12"),
  "argument.session": entry("The session cannot be used here: {detail}", undefined, "JSR 289 §6"),
  // never available here
  "unsupported.operation": entry("Not supported: {detail}"),
  // text that does not parse
  "parse.uri": entry("Not a URI: {detail}", 400, "RFC 3261 §19.1.1"),
  "parse.address": entry("Not an address: {detail}", 400, "RFC 3261 §20.10"),
  "parse.parameterable": entry("Not a value with parameters: {detail}", 400, "RFC 3261 §25.1"),
  "parse.header": entry("Malformed header field: {detail}", 400, "RFC 3261 §25.1"),
  "parse.descriptor": entry("Malformed deployment descriptor: {detail}", undefined, "JSR 289 §19"),
  // single cases with a class of their own
  "proxy.too-many-hops": entry("Max-Forwards is used up: {detail}", 483, "RFC 3261 §16.3"),
  "proxy.loop": entry("The request has been here before: {detail}", 482, "RFC 5393 §4.2"),
  "reliability.not-1xx": entry("Only a provisional response is sent reliably: {detail}", undefined, "RFC 3262 §3"),
  "reliability.not-invite": entry("Only INVITE has reliable responses: {detail}", undefined, "RFC 3262 §3"),
  "reliability.no-request-support": entry("The caller does not support 100rel: {detail}", undefined, "RFC 3262 §3"),
  "reliability.not-supported": entry("100rel is switched off in this container: {detail}", undefined, "RFC 3262 §3"),
  "reliability.not-reliable": entry("The response was not sent reliably: {detail}", undefined, "RFC 3262 §4"),
  "sip.answer": entry("{detail}"),
  "http.answer": entry("{detail}"),
  "http.listen": entry("Cannot listen: {detail}"),
  "deployment.failed": entry("{detail}"),
  // application routing
  "router.configuration": entry(
    "The configuration of the default application router cannot be used.\n{detail}",
    undefined,
    "JSR 289 appendix C",
  ),
} as const satisfies Record<string, ServletErrorEntry>;

/** The literal code of an error of this package; the part before the dot names its family. */
export type ServletErrorCode = keyof typeof servletErrorTable;

/** The codes of one family, such as `state`. */
export type ServletErrorCodeOf<Family extends string> = Extract<ServletErrorCode, `${Family}.${string}`>;
