import type { Address } from "../api/address.js";
import type { MessageContent } from "../api/multipart.js";
import type { ObjectModel } from "../api/object-model.js";
import type { Parameterable } from "../api/parameterable.js";
import type { SessionKeepAlivePreference } from "../api/session-keep-alive.js";
import type { HeaderForm, SipServletMessageMembers } from "../api/sip-servlet-message.js";
import type { Principal, SipWebSocketContext } from "../api/sip-web-socket-context.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { Attributes, requireName } from "../session/attributes.js";
import type { Caller } from "../session/caller.js";
import type { ContainerSipApplicationSession } from "../session/container-sip-application-session.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import { originOf, previousHop } from "./chain-context.js";
import { HeaderAccess } from "./header-access.js";
import { languagesByPreference } from "./language-preference.js";
import { localPath } from "./local-path.js";
import { charsetOf, readContent, withCharset, writeContent } from "./message-body.js";
import type { MessageState } from "./message-state.js";
import { webSocketContextOf } from "./web-socket-context.js";

// A mixin's base must take any parameters (TS2545).
// oxlint-disable-next-line no-explicit-any
type MessageBase = abstract new (...parameters: any[]) => SipServletMessageMembers<ObjectModel>;

/** What requests and responses of this container share: everything that only reads and writes the message itself. */
// One class, and its type is what the function returns.
// oxlint-disable-next-line max-lines-per-function, typescript/explicit-module-boundary-types
export function withMessage<Base extends MessageBase>(Base: Base) {
  abstract class ContainerMessage extends Base {
    /** The message of the engine behind this one. */
    abstract readonly state: MessageState;
    /** The session; throws while a request has none. */
    abstract requireSession(): ContainerSipSession;
    /** Status of a response; undefined for a request. */
    abstract readonly statusOrUndefined: number | undefined;
    headerAccess: HeaderAccess | undefined;
    attributes: Attributes | undefined;
    keepAlivePreference: SessionKeepAlivePreference | undefined;

    get session(): ContainerSipSession {
      return this.requireSession();
    }

    get headers(): HeaderAccess {
      return (this.headerAccess ??= new HeaderAccess(this.state, {
        method: this.method,
        status: this.statusOrUndefined,
      }));
    }

    get protocol(): string {
      return "SIP/2.0";
    }

    get callId(): string {
      return this.state.field("call-id")?.text ?? "";
    }

    get from(): Address {
      return this.requireAddress("From");
    }

    get to(): Address {
      return this.requireAddress("To");
    }

    requireAddress(name: string): Address {
      const address = this.headers.address(name);
      if (address !== undefined) return address;
      throw new IllegalStateError("state.transaction", { detail: `the message has no ${name}` });
    }

    getHeader(name: string): string | undefined {
      return this.headers.first(name);
    }

    getHeaders(name: string): readonly string[] {
      return this.headers.all(name);
    }

    getHeaderNames(): readonly string[] {
      return this.headers.names();
    }

    setHeader(name: string, value: string): void {
      this.headers.set(name, value);
    }

    addHeader(name: string, value: string): void {
      this.headers.add(name, value);
    }

    removeHeader(name: string): void {
      this.headers.remove(name);
    }

    get headerForm(): HeaderForm {
      return this.state.form;
    }

    set headerForm(form: HeaderForm) {
      this.state.requireOpen("the form of the headers");
      this.state.form = form;
    }

    getAddressHeader(name: string): Address | undefined {
      return this.headers.address(name);
    }

    getAddressHeaders(name: string): readonly Address[] {
      return this.headers.addresses(name);
    }

    setAddressHeader(name: string, address: Address): void {
      this.headers.setTyped(name, address);
    }

    addAddressHeader(name: string, address: Address, first = false): void {
      this.headers.insertTyped(name, address, first);
    }

    getParameterableHeader(name: string): Parameterable | undefined {
      return this.headers.parameterables(name)[0];
    }

    getParameterableHeaders(name: string): readonly Parameterable[] {
      return this.headers.parameterables(name);
    }

    setParameterableHeader(name: string, value: Parameterable): void {
      this.headers.setTyped(name, value);
    }

    addParameterableHeader(name: string, value: Parameterable, first = false): void {
      this.headers.insertTyped(name, value, first);
    }

    get expires(): number | undefined {
      const text = this.headers.first("Expires");
      if (text === undefined) return undefined;
      const seconds = /^\d+$/.test(text) ? Number(text) : 3600;
      return seconds > 4_294_967_295 ? 3600 : seconds;
    }

    set expires(seconds: number | undefined) {
      if (seconds === undefined || seconds < 0) this.headers.remove("Expires");
      else this.headers.set("Expires", String(Math.trunc(seconds)));
    }

    get acceptLanguage(): string | undefined {
      return this.acceptLanguages[0];
    }

    get acceptLanguages(): readonly string[] {
      return languagesByPreference(this.headers.all("Accept-Language"));
    }

    setAcceptLanguage(language: string): void {
      this.headers.set("Accept-Language", language);
    }

    addAcceptLanguage(language: string): void {
      this.headers.add("Accept-Language", language);
    }

    get contentLanguage(): string | undefined {
      return this.headers.first("Content-Language");
    }

    set contentLanguage(language: string | undefined) {
      if (language === undefined) this.headers.remove("Content-Language");
      else this.headers.set("Content-Language", language);
    }

    get contentType(): string | undefined {
      return this.headers.first("Content-Type");
    }

    set contentType(type: string | undefined) {
      if (type === undefined) this.headers.remove("Content-Type");
      else this.headers.set("Content-Type", type);
    }

    get contentLength(): number {
      return this.state.body.length;
    }

    /** Checked only: the container writes the length of the body (RFC 3261 §20.14). */
    set contentLength(_length: number) {
      this.requireOwnBody("Content-Length");
    }

    requireOwnBody(what: string): void {
      this.state.requireOpen(what);
      if (!this.state.isReceived) return;
      throw new IllegalStateError("state.committed", { detail: `${what} of a received message stays as it came` });
    }

    get characterEncoding(): string | undefined {
      return charsetOf(this.contentType);
    }

    set characterEncoding(encoding: string | undefined) {
      this.contentType = withCharset(this.contentType, encoding);
    }

    get rawContent(): Uint8Array | undefined {
      return this.state.body.length === 0 ? undefined : this.state.body;
    }

    getContent(): MessageContent | undefined {
      return readContent(this.state);
    }

    setContent(content: unknown, contentType: string): void {
      this.requireOwnBody("the body");
      writeContent(this.state, content, contentType);
    }

    getSession(_create: boolean): ContainerSipSession {
      return this.session;
    }

    get applicationSession(): ContainerSipApplicationSession {
      return this.session.applicationSession;
    }

    getApplicationSession(_create: boolean): ContainerSipApplicationSession {
      return this.session.applicationSession;
    }

    get localAddr(): string | undefined {
      return this.state.connection?.local.address;
    }

    get localPort(): number | undefined {
      return this.state.connection?.local.port;
    }

    get remoteAddr(): string | undefined {
      return previousHop(this.state.connection)?.address;
    }

    get remotePort(): number | undefined {
      return previousHop(this.state.connection)?.port;
    }

    get transport(): string | undefined {
      return this.state.connection?.transport.protocol.toUpperCase();
    }

    get initialRemoteAddr(): string | undefined {
      return originOf(this.state.connection)?.remote.address;
    }

    get initialRemotePort(): number | undefined {
      return originOf(this.state.connection)?.remote.port;
    }

    get initialTransport(): string | undefined {
      return originOf(this.state.connection)?.transport.protocol.toUpperCase();
    }

    get isSecure(): boolean {
      return this.state.connection?.transport.isSecure ?? false;
    }

    get isInternallyRouted(): boolean {
      return this.state.connection?.deliver !== undefined;
    }

    get localSipWebSocketContext(): SipWebSocketContext | undefined {
      return webSocketContextOf(this.state.connection);
    }

    get remoteUser(): string | undefined {
      return this.caller?.name;
    }

    get userPrincipal(): Principal | undefined {
      return this.caller;
    }

    isUserInRole(role: string): boolean {
      const { caller } = this;
      if (caller === undefined) return false;
      const { application, handler } = this.session;
      return caller.roles.includes(application.linkedRole(handler, role));
    }

    /** Who sent the message, where the first request of the session proved it. Nobody, for messages made here. */
    get caller(): Caller | undefined {
      if (!this.state.isReceived || this.session.caller === undefined) return undefined;
      return this.session.role === "proxy" && !this.isFromCallingSide ? undefined : this.session.caller;
    }

    /** A proxy's session has the messages of both sides. */
    get isFromCallingSide(): boolean {
      const callingTag = this.session.remoteParty.getParameter("tag");
      return this.statusOrUndefined === undefined && this.from.getParameter("tag") === callingTag;
    }

    pushPath(address: Address): void {
      this.insertPath(address.toString());
    }

    pushLocalPath(): void {
      this.insertPath(localPath(this.state.connection));
    }

    insertPath(value: string): void {
      if (this.method !== "REGISTER") {
        throw new IllegalStateError("state.transaction", { detail: `Path belongs to REGISTER, not to ${this.method}` });
      }
      this.headers.insert("Path", value, true);
    }

    get sessionKeepAlivePreference(): SessionKeepAlivePreference {
      return (this.keepAlivePreference ??= this.state.createKeepAlivePreference(
        () => this.requireSession().existingSignalling?.isTimerRunning === true,
      ));
    }

    /** What the application said of the session timer; undefined when it did not ask. */
    get existingKeepAlivePreference(): SessionKeepAlivePreference | undefined {
      return this.keepAlivePreference;
    }

    get isCommitted(): boolean {
      return this.state.isCommitted;
    }

    getAttribute(name: string): unknown {
      requireName(name);
      return this.attributes?.get(name);
    }

    getAttributeNames(): readonly string[] {
      return this.attributes?.names() ?? [];
    }

    setAttribute(name: string, value: unknown): void {
      requireFreeName(name);
      (this.attributes ??= new Attributes()).set(name, value);
    }

    removeAttribute(name: string): void {
      requireFreeName(name);
      this.attributes?.remove(name);
    }

    clearAttributes(): void {
      this.attributes?.clear();
    }
  }
  return ContainerMessage;
}

/** Names of this prefix belong to the container (JSR 289 §5.6). */
function requireFreeName(name: string): void {
  requireName(name);
  if (!name.startsWith("javax.servlet.sip.")) return;
  throw new IllegalArgumentError("argument.invalid", { detail: `attribute "${name}": the prefix is the container's` });
}
