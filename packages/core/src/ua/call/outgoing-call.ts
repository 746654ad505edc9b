import type { DigestClientSession } from "../../auth/client/digest-client-session.js";
import type { EngineError } from "../../errors/engine-error.js";
import type { HeaderField } from "../../message/header-field.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { InviteClient, InviteClientUser } from "../invite/invite-client.js";
import type { InviteClientBranch } from "../invite/invite-client-branch.js";
import { InfoPackages } from "../info/info-packages.js";
import { OfferAnswer } from "../offer-answer/offer-answer.js";
import { sessionDescriptionOf } from "../offer-answer/session-description-of.js";
import { SessionTimer } from "../session-timer/session-timer.js";
import { settle } from "../settle.js";
import { acknowledgeSuccess, endUnwanted } from "../session/acknowledge.js";
import { Call, type HangUpOptions } from "./call.js";
import type { CallAgent } from "../session/call-agent.js";
import type { CallEnd } from "./call-events.js";
import type { CallMedia } from "../session/call-media.js";
import { CallSession, ended } from "./call-session.js";
import { InviteExchange } from "../session/invite-exchange.js";
import { Redirects } from "./redirects.js";
import { takeProvisional } from "../session/send-prack.js";

/** What a call of ours is made of. */
export interface OutgoingCallPlan {
  readonly callId: string;
  /** Begins the INVITE of an attempt: to that URI, under the next sequence number. */
  readonly draft: (target: string) => RequestBuilder;
  readonly target: string;
  readonly media: CallMedia | undefined;
  /** Offer in the INVITE; else the peer makes the offer. */
  readonly offers: boolean;
  /** How many redirections are followed (RFC 3261 §8.1.3.4). */
  readonly maxRedirects: number;
}

/** A call that we made: through all its forks, challenges and redirections to the one session that is kept. RFC 3261 §13.2 */
export class OutgoingCall extends Call implements InviteClientUser {
  readonly direction = "outgoing";
  readonly callId: string;
  readonly #plan: OutgoingCallPlan;
  readonly #digest: DigestClientSession | undefined;
  readonly #redirects: Redirects;
  readonly #sessions = new Map<InviteClientBranch, CallSession>();
  #exchange: InviteExchange | undefined;
  #offerAnswer = new OfferAnswer();
  /** Holds what a 422 taught until the session has a timer of its own. */
  readonly #timer: SessionTimer | undefined;
  #session: CallSession | undefined;
  #early: CallSession | undefined;
  #isAcknowledging = false;
  #afterAck: (() => void) | undefined;

  constructor(agent: CallAgent, plan: OutgoingCallPlan) {
    super(agent, plan.media);
    this.callId = plan.callId;
    this.#plan = plan;
    this.#digest = agent.createDigest();
    this.#redirects = new Redirects(plan.target, plan.maxRedirects);
    const { sessionTimer: settings } = agent.settings;
    const user = { onRefreshDue: () => {}, onSessionExpired: () => {} };
    if (settings !== undefined) this.#timer = new SessionTimer({ clock: agent.context.clock, user, settings });
  }

  get session(): CallSession | undefined {
    return this.#session ?? this.#early;
  }

  override owns(session: object): boolean {
    return session === this.#session || [...this.#sessions.values()].some((each) => each === session);
  }

