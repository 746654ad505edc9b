import { EngineError } from "../../errors/engine-error.js";
import { Reason } from "../../headers/reason.js";
import { createHeaderField, type HeaderField } from "../../message/header-field.js";
import type { BodyInput } from "../../message/message-builder.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import { Listeners, type Listener } from "../listeners.js";
import { Deferred, quietly } from "../deferred.js";
import { dtmfRelayType, parseDtmf, writeDtmfRelay } from "../info/dtmf-relay.js";
import type { CallAgent } from "../session/call-agent.js";
import type { SessionChange } from "../session/session-change.js";
import type { CallEnd, CallEvents, CallInfo, CallState } from "./call-events.js";
import { DescribedMedia, type CallMedia } from "../session/call-media.js";
import { ended, type CallSession, type CallSessionUser } from "./call-session.js";
import type { CallSnapshot } from "./call-snapshot.js";
import type { IncomingRefer } from "../referral/incoming-refer.js";
import type { OutgoingRefer, ReferOptions } from "../referral/outgoing-refer.js";
import { rejectionError } from "../session/rejection-error.js";
import { attendedReferTo, blindReferTo } from "./refer-to.js";

/** How a session is changed. */
export interface ChangeSessionOptions {
  /** Our description from now on; what the media say when left out. */
  readonly sdp?: string;
  /** Ask the peer for its offer instead (RFC 3261 §14.1: INVITE without description). */
  readonly asksForOffer?: boolean;
  /** Header fields to add. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a call is ended. */
export interface HangUpOptions {
  /** Why, for CANCEL and BYE: RFC 3326. */
  readonly reason?: { readonly protocol?: string; readonly cause?: number; readonly text?: string };
  /** The final status of a call that was not answered; 603 when left out. */
  readonly statusCode?: number;
}

/** What is sent by INFO. */
export interface CallInfoOptions {
  /** Its package, when the peer takes it (RFC 6086). */
  readonly package?: string;
}

/**
 * One call, whoever made it: events, state, and what both ends may do with it. A promise that nobody waits for may be broken
 * without a word.
 */
export abstract class Call implements CallSessionUser {
  abstract readonly direction: "outgoing" | "incoming";
  protected readonly agent: CallAgent;
  protected readonly listeners: Listeners<CallEvents>;
  protected media: CallMedia | undefined;
  readonly #answered = new Deferred<void>();
  readonly #confirmed = new Deferred<void>();
  readonly #ended = new Deferred<CallEnd>();
  #state: CallState = "calling";
  #end: CallEnd | undefined;

  constructor(agent: CallAgent, media: CallMedia | undefined) {
    this.agent = agent;
    this.media = media;
    this.listeners = new Listeners(agent.context.log);
  }

  /** The session that stands, or the early one that was last heard of. */
  abstract get session(): CallSession | undefined;
  abstract get callId(): string;

  /** Whether that is a session of this call, early ones too. */
  owns(session: object): boolean {
    return session === this.session;
  }

  get state(): CallState {
    return this.#state;
  }

  /** How the call ended; undefined while it lives. */
  get end(): CallEnd | undefined {
    return this.#end;
  }

  /** Kept when the call is accepted; broken by `ua.rejected` or `ua.ended`. */
  get answered(): Promise<void> {
    return this.#answered.promise;
  }

  /** Kept when the ACK has gone or come; broken like `answered`. */
  get confirmed(): Promise<void> {
    return this.#confirmed.promise;
  }

  /** Kept with the end of the call, whatever it is. */
  get ended(): Promise<CallEnd> {
    return this.#ended.promise;
  }

  /** Our description of the session agreed on. */
  get localDescription(): string | undefined {
    return this.session?.core.offerAnswer.local;
  }

  /** The peer's description of the session agreed on. */
  get remoteDescription(): string | undefined {
    return this.session?.core.offerAnswer.remote;
  }

  /** Whether we hold the peer. */
  get isHolding(): boolean {
    return this.session?.core.isHolding ?? false;
  }

  /** Hears of an event; gives the function that ends it. */
  on<Name extends keyof CallEvents>(name: Name, listener: Listener<CallEvents, Name>): () => void {
    return this.listeners.on(name, listener);
  }

  /** Hears of the next event of that name. */
  once<Name extends keyof CallEvents>(name: Name, listener: Listener<CallEvents, Name>): () => void {
    return this.listeners.once(name, listener);
  }

