import {
  SessionTimer,
  type RequestBuilder,
  type ResponseBuilder,
  type SessionTimerSettings,
  type SipRequest,
  type SipResponse,
} from "@siplet/core";
import { SessionKeepAlive, type SipServletResponse, type SipSession } from "../api/object-model.js";
import type { SessionKeepAlivePreference } from "../api/session-keep-alive.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { KeepAliveData } from "../session/session-data.js";
import { octetsOfText, textOfOctets } from "./octet-text.js";
import type { Signalling } from "./signalling.js";

type Callback = (session: SipSession) => void | Promise<void>;

/** A session description as it went out. */
interface Description {
  readonly body: Uint8Array;
  readonly contentType: string;
}

/**
 * The session timer of a session (JSR 359, RFC 4028). Without a callback the container acts itself: it refreshes by UPDATE,
 * or by re-INVITE with the description that stands where the peer knows no UPDATE, and ends the dialog that was not refreshed.
 */
export class ContainerSessionKeepAlive extends SessionKeepAlive {
  refreshCallback: Callback | undefined;
  expiryCallback: Callback | undefined;
  readonly #session: ContainerSipSession;
  readonly #signalling: Signalling;
  #timer: SessionTimer;
  #peerKnowsUpdate = false;
  #description: Description | undefined;

  constructor(session: ContainerSipSession, signalling: Signalling) {
    super();
    this.#session = session;
    this.#signalling = signalling;
    this.#timer = new SessionTimer({ clock: signalling.clock, user: this });
  }

  get expiration(): number {
    return this.#timer.running?.seconds ?? 0;
  }

  get isRefresher(): boolean {
    return this.#timer.running?.isRefresher ?? false;
  }

  get isRunning(): boolean {
    return this.#timer.running !== undefined;
  }

  /** Writes what an INVITE or UPDATE asks for. */
  prepareRequest(draft: RequestBuilder, preference: SessionKeepAlivePreference): void {
    this.#use(settingsOf(preference, "UAC"));
    this.#timer.prepareRequest(draft);
  }

  /** A final response to such a request. */
  receiveResponse(response: SipResponse): void {
    if (response.isSuccess) this.#learn(response);
    this.#timer.receiveResponse(response);
  }

  /** Shortest interval to be named by a 422; undefined when the request can be taken. */
  refusalOf(request: SipRequest, preference: SessionKeepAlivePreference): number | undefined {
    this.#use(settingsOf(preference, "UAS"));
    const answer = this.#timer.answerOf(request);
    return answer.kind === "too-small" ? answer.minimum : undefined;
  }

  /** Writes what a 2xx grants, and starts the timer. */
  answer(request: SipRequest, success: ResponseBuilder): void {
    this.#learn(request);
    this.#timer.answer(request, success);
  }

  /** Keeps the description that goes out, for refreshes by re-INVITE. */
  noteDescription(body: Uint8Array, contentType: string | undefined): void {
    if (body.length > 0 && contentType !== undefined) this.#description = { body, contentType };
  }

  /** When the timer acts next, in milliseconds since 1970. */
  get dueTime(): number | undefined {
    return this.#timer.dueTime;
  }

  snapshot(): KeepAliveData {
    const { body, contentType } = this.#description ?? {};
    const description =
      body === undefined || contentType === undefined ? undefined : { body: textOfOctets(body), contentType };
    return { timer: this.#timer.snapshot(), peerKnowsUpdate: this.#peerKnowsUpdate, description };
  }

  /** Goes on with an interval that began elsewhere; what was missed meanwhile happens at once. */
  restore({ timer, peerKnowsUpdate, description }: KeepAliveData): void {
    this.#timer.stop();
    this.#timer = new SessionTimer({ clock: this.#signalling.clock, user: this, snapshot: timer });
    this.#peerKnowsUpdate = peerKnowsUpdate;
    this.#description = description && { ...description, body: octetsOfText(description.body) };
  }

  /** The dialog ended. */
  stop(): void {
    this.#timer.stop();
  }

  onRefreshDue(): void {
    this.#run("refresh of the session", () => this.#refresh());
  }

  onSessionExpired(): void {
    this.#run("expiry of the session", () => this.#expire());
  }

  #run(description: string, work: () => unknown): void {
    this.#signalling.deliveries.runInSession(this.#session, description, () => {
      return this.#session.isValid && this.#session.dialogState === "CONFIRMED" ? work() : undefined;
    });
  }

  #refresh(): unknown {
    if (this.refreshCallback !== undefined) return this.refreshCallback(this.#session);
    const { messages } = this.#session.application;
    const method = this.#peerKnowsUpdate || this.#description === undefined ? "UPDATE" : "INVITE";
    const onAnswer = (response: SipServletResponse): void => void this.#receiveRefresh(response);
    const request = messages.createAutomaticRequest(this.#session, method, onAnswer);
    request.sessionKeepAlivePreference.enabled = true;
    if (method === "INVITE" && this.#description !== undefined) {
      request.setContent(this.#description.body, this.#description.contentType);
    }
    return request.send();
  }

  #receiveRefresh(response: SipServletResponse): unknown {
    const { status, method } = response;
    if (status < 200) return undefined;
    if (status < 300) return method === "INVITE" ? response.createAck().send() : undefined;
    if (status === 405 || status === 501) {
      this.#peerKnowsUpdate = false;
      if (method === "UPDATE" && this.#description !== undefined) return this.#refresh();
    }
    return this.#timer.postponeRefresh();
  }

  #expire(): unknown {
    if (this.expiryCallback !== undefined) return this.expiryCallback(this.#session);
    return this.#session.terminateDialog();
  }

  #learn(message: SipRequest | SipResponse): void {
    const allowed = message.fieldsOf("allow");
    if (allowed.length === 0) return;
    this.#peerKnowsUpdate = allowed.some(({ text }) => text.split(",").some((each) => each.trim() === "UPDATE"));
  }

  /** Other wishes than before: the timer goes on with them. What is left open stays as it was. */
  #use(wishes: SessionTimerSettings): void {
    const before = this.#timer.snapshot();
    const settings: SessionTimerSettings = {
      interval: wishes.interval ?? before.settings.interval,
      minimum: wishes.minimum ?? before.settings.minimum,
      refresher: wishes.refresher ?? before.settings.refresher,
    };
    if (isSame(settings, before.settings)) return;
    this.#timer.stop();
    this.#timer = new SessionTimer({ clock: this.#signalling.clock, user: this, snapshot: { ...before, settings } });
    this.#timer.postponeRefresh();
  }
}

function isSame(one: SessionTimerSettings, other: SessionTimerSettings): boolean {
  return one.interval === other.interval && one.minimum === other.minimum && one.refresher === other.refresher;
}

function settingsOf(preference: SessionKeepAlivePreference, own: "UAC" | "UAS"): SessionTimerSettings {
  const { expiration, minimumExpiration, refresher } = preference;
  const side = refresher === undefined ? undefined : refresher === own ? "local" : "remote";
  return { interval: expiration, minimum: minimumExpiration, refresher: side };
}

/** Whether a message asks for what this part does. */
export function negotiatesTimer(method: string): boolean {
  return method === "INVITE" || method === "UPDATE";
}
