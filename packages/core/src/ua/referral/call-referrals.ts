import type { DialogUsage, DialogUsages } from "../../dialog/dialog-usages.js";
import { createResponse } from "../../message/create-response.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { ResponseBuilder } from "../../message/response-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { ServerTransaction } from "../../transaction/server-transaction.js";
import { createRefusal } from "../checks/request-refusal.js";
import { expiresOf } from "../invite/expires-of.js";
import { lenientRead } from "../lenient-read.js";
import { ReferNotifier } from "../refer/refer-notifier.js";
import { readRefer, type ReferOrder } from "../refer/refer-order.js";
import { ReferSubscription } from "../refer/refer-subscription.js";
import { IncomingRefer, type ReferReport } from "./incoming-refer.js";
import { OutgoingRefer, type ReferOptions } from "./outgoing-refer.js";
import type { SessionCore } from "../session/session-core.js";

/** Who hears of the REFERs of a dialog. */
export interface CallReferralsUser {
  /** A REFER came; left undecided it is declined. */
  onRefer(refer: IncomingRefer): void;
  /** A subscription of a REFER is over: the dialog may end with it. */
  onReferralOver(): void;
}

/** The REFERs inside one dialog, sent and received, each with its subscription. RFC 3515 §2.4.4, RFC 4488 */
export class CallReferrals {
  readonly #core: SessionCore;
  readonly #usages: DialogUsages;
  readonly #user: CallReferralsUser;
  readonly #notifiers = new Map<ReferNotifier, DialogUsage>();
  readonly #subscriptions = new Map<ReferSubscription, DialogUsage>();
  #received = 0;
  #sent = 0;

  constructor(core: SessionCore, usages: DialogUsages, user: CallReferralsUser) {
    this.#core = core;
    this.#usages = usages;
    this.#user = user;
  }