  /** Changes the session by re-INVITE; waits for its turn where another change is under way. RFC 3261 §14 */
  reinvite(options: ChangeSessionOptions = {}): Promise<SipResponse> {
    return quietly(this.#change("INVITE", options));
  }

  /** Changes the session by UPDATE, also before the call is answered. RFC 3311 */
  update(options: ChangeSessionOptions = {}): Promise<SipResponse> {
    return quietly(this.#change("UPDATE", options));
  }

  /** Puts the peer on hold. RFC 3264 §8.4 */
  hold(): Promise<void> {
    return quietly(this.#setHolding(true));
  }

  /** Ends `hold`. */
  resume(): Promise<void> {
    return quietly(this.#setHolding(false));
  }

  /** Sends an INFO. RFC 6086 */
  info(body: BodyInput, contentType: string, options: CallInfoOptions = {}): Promise<SipResponse> {
    const name = options.package;
    if (name !== undefined && this.session?.core.info.maySend(name) !== true) {
      const detail = `the peer does not take INFO of package ${name}`;
      return quietly(Promise.reject(new EngineError("ua.state", { detail })));
    }
    return this.#request("INFO", (draft) => {
      if (name !== undefined) draft.addText("Info-Package", name).addText("Content-Disposition", "Info-Package");
      draft.setBody(body, contentType);
    });
  }

  /** Sends a tone as `application/dtmf-relay`. @throws EngineError `ua.state` for a sign that is none */
  sendDtmf(signal: string, duration?: number): Promise<SipResponse> {
    return this.info(writeDtmfRelay(signal, duration), dtmfRelayType);
  }

  /** Sends a text inside the call. RFC 3428 §4 */
  message(body: BodyInput, contentType = "text/plain"): Promise<SipResponse> {
    return this.#request("MESSAGE", (draft) => draft.setBody(body, contentType));
  }

  /** Asks the peer to send a request: `referTo` is a whole value of Refer-To. RFC 3515 */
  refer(referTo: string, options: ReferOptions = {}): OutgoingRefer {
    const session = this.#standing("REFER");
    return session.referrals.send(referTo, {
      referredBy: session.dialog.local.replace(/;\s*tag=[^;]*/i, ""),
      ...options,
    });
  }

  /**
   * Transfers the peer: to an address, or to the other end of another call, which it then takes the place of (RFC 3891).
   * Kept when the peer reports success, and our part of the call is then over; broken by `ua.rejected`.
   */
  transfer(target: string | Call, options: ReferOptions = {}): Promise<void> {
    return quietly(this.#transfer(target, options));
  }

  /** Ends the call as its state asks for: CANCEL, a refusal, or BYE. Kept when the peer was told. RFC 3261 §15 */
  hangUp(options: HangUpOptions = {}): Promise<void> {
    if (this.#end !== undefined) return Promise.resolve();
    const fields = reasonFields(options);
    if (this.#state !== "answered" && this.#state !== "confirmed") return this.endEarly(options, fields);
    return this.sendBye(fields);
  }

  /** The call as plain data. @throws EngineError `ua.state` unless its session stands */
  snapshot(): CallSnapshot {
    const { core } = this.#standing("snapshot");
    return {
      version: 1,
      direction: this.direction,
      dialog: core.dialog.snapshot(),
      offerAnswer: core.offerAnswer.snapshot(),
      timer: core.timer?.snapshot(),
      digest: core.digest?.snapshot(),
      isHolding: core.isHolding,
    };
  }

  onSessionConfirmed(_session: CallSession): void {
    this.noteConfirmed();
  }

  onSessionAgreed(change: SessionChange, _session: CallSession): void {
    this.listeners.emit("session", change);
  }

  onSessionInfo(info: CallInfo): void {
    this.listeners.emit("info", info);
    const isTone = info.contentType?.toLowerCase().startsWith("application/dtmf") ?? false;
    const tone = isTone ? parseDtmf(info.body) : undefined;
    if (tone !== undefined) this.listeners.emit("dtmf", tone);
  }

  onSessionRefer(refer: IncomingRefer): void {
    if (!this.listeners.emit("refer", refer)) refer.reject();
  }

  onSessionMessage(request: SipRequest): void {
    this.listeners.emit("message", request);
  }

  abstract onSessionEnded(end: CallEnd, session: CallSession): void;

  /** Ends a call that was not answered. */
  protected abstract endEarly(options: HangUpOptions, fields: readonly HeaderField[]): Promise<void>;

  protected sendBye(fields: readonly HeaderField[]): Promise<void> {
    const { session } = this;
    return new Promise((resolve) => {
      if (session === undefined) resolve();
      else session.sendBye(ended("local", "bye"), resolve, fields);
    });
  }

  protected noteEarly(): void {
    if (this.#state === "calling") this.#state = "early";
  }

  protected noteAnswered(): void {
    if (this.#state !== "calling" && this.#state !== "early") return;
    this.#state = "answered";
    this.#answered.resolve();
    this.listeners.emit("answered");
  }

  protected noteConfirmed(): void {
    if (this.#state !== "answered") return;
    this.#state = "confirmed";
    this.#confirmed.resolve();
    this.listeners.emit("confirmed");
  }

  protected noteEnded(end: CallEnd): void {
    if (this.#end !== undefined) return;
    this.#state = "ended";
    this.#end = end;
    const error = errorOf(end);
    this.#answered.reject(error);
    this.#confirmed.reject(error);
    this.#ended.resolve(end);
    this.listeners.emit("ended", end);
  }

  async #transfer(target: string | Call, options: ReferOptions): Promise<void> {
    const referTo =
      typeof target === "string" ? blindReferTo(target) : attendedReferTo(target.#standing("REFER").dialog);
    const refer = this.refer(referTo, options);
    const status = await refer.finished;
    if (status !== undefined && status.statusCode >= 300) throw rejectionError(status.statusCode);
    await refer.accepted;
    await this.hangUp();
  }

  async #setHolding(isHolding: boolean): Promise<void> {
    const { core, client } = this.#standing("hold");
    const before = core.isHolding;
    core.isHolding = isHolding;
    try {
      await client.change("INVITE", "offer");
    } catch (error) {
      core.isHolding = before;
      throw error;
    }
  }

  #change(method: "INVITE" | "UPDATE", options: ChangeSessionOptions): Promise<SipResponse> {
    const { session } = this;
    if (session === undefined || session.isOver) return Promise.reject(this.#refusal(method));
    const { core, client } = session;
    if (options.sdp !== undefined) this.#describe(core, options.sdp);
    const hasOffer = core.media !== undefined && options.asksForOffer !== true;
    const content = hasOffer ? "offer" : method === "INVITE" ? "ask" : "refresh";
    return client.change(method, content, { prepare: (draft) => addHeaders(draft, options.headers) });
  }

  #describe(core: { media: CallMedia | undefined }, sdp: string): void {
    if (core.media instanceof DescribedMedia) core.media.describe(sdp);
    else core.media ??= new DescribedMedia(sdp);
    this.media = core.media;
  }

  #request(method: string, prepare: (draft: RequestBuilder) => void): Promise<SipResponse> {
    const { session } = this;
    if (session === undefined || session.isOver) return quietly(Promise.reject(this.#refusal(method)));
    const answered = new Promise<SipResponse>((resolve, reject) => {
      session.core.request(method, prepare, ({ statusCode, response, error }) => {
        session.core.noteFailure(statusCode);
        if (response?.isSuccess === true) resolve(response);
        else reject(rejectionError(statusCode, response, error));
      });
    });
    return quietly(answered);
  }

  #standing(what: string): CallSession {
    const { session } = this;
    if (session === undefined || session.isOver || session.dialog.state !== "confirmed") throw this.#refusal(what);
    return session;
  }

  #refusal(what: string): EngineError {
    return new EngineError("ua.state", { detail: `${what}: the call is ${this.#state}` });
  }
}

/** Adds header fields by name and value. */
export function addHeaders(
  draft: { addText(name: string, text: string): unknown },
  headers: Readonly<Record<string, string>> | undefined,
): void {
  for (const [name, value] of Object.entries(headers ?? {})) draft.addText(name, value);
}

function reasonFields({ reason }: HangUpOptions): HeaderField[] {
  if (reason === undefined) return [];
  const value = Reason.create({ protocol: reason.protocol ?? "SIP", cause: reason.cause, text: reason.text });
  return [createHeaderField("Reason", String(value))];
}

function errorOf({ cause, statusCode, reason, message }: CallEnd): EngineError {
  if (cause === "rejected" && statusCode !== undefined) {
    return rejectionError(statusCode, message?.kind === "response" ? message : undefined);
  }
  return new EngineError("ua.ended", { detail: [cause, statusCode, reason].filter(Boolean).join(" "), statusCode });
}
