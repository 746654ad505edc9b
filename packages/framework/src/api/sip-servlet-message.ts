import type { Address } from "./address.js";
import { AttributeStore } from "./attribute-store.js";
import type { Knot } from "./knot.js";
import type { MessageContent } from "./multipart.js";
import type { Parameterable } from "./parameterable.js";
import type { SessionKeepAlivePreference } from "./session-keep-alive.js";
import type { Principal, SipWebSocketContext } from "./sip-web-socket-context.js";

/** How header field names are written: `COMPACT` and `LONG` force one form, `DEFAULT` leaves it to the container. */
export type HeaderForm = "COMPACT" | "DEFAULT" | "LONG";

/**
 * Members of `SipServletMessage`, the part that requests and responses share. JSR 289 §5.
 *
 * Header names ignore case, and the long and compact form mean the same. A change of a committed message throws
 * IllegalStateError `state.committed`; a change of a system header field throws IllegalArgumentError
 * `argument.system-header` (JSR 289 §5.4.2); a missing name or value throws IllegalArgumentError `argument.missing`.
 * `undefined` stands for "absent" where the JSR has null or -1.
 */
export abstract class SipServletMessageMembers<K extends Knot> extends AttributeStore {
  /** Method of the request; for a response, of its CSeq. */
  abstract readonly method: string;
  /** `SIP/2.0`. */
  abstract readonly protocol: string;
  abstract readonly callId: string;
  /** The tag is the container's; other parts may change in requests that were not sent yet (RFC 4916). */
  abstract readonly from: Address;
  /** See `from`. */
  abstract readonly to: Address;

  /** The first value of a header field. */
  abstract getHeader(name: string): string | undefined;
  /** All values of a header field, one element each. JSR: `getHeaders`, `getHeaderList`. */
  abstract getHeaders(name: string): readonly string[];
  /** Long names of the fields present, each once. JSR: `getHeaderNames`, `getHeaderNameList`. */
  abstract getHeaderNames(): readonly string[];
  /** Replaces all values of a header field. */
  abstract setHeader(name: string, value: string): void;
  /** Adds a value after those present. */
  abstract addHeader(name: string, value: string): void;
  abstract removeHeader(name: string): void;
  /** Initially `DEFAULT`. */
  abstract headerForm: HeaderForm;

  /** The first value as an address. @throws ServletParseError `parse.address` when it is none. */
  abstract getAddressHeader(name: string): Address | undefined;
  /** All values as addresses. JSR: `getAddressHeaders`, `getAddressHeaderList`. @throws ServletParseError */
  abstract getAddressHeaders(name: string): readonly Address[];
  abstract setAddressHeader(name: string, address: Address): void;
  /** Adds an address as the first value, or as the last (default). */
  abstract addAddressHeader(name: string, address: Address, first?: boolean): void;

  /** The first value with its parameters. @throws ServletParseError `parse.parameterable` when it has no such form. */
  abstract getParameterableHeader(name: string): Parameterable | undefined;
  /** All values. JSR: `getParameterableHeaders`, `getParameterableHeaderList`. @throws ServletParseError */
  abstract getParameterableHeaders(name: string): readonly Parameterable[];
  abstract setParameterableHeader(name: string, parameterable: Parameterable): void;
  /** Adds a value as the first, or as the last (default). */
  abstract addParameterableHeader(name: string, parameterable: Parameterable, first?: boolean): void;

  /** The Expires field in seconds; assigning undefined or a negative number removes it. */
  abstract expires: number | undefined;
  /** The language the sender prefers most, as a BCP 47 tag. */
  abstract readonly acceptLanguage: string | undefined;
  /** Most preferred first. JSR: `getAcceptLanguages`, `getAcceptLanguageSet`. */
  abstract readonly acceptLanguages: readonly string[];
  /** Replaces all accepted languages. */
  abstract setAcceptLanguage(language: string): void;
  abstract addAcceptLanguage(language: string): void;
  abstract contentLanguage: string | undefined;

  abstract contentType: string | undefined;
  /** Length of the body in bytes. The container maintains it; a value that does not fit the body is not sent. */
  abstract contentLength: number;
  /** The charset of the content type; undefined means UTF-8. */
  abstract characterEncoding: string | undefined;
  /** The body as it came or will be sent; undefined when there is none. Do not change the bytes. */
  abstract readonly rawContent: Uint8Array | undefined;
  /**
   * The body decoded by its type, see `MessageContent`.
   *
   * @throws ServletError `parse.header` when a multipart body is malformed, `unsupported.operation` for an unknown
   * charset.
   */
  abstract getContent(): MessageContent | undefined;
  /**
   * Sets body and content type. Takes text, bytes, parts, and plain objects for `application/json`.
   *
   * @throws IllegalStateError when the message was received or sent; IllegalArgumentError `argument.content` when the
   * container cannot write that content for that type.
   */
  abstract setContent(content: unknown, contentType: string): void;

  /** The session of the message, made if there is none yet. JSR: `getSession()`. */
  abstract readonly session: K["SipSession"];
  /** The session; undefined when there is none and `create` is false. */
  abstract getSession(create: boolean): K["SipSession"] | undefined;
  /** The application session, made if there is none yet. JSR: `getApplicationSession()`. */
  abstract readonly applicationSession: K["SipApplicationSession"];
  /** The application session; undefined when there is none and `create` is false. */
  abstract getApplicationSession(create: boolean): K["SipApplicationSession"] | undefined;

  /** Address of this container the message came to; undefined for a message made here, as the next five. */
  abstract readonly localAddr: string | undefined;
  abstract readonly localPort: number | undefined;
  /** Address of the previous hop of this application. */
  abstract readonly remoteAddr: string | undefined;
  abstract readonly remotePort: number | undefined;
  /** `UDP`, `TCP`, `TLS`, `SCTP`, `WS` or `WSS`. */
  abstract readonly transport: string | undefined;
  /** Address of the previous hop of the container: the same for all applications of a chain. */
  abstract readonly initialRemoteAddr: string | undefined;
  abstract readonly initialRemotePort: number | undefined;
  abstract readonly initialTransport: string | undefined;
  /** Whether the message arrived over an encrypted transport. */
  abstract readonly isSecure: boolean;
  /** Whether it came from another application of this container. JSR 359. */
  abstract readonly isInternallyRouted: boolean;
  /** The WebSocket connection it arrived on. JSR 359: `getLocalSipWebSocketContext`. */
  abstract readonly localSipWebSocketContext: SipWebSocketContext | undefined;

  /** User name the sender was authenticated as. JSR 289 §17. */
  abstract readonly remoteUser: string | undefined;
  abstract readonly userPrincipal: Principal | undefined;
  abstract isUserInRole(role: string): boolean;

  /** Adds the topmost Path. @throws IllegalStateError when this is no REGISTER. RFC 3327. */
  abstract pushPath(address: Address): void;
  /** Adds a Path that leads to this container. JSR 359. @throws IllegalStateError when this is no REGISTER. */
  abstract pushLocalPath(): void;

  /** What this message should negotiate for the session timer. JSR 359, RFC 4028. */
  abstract readonly sessionKeepAlivePreference: SessionKeepAlivePreference;

  /** Whether the message can no longer change. JSR 289 §5. */
  abstract readonly isCommitted: boolean;

  /**
   * Sends the message; settles when the transport took it.
   *
   * @throws IllegalStateError when it was received, is already sent, or the transaction or `terminateDialog` forbids it;
   * ServletError `servlet.io` when the transport fails.
   */
  abstract send(): Promise<void>;
}
