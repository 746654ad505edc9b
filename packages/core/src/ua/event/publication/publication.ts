import type { DigestClient } from "../../../auth/client/digest-client.js";
import type { DigestClientSession } from "../../../auth/client/digest-client-session.js";
import type { Clock } from "../../../clock/clock.js";
import type { EngineError } from "../../../errors/engine-error.js";
import { silentLogger, type Logger } from "../../../log/logger.js";
import type { HeaderField } from "../../../message/header-field.js";
import { RequestBuilder } from "../../../message/request-builder.js";
import type { SipResponse } from "../../../message/sip-response.js";
import type { RandomSource } from "../../../random/random-source.js";
import type { SendRequestOptions } from "../../../transaction/sent-request.js";
import { StateMachine } from "../../../transaction/state-machine.js";
import { BackOff } from "../../exchange/back-off.js";
import { ClientExchange, type ExchangeOutcome, type SenderPort } from "../../exchange/client-exchange.js";
import { retryAfterOf, secondsOf } from "../../exchange/lenient-fields.js";
import { refreshDelay, timerDelay } from "../../exchange/refresh-delay.js";
import { RestartableTimer } from "../../exchange/restartable-timer.js";
import {
  publicationTable,
  type PublicationAction,
  type PublicationEvent,
  type PublicationStage,
} from "./publication-table.js";
import type { EventState } from "../notifier/event-package-support.js";

/** What a publication needs. */
export interface PublicationParts {
  readonly sender: SenderPort;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly digest?: DigestClient;
  readonly log?: Logger;
}

/** What is published, and where. */
export interface PublicationOptions {
  /** Whose state it is: Request-URI, To, and From unless told otherwise. */
  readonly resource: string;
  readonly from?: string;
  /** Event, such as `presence`. */
  readonly event: string;
  /** Seconds to ask for; 3600. */
  readonly expires?: number;
  readonly routes?: readonly string[];
  readonly fields?: readonly HeaderField[];
  readonly send?: SendRequestOptions;
}

/** Why a PUBLISH failed. */
export interface PublicationFailure {
  readonly statusCode: number;
  readonly response: SipResponse | undefined;
  readonly error: EngineError | undefined;
  /** Milliseconds until the next try; undefined when there will be none unless asked for. */
  readonly retryIn: number | undefined;
}

/** Who hears how a publication goes. */
export interface PublicationUser {
  onPublished?(entityTag: string | undefined, response: SipResponse): void;
  onFailed?(failure: PublicationFailure): void;
  /** It was removed; without a response when nobody answered. */
  onRemoved?(response: SipResponse | undefined): void;
}

const defaultExpires = 3600;
const mostAmendments = 4;
const passing = new Set([408, 429, 430, 480, 491, 494]);
const lasting = new Set([501, 505, 513]);

/** A state that is published and kept alive, under the entity-tag of the last answer. One PUBLISH at a time. RFC 3903 §4 */
export class Publication extends StateMachine<PublicationStage, PublicationEvent, PublicationAction, ExchangeOutcome> {
  readonly #parts: PublicationParts;
  readonly #options: PublicationOptions;
  readonly #user: PublicationUser;
  readonly #callId: string;
  readonly #fromTag: string;
  readonly #digest: DigestClientSession | undefined;
  readonly #backOff: BackOff;
  #sequenceNumber = 0;
  #expires: number;
  #amendments = 0;
  #content: EventState | undefined;
  /** The state the compositor has; another object is a change. */
  #known: EventState | undefined;
  #sent: EventState | undefined;
  #entityTag: string | undefined;
  #exchange: ClientExchange | undefined;
  /** What is to be done behind the request under way. */
  #next: "publish" | "remove" | undefined;
  /** Until the next PUBLISH: refresh or back-off. */
  readonly #dueTimer: RestartableTimer;

  constructor(parts: PublicationParts, options: PublicationOptions, user: PublicationUser = {}) {
    super(publicationTable, "idle");
    this.#parts = parts;
    this.#options = options;
    this.#user = user;
    this.#callId = parts.random.token(128);
    this.#fromTag = parts.random.token(64);
    this.#digest = parts.digest?.createSession();
    this.#dueTimer = new RestartableTimer(parts.clock, () => this.#due());
    this.#backOff = new BackOff({ random: parts.random });
    this.#expires = options.expires ?? defaultExpires;
  }

  /** Tag under which the compositor keeps the state. */
  get entityTag(): string | undefined {
    return this.#entityTag;
  }

  /** Publishes a state in place of the one before. While a PUBLISH is under way the newest waits for its answer. */
  publish(content: EventState): void {
    this.#content = content;
    this.#want("publish");
  }

  /** Takes the state back. */
  remove(): void {
    this.#want("remove");
  }

  /** Stops; the state ends at the compositor by itself. */
  close(): void {
    this.#dueTimer.stop();
    this.#exchange?.abandon();
  }