  /** Sends a REFER. RFC 3515 §2.4.1 */
  send(referTo: string, options: ReferOptions): OutgoingRefer {
    const isFirst = this.#sent++ === 0;
    const refer = new OutgoingRefer(this.#core.agent.context);
    const draft = (request: RequestBuilder): void => {
      request.addText("Refer-To", referTo);
      if (options.referredBy !== undefined) request.addText("Referred-By", options.referredBy);
      if (options.subscribe === false) request.addText("Refer-Sub", "false").set("Supported", "norefersub");
      this.#subscribe(refer, request, isFirst);
    };
    this.#core.request("REFER", draft, ({ statusCode, response, error }) => {
      refer.receiveOutcome({ statusCode, response, error });
      if (response !== undefined && response.isSuccess) this.#core.dialog.refreshTarget(response);
      this.#core.noteFailure(statusCode);
    });
    return refer;
  }

  receiveRefer(transaction: ServerTransaction, request: SipRequest): void {
    const order = readRefer(request);
    if (order.kind === "refused") {
      this.#core.respond(transaction, request, createRefusal(request, order.refusal, this.#core.dialog.localTag));
      return;
    }
    const refer = new IncomingRefer(request, order, {
      onAccept: (seconds) => this.#accept(transaction, request, { order, seconds }),
      onReject: (statusCode, reason) => {
        this.#core.respond(transaction, request, this.#answer(request, statusCode, reason));
      },
    });
    this.#user.onRefer(refer);
  }

  /** A NOTIFY of the dialog; false when it belongs to no REFER of ours. */
  receiveNotify(transaction: ServerTransaction, request: SipRequest): boolean {
    const subscription = [...this.#subscriptions.keys()].find((each) => each.matches(request));
    if (subscription === undefined) return false;
    const statusCode = subscription.receiveNotify(request);
    if (statusCode === 200) this.#core.dialog.refreshTarget(request);
    this.#core.respond(transaction, request, createResponse(request, statusCode));
    return true;
  }

  /** A SUBSCRIBE that refreshes or ends the subscription of a REFER; false when it belongs to none. RFC 3515 §2.4.4 */
  receiveSubscribe(transaction: ServerTransaction, request: SipRequest): boolean {
    const event = lenientRead(() => request.get("Event"));
    const notifiers = [...this.#notifiers.keys()];
    const notifier = notifiers.find(({ eventId }) => event?.id === eventId) ?? notifiers[0];
    if (event?.eventType.toLowerCase() !== "refer" || notifier === undefined) return false;
    const seconds = expiresOf(request) ?? 60;
    this.#core.dialog.refreshTarget(request);
    this.#core.respond(transaction, request, createResponse(request, 200).addText("Expires", String(seconds)));
    notifier.refresh(seconds);
    return true;
  }

  /** The dialog is gone. */
  stop(): void {
    for (const notifier of this.#notifiers.keys()) notifier.stop();
    for (const subscription of this.#subscriptions.keys()) subscription.end();
  }

  #accept(
    transaction: ServerTransaction,
    request: SipRequest,
    { order, seconds }: { readonly order: ReferOrder; readonly seconds: number | undefined },
  ): ReferReport {
    const response = this.#answer(request, order.wantsSubscription ? 202 : 200);
    this.#core.dialog.refreshTarget(request);
    if (!order.wantsSubscription) {
      if (request.has("Refer-Sub")) response.addText("Refer-Sub", "false");
      this.#core.respond(transaction, request, response);
      return () => {};
    }
    this.#core.respond(transaction, request, response);
    const notifier = this.#notify(order, seconds);
    return (statusCode, reason) => notifier.report(statusCode, reason);
  }

  /** A REFER outside dialogs has no To tag yet. */
  #answer(request: SipRequest, statusCode: number, reason?: string): ResponseBuilder {
    return createResponse(request, statusCode, { reason, toTag: this.#core.dialog.localTag });
  }

  #notify(order: ReferOrder, seconds: number | undefined): ReferNotifier {
    const { context } = this.#core.agent;
    const notifier: ReferNotifier = new ReferNotifier({
      clock: context.clock,
      dialog: this.#core.dialog,
      eventId: this.#received++ === 0 ? undefined : String(order.sequenceNumber),
      seconds,
      user: {
        onNotify: (draft) => this.#sendNotify(draft, notifier),
        onReferEnded: () => this.#endUsage(this.#notifiers, notifier),
      },
    });
    this.#addUsage(this.#notifiers, notifier, () => notifier.stop());
    notifier.accept();
    return notifier;
  }

  /** The first attempt is the one the notifier made; one with credentials takes the next number. */
  #sendNotify(first: RequestBuilder, notifier: ReferNotifier): void {
    let attempt: RequestBuilder | undefined = first;
    const draft = (): RequestBuilder => {
      const notify = attempt ?? this.#core.dialog.createRequest("NOTIFY");
      if (attempt === undefined) copyEvent(first, notify);
      attempt = undefined;
      this.#core.agent.completeRequest(notify);
      return notify;
    };
    this.#core.exchange(draft, ({ statusCode }) => notifier.receiveNotifyStatus(statusCode));
  }

  /** Each attempt of a REFER has a number of its own, by which its NOTIFYs are told. RFC 3515 §2.4.6 */
  #subscribe(refer: OutgoingRefer, request: RequestBuilder, isFirst: boolean): void {
    const { sequenceNumber } = request.build().cseq;
    const subscription: ReferSubscription = new ReferSubscription({
      context: this.#core.agent.context,
      sequenceNumber,
      isFirst,
      user: {
        onReferProgress: (status) => refer.receiveProgress(status),
        onReferEnded: (status) => {
          this.#endUsage(this.#subscriptions, subscription);
          refer.receiveEnd(status);
        },
      },
    });
    const former = refer.subscription;
    if (former !== undefined) this.#endUsage(this.#subscriptions, former);
    refer.subscription = subscription;
    this.#addUsage(this.#subscriptions, subscription, () => subscription.end());
  }

  #addUsage<T>(list: Map<T, DialogUsage>, part: T, onUsageEnded: () => void): void {
    const usage: DialogUsage = { onUsageEnded };
    list.set(part, usage);
    this.#usages.add(usage);
  }

  #endUsage<T>(list: Map<T, DialogUsage>, part: T): void {
    const usage = list.get(part);
    if (usage === undefined) return;
    list.delete(part);
    this.#usages.end(usage);
    this.#user.onReferralOver();
  }
}

function copyEvent(from: RequestBuilder, to: RequestBuilder): void {
  for (const name of ["Event", "Subscription-State"]) to.addText(name, from.getText(name) ?? "");
  to.setBody(from.body, from.getText("Content-Type"));
}
