import type { DigestClientSession } from "../../auth/client/digest-client-session.js";
import { andThen, type SyncOrPromise } from "../../auth/users/sync-or-promise.js";
import type { Dialog } from "../../dialog/dialog.js";
import { EngineError } from "../../errors/engine-error.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { ResponseBuilder } from "../../message/response-builder.js";
import type { SipMessage } from "../../message/sip-message.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { ServerTransaction } from "../../transaction/server-transaction.js";
import { ClientExchange, type ExchangeOutcome } from "../exchange/client-exchange.js";
import { InfoPackages } from "../info/info-packages.js";
import { SessionTransactions } from "../invite/session-transactions.js";
import { lenientRead } from "../lenient-read.js";
import { OfferAnswer } from "../offer-answer/offer-answer.js";
import { refuseOffer } from "../sdp/create-answer.js";
import { isHeld } from "../sdp/media-direction.js";
import { parseSessionDescription } from "../sdp/session-description.js";
import { SessionTimer, type SessionTimerSnapshot, type SessionTimerUser } from "../session-timer/session-timer.js";
import { settle } from "../settle.js";
import type { CallAgent } from "./call-agent.js";
import type { SessionChange } from "./session-change.js";
import { continued, type CallMedia } from "./call-media.js";

/** Who hears what becomes of a session. */
export interface SessionCoreUser extends SessionTimerUser {
  /** Offer and answer were agreed on. */
  onAgreed(change: SessionChange): void;
  /** A final response, or none at all, shows that the peer knows nothing of the session any more. */
  onPeerLost(statusCode: number): void;
}

/** What a session is made of. */
export interface SessionParts {
  readonly agent: CallAgent;
  readonly dialog: Dialog;
  readonly media: CallMedia | undefined;
  readonly digest: DigestClientSession | undefined;
  readonly offerAnswer?: OfferAnswer;
  readonly timer?: SessionTimerSnapshot | undefined;
}

/** Final responses that end the session, whatever the request was; 408 stands for none. RFC 3261 §12.2.1.2 */
const lostStatuses = new Set([408, 481]);

/** The state of one session, shared by those who send and those who answer inside its dialog. */
export class SessionCore {
  readonly agent: CallAgent;
  readonly dialog: Dialog;
  readonly offerAnswer: OfferAnswer;
  readonly transactions: SessionTransactions;
  readonly info: InfoPackages;
  readonly digest: DigestClientSession | undefined;
  readonly timer: SessionTimer | undefined;
  media: CallMedia | undefined;
  /** Whether we hold the peer. */
  isHolding = false;
  readonly #user: SessionCoreUser;
  #peerAllows: ReadonlySet<string> | undefined;

  constructor(parts: SessionParts, user: SessionCoreUser) {
    const { agent } = parts;
    this.agent = agent;
    this.dialog = parts.dialog;
    this.media = parts.media;
    this.digest = parts.digest;
    this.offerAnswer = parts.offerAnswer ?? new OfferAnswer();
    this.transactions = new SessionTransactions(this.offerAnswer);
    this.info = new InfoPackages(agent.settings.infoPackages);
    this.#user = user;
    const settings = agent.settings.sessionTimer;
    if (settings === undefined) return;
    this.timer = new SessionTimer({ clock: agent.context.clock, user, settings, snapshot: parts.timer });
  }

  /** Whether the peer has said that it takes a method. RFC 3261 §20.5 */
  peerAllows(method: string): boolean {
    return this.#peerAllows?.has(method) ?? false;
  }

  /** Learns from a message of the peer what it takes. */
  learn(message: SipMessage): void {
    if (message.has("Allow")) this.#peerAllows = new Set(lenientRead(() => message.get("Allow")));
    this.info.learn(message);
  }

  /** Sends a request of the dialog other than INVITE; challenges are answered. */
  request(
    method: string,
    prepare: (draft: RequestBuilder) => void,
    onOutcome: (outcome: ExchangeOutcome) => void,
  ): void {
    const draft = (): RequestBuilder => {
      const request = this.dialog.createRequest(method);
      prepare(request);
      this.agent.completeRequest(request);
      return request;
    };
    this.exchange(draft, onOutcome);
  }

  /** Sends a request whose attempts are made by that function. */
  exchange(draft: () => RequestBuilder, onOutcome: (outcome: ExchangeOutcome) => void): void {
    const { sender, context } = this.agent;
    const parts = { sender, digest: this.digest, log: context.log };
    new ClientExchange(parts, { draft, options: this.agent.sendOptions(), onOutcome }).start();
  }

  /** Completes an answer and sends it. */
  respond(transaction: ServerTransaction, request: SipRequest, draft: ResponseBuilder): SipResponse {
    this.agent.completeResponse(draft, request, transaction.connection);
    const response = draft.build();
    transaction.respond(response);
    return response;
  }

  /** A request inside the dialog failed: tells when that ends the session. */
  noteFailure(statusCode: number): void {
    if (lostStatuses.has(statusCode)) this.#user.onPeerLost(statusCode);
  }

  /** Makes our description for an offer, continued from the last; media that fail give the error. */
  withOffer(onOffer: (description: string) => void, onError: (error: unknown) => void): void {
    const { media, isHolding } = this;
    const make = (): SyncOrPromise<string> => {
      if (media === undefined) throw noMedia();
      return continued(this.offerAnswer.local, media.createOffer({ isHolding }));
    };
    settle(make, { log: this.agent.context.log, onValue: onOffer, onError });
  }

  /** Makes our answer to an offer, continued from our last description; undefined refuses, and so do media that fail. */
  withAnswer(offer: string, onAnswer: (description: string | undefined) => void): void {
    const { log } = this.agent.context;
    const { media, isHolding } = this;
    const make = (): SyncOrPromise<string | undefined> =>
      andThen(media?.createAnswer(offer, { isHolding }), (answer) =>
        answer === undefined ? undefined : continued(this.offerAnswer.local, answer),
      );
    const onError = (error: unknown): void => {
      log.warn({ error, callId: this.dialog.callId }, "no answer could be made to an offer");
      onAnswer(undefined);
    };
    settle(make, { log, onValue: onAnswer, onError });
  }

  /** An answer where an offer may not be refused: one that takes nothing, when nothing else is there. RFC 6337 §2.3 */
  answerAtLeast(offer: string, answer: string | undefined): string {
    return answer ?? lenientRead(() => refuseOffer(offer)) ?? "";
  }

  /** Offer and answer are agreed on: tells media and user. */
  tellAgreed(): void {
    const { local, remote } = this.offerAnswer;
    if (local === undefined || remote === undefined) return;
    this.media?.onAgreed?.(local, remote);
    const description = lenientRead(() => parseSessionDescription(remote));
    this.#user.onAgreed({ local, remote, isHeldByPeer: description !== undefined && isHeld(description) });
  }
}

function noMedia(): EngineError {
  const detail = "the call has no media to make an offer from; give it sdp or media";
  return new EngineError("offer-answer.state", { detail });
}
