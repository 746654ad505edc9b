import type { SipUri as SipUriValue, SipUriParts } from "@siplet/core";
import { SipUri } from "../api/sip-uri.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { requireText } from "../errors/require-text.js";
import { freeValue, type ChangeGuard } from "./change-guard.js";
import { refusing } from "./refusing.js";

/** A SIP or SIPS URI that can change: a slot for the engine's immutable values (JSR 289 §4). */
export class ContainerSipUri extends SipUri {
  readonly isSipUri = true;
  readonly #guard: ChangeGuard;
  #value: SipUriValue;

  constructor(value: SipUriValue, guard: ChangeGuard = freeValue) {
    super();
    this.#value = value;
    this.#guard = guard;
  }

  /** The URI as the engine holds it. */
  get engineValue(): SipUriValue {
    return this.#value;
  }

  get scheme(): string {
    return this.#value.scheme;
  }

  get user(): string | undefined {
    return this.#value.decodedUser;
  }

  set user(user: string | undefined) {
    this.#change(user === undefined ? { user: undefined, password: undefined } : { decodedUser: user });
  }

  get userPassword(): string | undefined {
    const { password } = this.#value;
    return password === undefined ? undefined : decodeURIComponent(password);
  }

  set userPassword(password: string | undefined) {
    this.#change({ password: password === undefined ? undefined : encodeURIComponent(password) });
  }

  get host(): string {
    const { host } = this.#value;
    return host.includes(":") ? `[${host}]` : host;
  }

  set host(host: string) {
    this.#change({ host });
  }

  get port(): number | undefined {
    return this.#value.port;
  }

  set port(port: number | undefined) {
    this.#change({ port: port === undefined || port < 0 ? undefined : port });
  }

  get secure(): boolean {
    return this.#value.isSecure;
  }

  set secure(secure: boolean) {
    this.#change({ scheme: secure ? "sips" : "sip" });
  }

  get transportParam(): string | undefined {
    return this.getParameter("transport");
  }

  set transportParam(value: string | undefined) {
    this.setParameter("transport", value);
  }

  get maddrParam(): string | undefined {
    return this.getParameter("maddr");
  }

  set maddrParam(value: string | undefined) {
    this.setParameter("maddr", value);
  }

  get methodParam(): string | undefined {
    return this.getParameter("method");
  }

  set methodParam(value: string | undefined) {
    this.setParameter("method", value);
  }

  get ttlParam(): number | undefined {
    return this.#value.ttl;
  }

  set ttlParam(ttl: number | undefined) {
    if (ttl !== undefined && ttl > 255) {
      throw new IllegalArgumentError("argument.invalid", { detail: `ttl ${ttl} is above 255` });
    }
    this.setParameter("ttl", ttl === undefined || ttl < 0 ? undefined : String(ttl));
  }

  get userParam(): string | undefined {
    return this.getParameter("user");
  }

  set userParam(value: string | undefined) {
    this.setParameter("user", value);
  }

  get lrParam(): boolean {
    return this.#value.lr;
  }

  set lrParam(isLoose: boolean) {
    this.setParameter("lr", isLoose ? "" : undefined);
  }

  getParameter(name: string): string | undefined {
    requireText(name, "the name of a parameter");
    const { parameters } = this.#value;
    return parameters.has(name) ? (parameters.get(name) ?? "") : undefined;
  }

  setParameter(name: string, value: string | undefined | null): void {
    requireText(name, "the name of a parameter");
    this.#guard.check();
    const isGone = value === undefined || value === null;
    this.#replace((uri) =>
      isGone ? uri.withoutParameter(name) : uri.withParameter(name, value === "" ? true : value),
    );
  }

  removeParameter(name: string): void {
    this.setParameter(name, undefined);
  }

  getParameterNames(): readonly string[] {
    return this.#value.parameters.names();
  }

  getHeader(name: string): string | undefined {
    return this.#value.headers.get(requireText(name, "the name of a header"));
  }

  setHeader(name: string, value: string): void {
    const header = { name: requireText(name, "the name of a header"), value: requireText(value, "a header") };
    this.#change({ headers: [...this.#otherHeaders(name), header] });
  }

  removeHeader(name: string): void {
    this.#change({ headers: this.#otherHeaders(name) });
  }

  getHeaderNames(): readonly string[] {
    return [...this.#value.headers].map((header) => header.name);
  }

  clone(): ContainerSipUri {
    return new ContainerSipUri(this.#value);
  }

  equals(other: unknown): boolean {
    return other instanceof ContainerSipUri && this.#value.equals(other.#value);
  }

  toString(): string {
    return this.#value.toString();
  }

  #otherHeaders(name: string): { readonly name: string; readonly value: string }[] {
    const lower = requireText(name, "the name of a header").toLowerCase();
    return [...this.#value.headers].filter((header) => header.name.toLowerCase() !== lower);
  }

  #change(changes: Partial<SipUriParts>): void {
    this.#guard.check();
    this.#replace((uri) => uri.with(changes));
  }

  #replace(change: (uri: SipUriValue) => SipUriValue): void {
    this.#value = refusing(() => change(this.#value));
    this.#guard.changed();
  }
}