  protected override run(action: PublicationAction, outcome: ExchangeOutcome | undefined): void {
    switch (action) {
      case "send":
        return this.#send(this.#expires);
      case "sendRemoval":
        return this.#sendRemoval();
      case "record":
        return this.#record(outcome);
      case "backOff":
        return this.#waitAfter(outcome);
      case "giveUp":
        return this.#tellFailed(outcome, undefined);
      case "clear":
        return this.#clear(outcome);
    }
  }

  protected override onActionFailed(error: unknown): void {
    (this.#parts.log ?? silentLogger).error({ error, callId: this.#callId }, "a publication or its user failed");
  }

  #want(event: "publish" | "remove"): void {
    this.#amendments = 0;
    if (this.#exchange === undefined) this.handle(event);
    else this.#next = event;
  }

  #send(expires: number): void {
    this.#dueTimer.stop();
    const { sender, log } = this.#parts;
    this.#exchange = new ClientExchange(
      { sender, log, digest: this.#digest },
      {
        options: this.#options.send,
        draft: () => this.#draft(expires),
        onOutcome: (outcome) => this.#finish(outcome),
      },
    );
    this.#exchange.start();
  }

  /** Initial, refresh, modify or remove: RFC 3903 §4.1, table 1. */
  #draft(expires: number): RequestBuilder {
    const { resource, from = resource, event, routes = [], fields = [] } = this.#options;
    const draft = new RequestBuilder("PUBLISH", resource);
    for (const route of routes) draft.addText("Route", route);
    draft.addText("From", `<${from}>;tag=${this.#fromTag}`).addText("To", `<${resource}>`);
    draft.addText("Call-ID", this.#callId).addText("CSeq", `${++this.#sequenceNumber} PUBLISH`);
    draft.addText("Max-Forwards", "70").addText("Event", event).addText("Expires", String(expires)).addFields(fields);
    if (this.#entityTag !== undefined) draft.addText("SIP-If-Match", this.#entityTag);
    this.#sent = this.#content;
    const isChange = this.#entityTag === undefined || this.#content !== this.#known;
    if (expires > 0 && isChange && this.#content !== undefined) {
      draft.setBody(this.#content.body, this.#content.contentType);
    }
    return draft;
  }

  #sendRemoval(): void {
    if (this.#entityTag !== undefined) return this.#send(0);
    this.#dueTimer.stop();
    this.handle("removed");
  }

  #finish(outcome: ExchangeOutcome): void {
    this.#exchange = undefined;
    if (this.state === "removing") this.handle("removed", outcome);
    else this.#judge(outcome);
    const next = this.#next;
    if (this.#exchange !== undefined || next === undefined) return;
    this.#next = undefined;
    this.handle(next);
  }

  #judge(outcome: ExchangeOutcome): void {
    const { statusCode, response } = outcome;
    if (statusCode >= 200 && statusCode < 300) return this.handle("granted", outcome);
    const least = statusCode === 423 && response !== undefined ? (secondsOf(response, "Min-Expires") ?? 0) : 0;
    const isLost = statusCode === 412 && this.#entityTag !== undefined;
    if (isLost) this.#entityTag = undefined;
    if ((isLost || least > this.#expires) && ++this.#amendments <= mostAmendments) {
      this.#expires = Math.max(least, this.#expires);
      return this.handle("amended", outcome);
    }
    const mayWorkLater = passing.has(statusCode) || (statusCode >= 500 && statusCode < 600 && !lasting.has(statusCode));
    this.handle(mayWorkLater ? "failed" : "refused", outcome);
  }

  #record(outcome: ExchangeOutcome | undefined): void {
    const response = outcome?.response;
    if (response === undefined) return;
    this.#backOff.reset();
    this.#entityTag = response.getText("SIP-ETag");
    this.#known = this.#sent;
    const granted = Math.min(secondsOf(response, "Expires") ?? this.#expires, this.#expires);
    this.#dueTimer.start(refreshDelay(Math.max(1, granted)));
    this.#user.onPublished?.(this.#entityTag, response);
  }

  #waitAfter(outcome: ExchangeOutcome | undefined): void {
    const retryAfter = retryAfterOf(outcome?.response);
    const backOff = this.#backOff.next();
    const delay = timerDelay(retryAfter === undefined ? backOff : retryAfter * 1000);
    this.#dueTimer.start(delay);
    this.#tellFailed(outcome, delay);
  }

  #tellFailed(outcome: ExchangeOutcome | undefined, retryIn: number | undefined): void {
    const { statusCode = 503, response, error } = outcome ?? {};
    this.#user.onFailed?.({ statusCode, response, error, retryIn });
  }

  #clear(outcome: ExchangeOutcome | undefined): void {
    this.#entityTag = undefined;
    this.#known = undefined;
    this.#user.onRemoved?.(outcome?.response?.isSuccess ? outcome.response : undefined);
  }

  #due(): void {
    this.#amendments = 0;
    this.handle("due");
  }
}