  /** Sends the INVITE, once there is an offer to send. */
  start(): void {
    const { media } = this;
    if (!this.#plan.offers || media === undefined) return this.#send(undefined);
    settle(() => media.createOffer({ isHolding: false }), {
      log: this.agent.context.log,
      onValue: (offer) => {
        if (this.end === undefined) this.#send(offer);
      },
      onError: (error) => this.noteEnded({ ...ended("local", "failed"), reason: String(error) }),
    });
  }

  onProvisional(response: SipResponse, branch: InviteClientBranch | undefined): void {
    const sdp = sessionDescriptionOf(response);
    if (branch !== undefined) {
      const session = this.#sessionOf(branch);
      this.#early = session;
      takeProvisional(session.core, response, branch);
      this.noteEarly();
    }
    this.listeners.emit("progress", { response, sdp, remoteTag: branch?.dialog.remoteTag });
  }

  onSuccess(response: SipResponse, branch: InviteClientBranch): void {
    const isWanted = this.#session === undefined && this.end === undefined && this.#exchange?.isCancelled !== true;
    if (!isWanted) return this.#endUnwanted(response, branch);
    const session = this.#sessionOf(branch);
    this.#session = session;
    this.#isAcknowledging = true;
    this.noteAnswered();
    acknowledgeSuccess(session.core, response, branch, (isComplete) => this.#acknowledged(session, isComplete));
  }

  onFailure(response: SipResponse, _invite: InviteClient, error?: EngineError): void {
    this.#discardEarly();
    const { statusCode, reasonPhrase: reason } = response;
    const message = error === undefined ? response : undefined;
    if (this.#exchange?.isCancelled === true) {
      this.noteEnded({ by: "local", cause: "cancelled", statusCode, reason, message });
    } else if (error !== undefined) {
      const cause = error.code === "ua.timeout" ? "timeout" : "failed";
      this.noteEnded({ by: "network", cause, statusCode, reason: error.message, message });
    } else this.noteEnded({ by: "remote", cause: "rejected", statusCode, reason, message });
  }

  onBranchEnded(branch: InviteClientBranch): void {
    const session = this.#sessions.get(branch);
    this.#sessions.delete(branch);
    if (session === undefined || session === this.#session) return;
    if (session === this.#early) this.#early = [...this.#sessions.values()].at(-1);
    session.discard();
  }

  onSessionEnded(end: CallEnd, session: CallSession): void {
    if (session === this.#session) this.noteEnded(end);
  }

  protected endEarly(_options: HangUpOptions, fields: readonly HeaderField[]): Promise<void> {
    if (this.#exchange === undefined) this.noteEnded(ended("local", "cancelled"));
    else this.#exchange.cancel(fields);
    return this.ended.then(() => {});
  }

  /** A BYE never overtakes our own ACK. */
  protected override sendBye(fields: readonly HeaderField[]): Promise<void> {
    if (!this.#isAcknowledging) return super.sendBye(fields);
    return new Promise((resolve) => {
      this.#afterAck = (): void => resolve(super.sendBye(fields));
    });
  }

  #send(offer: string | undefined): void {
    const { context, sender } = this.agent;
    const retryAfter = (response: SipResponse): number | undefined => {
      const isMended = this.#timer?.receiveResponse(response) === true || this.#redirects.receive(response);
      return isMended ? 0 : undefined;
    };
    const options = this.agent.sendOptions();
    const plan = { draft: () => this.#draft(offer), options, retryAfter };
    this.#exchange = new InviteExchange({ context, sender, digest: this.#digest }, plan, this);
    this.#exchange.start();
  }

  #draft(offer: string | undefined): RequestBuilder {
    const invite = this.#plan.draft(this.#redirects.target);
    this.agent.completeRequest(invite);
    this.#timer?.prepareRequest(invite);
    new InfoPackages(this.agent.settings.infoPackages).prepareRequest(invite);
    if (offer !== undefined) invite.setBody(offer, "application/sdp");
    this.#offerAnswer = new OfferAnswer();
    this.#offerAnswer.send(invite.build());
    return invite;
  }

  #sessionOf(branch: InviteClientBranch): CallSession {
    const known = this.#sessions.get(branch);
    if (known !== undefined) return known;
    const session = new CallSession(
      {
        agent: this.agent,
        dialog: branch.dialog,
        media: this.media,
        digest: this.#digest,
        offerAnswer: this.#offerAnswer.fork(),
        timer: this.#timer?.snapshot(),
      },
      this,
    );
    this.#sessions.set(branch, session);
    return session;
  }

  #acknowledged(session: CallSession, isComplete: boolean): void {
    this.#isAcknowledging = false;
    const goOn = this.#afterAck;
    if (goOn !== undefined) return goOn();
    const isTalk = this.#plan.offers || this.media !== undefined;
    if (!isComplete && isTalk) return session.sendBye(ended("local", "failed", 488), () => {});
    this.noteConfirmed();
    session.client.proceed();
  }

  #endUnwanted(response: SipResponse, branch: InviteClientBranch): void {
    const { agent } = this;
    this.#sessions.get(branch)?.abandon();
    this.#sessions.delete(branch);
    endUnwanted(agent, { response, branch, hadOffer: this.#plan.offers, digest: this.#digest });
    if (this.#session !== undefined || this.end !== undefined) return;
    const { statusCode, reasonPhrase: reason } = response;
    this.#discardEarly();
    this.noteEnded({ by: "local", cause: "cancelled", statusCode, reason, message: response });
  }

  #discardEarly(): void {
    for (const session of this.#sessions.values()) if (session !== this.#session) session.discard();
    this.#sessions.clear();
    this.#early = undefined;
  }
}
