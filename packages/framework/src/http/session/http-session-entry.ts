import type { TimerHandle } from "@siplet/core";
import { ConvergedHttpSession, type SipApplicationSession } from "../../api/object-model.js";
import { IllegalArgumentError } from "../../errors/illegal-argument-error.js";
import { IllegalStateError } from "../../errors/illegal-state-error.js";
import type { ConvergedApplication } from "../../spi/http-bridge.js";
import type { SessionRecord, StoredRecord } from "./session-record.js";
import type { SessionUrls } from "./session-urls.js";

/** What an HTTP session asks of those it belongs to. */
export interface SessionHost {
  readonly application: Pick<ConvergedApplication, "getApplicationSession">;
  readonly urls: SessionUrls;
  /** Milliseconds since 1970. */
  now(): number;
  /** Makes it the child of a new application session. */
  associate(entry: HttpSessionEntry): SipApplicationSession;
  end(entry: HttpSessionEntry): void;
  /** It has to be written again. */
  changed(entry: HttpSessionEntry): void;
}

/** An HTTP session of this container: what `sas.getSessions("HTTP")` gives and `request.session` hands its calls to. */
export class HttpSessionEntry extends ConvergedHttpSession {
  readonly id: string;
  readonly record: SessionRecord;
  readonly #host: SessionHost;
  readonly #attributes: Map<string, unknown>;
  #lastAccessedTime: number;
  #isValid = true;
  /** Armed by the directory. */
  timer: TimerHandle | undefined;
  /** Base of the URLs of the server, as the client of the last request saw it. */
  origin: string | undefined;

  constructor(id: string, host: SessionHost, stored: StoredRecord | undefined) {
    super();
    const { attributes, ...record } = stored ?? { creationTime: host.now(), revision: 0 };
    this.id = id;
    this.record = record;
    this.#host = host;
    this.#attributes = new Map(Object.entries(attributes ?? {}));
    this.#lastAccessedTime = host.now();
  }

  get isValid(): boolean {
    return this.#isValid;
  }

  get creationTime(): number {
    this.#requireValid();
    return this.record.creationTime;
  }

  get lastAccessedTime(): number {
    this.#requireValid();
    return this.#lastAccessedTime;
  }

  get applicationSession(): SipApplicationSession {
    this.#requireValid();
    return this.existingApplicationSession ?? this.#host.associate(this);
  }

  /** The valid application session it belongs to. */
  get existingApplicationSession(): SipApplicationSession | undefined {
    const id = this.record.applicationSessionId;
    return id === undefined ? undefined : this.#host.application.getApplicationSession(id);
  }

  encodeUrl(url: URL | string): URL;
  encodeUrl(relativePath: string, scheme: string): URL;
  encodeUrl(target: URL | string, scheme?: string): URL {
    this.#requireValid();
    const { urls } = this.#host;
    const url =
      scheme === undefined ? urls.resolve(target, this.origin) : urls.build(String(target), scheme, this.origin);
    url.pathname = `${url.pathname.replace(/;jsessionid=[^;/]*/i, "")};jsessionid=${this.id}`;
    return url;
  }

  invalidate(): void {
    this.#requireValid();
    this.#host.end(this);
  }

  getAttribute(name: string): unknown {
    this.#requireValid();
    return this.#attributes.get(name);
  }

  getAttributeNames(): readonly string[] {
    this.#requireValid();
    return [...this.#attributes.keys()];
  }

  setAttribute(name: string, value: unknown): void {
    this.#requireValid();
    if (typeof name !== "string" || name === "") {
      throw new IllegalArgumentError("argument.missing", { detail: "setAttribute needs a name" });
    }
    if (value === undefined || value === null) this.#attributes.delete(name);
    else this.#attributes.set(name, value);
    this.changed();
  }

  removeAttribute(name: string): void {
    this.#requireValid();
    if (this.#attributes.delete(name)) this.changed();
  }

  clearAttributes(): void {
    this.#requireValid();
    this.#attributes.clear();
    this.changed();
  }

  /** What a store keeps. */
  toStored(): StoredRecord {
    return { ...this.record, attributes: Object.fromEntries(this.#attributes) };
  }

  /** Takes over what another engine wrote, where it knows more. */
  refresh({ attributes, ...stored }: StoredRecord): void {
    if (stored.revision <= this.record.revision) return;
    Object.assign(this.record, stored);
    this.#attributes.clear();
    for (const [name, value] of Object.entries(attributes ?? {})) this.#attributes.set(name, value);
  }

  /** A request came. */
  access(origin: string | undefined): void {
    this.origin = origin;
    this.#lastAccessedTime = this.#host.now();
  }

  /** Notes that it has to be written again. */
  changed(): void {
    this.record.revision += 1;
    this.#host.changed(this);
  }

  /** It has ended; the directory knows. */
  expire(): void {
    this.#isValid = false;
  }

  #requireValid(): void {
    if (this.#isValid) return;
    throw new IllegalStateError("state.invalid-session", { detail: `HTTP session ${this.id} was invalidated` });
  }
}
