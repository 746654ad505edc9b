import type { DigestServer } from "../../../auth/server/digest-server.js";
import { andThen, type SyncOrPromise } from "../../../auth/users/sync-or-promise.js";
import { dialogIdOfRequest } from "../../../dialog/dialog-id.js";
import { Dialog } from "../../../dialog/dialog.js";
import { EngineError, isEngineError } from "../../../errors/engine-error.js";
import type { EventPackage } from "../../../headers/event-package.js";
import { silentLogger } from "../../../log/logger.js";
import { createResponse } from "../../../message/create-response.js";
import type { ResponseBuilder } from "../../../message/response-builder.js";
import type { SipRequest } from "../../../message/sip-request.js";
import type { ServerTransaction } from "../../../transaction/server-transaction.js";
import type { SendRequestOptions } from "../../../transaction/sent-request.js";
import { checkCredentials } from "../../exchange/check-credentials.js";
import { secondsOf } from "../../exchange/lenient-fields.js";
import { localContact } from "../../exchange/local-contact.js";
import type { EventParts } from "../subscriber/subscription-options.js";
import type { EventPackageSupport, SubscriptionDecision } from "./event-package-support.js";
import { NotifierSubscription, type NotifierSubscriptionSnapshot } from "./notifier-subscription.js";

/** What a notifier is told. */
export interface NotifierOptions {
  readonly packages: readonly EventPackageSupport[];
  /** Challenges new subscriptions with 401; nobody is asked when left out. */
  readonly authentication?: Pick<DigestServer, "verify">;
  /** Our Contact in answers and NOTIFYs; made of the connection when left out. */
  readonly contact?: string;
  /** How NOTIFYs are sent. */
  readonly send?: SendRequestOptions;
}

/** Above an hour no expiry is called too brief (RFC 6665 §4.2.1.1). */
const briefLimit = 3600;

/** The notifiers of a user agent: takes SUBSCRIBE for the packages it was given. RFC 6665 §4.2 */
export class Notifier {
  readonly #parts: EventParts;
  readonly #options: NotifierOptions;
  readonly #packages: ReadonlyMap<string, EventPackageSupport>;
  /** By dialog: as a rule one each. */
  readonly #subscriptions = new Map<string, NotifierSubscription[]>();

  /** @throws EngineError `subscription.package` */
  constructor(parts: EventParts, options: NotifierOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#packages = new Map(options.packages.map((support) => [support.name, support]));
    const bare = options.packages.find(({ contentTypes }) => contentTypes.length === 0);
    if (bare !== undefined) {
      throw new EngineError("subscription.package", { detail: `${bare.name} names no content type` });
    }
  }

  /** Packages for Allow-Events. */
  get allowEvents(): readonly string[] {
    return [...this.#packages.keys()];
  }

  /** The subscriptions that live, to all resources or to one. */
  subscriptions(resource?: string): NotifierSubscription[] {
    const all = [...this.#subscriptions.values()].flat();
    return resource === undefined ? all : all.filter((each) => each.resource === resource);
  }

  /** Takes every SUBSCRIBE and answers it. The NOTIFY goes out right behind the 200. */
  receiveSubscribe(transaction: ServerTransaction): void {
    const { request } = transaction;
    try {
      const done = this.#receive(transaction, request);
      if (done instanceof Promise) done.catch((error: unknown) => this.#fail(transaction, request, error));
    } catch (error) {
      this.#fail(transaction, request, error);
    }
  }

  /** Goes on with a subscription that was written down. @throws EngineError `subscription.package` */
  restore(snapshot: NotifierSubscriptionSnapshot): NotifierSubscription {
    const name = snapshot.event.split(";")[0]?.trim() ?? "";
    const support = this.#packages.get(name);
    if (support === undefined) throw new EngineError("subscription.package", { detail: `${name} is not offered here` });
    return this.#add(support, snapshot);
  }

  /** Stops all timers; the subscribers hear nothing. */
  close(): void {
    for (const subscription of this.subscriptions()) subscription.close();
    this.#subscriptions.clear();
  }

  #receive(transaction: ServerTransaction, request: SipRequest): SyncOrPromise<void> {
    const event = request.get("Event");
    const support = event && this.#packages.get(event.eventType);
    if (event === undefined || support === undefined) return this.#refuse(transaction, request, 489);
    if (request.toTag !== undefined) return this.#refresh(transaction, request, event, support);
    return andThen(checkCredentials(this.#options.authentication, request), (credentials) => {
      if (credentials.kind === "refused") {
        const response = this.#response(request, credentials.statusCode);
        for (const { name, value } of credentials.challenges) response.addText(name, value);
        return transaction.respond(response.build());
      }
      const decision = support.decide?.(request, credentials.username) ?? "active";
      return andThen(decision, (decided) => this.#subscribe(transaction, request, support, decided));
    });
  }

  #subscribe(
    transaction: ServerTransaction,
    request: SipRequest,
    support: EventPackageSupport,
    decision: SubscriptionDecision,
  ): void {
    if (typeof decision === "object") return this.#refuse(transaction, request, decision.statusCode);
    if (request.get("Contact")[0]?.uri === undefined) return this.#refuse(transaction, request, 400);
    const accept = acceptedTypes(request, support);
    if (accept.length === 0) return this.#refuse(transaction, request, 406);
    const seconds = grantedSeconds(request, support);
    if (seconds === "brief") return this.#refuseBrief(transaction, request, support);
    const response = this.#accept(transaction, request, seconds);
    const from = request.get("From");
    const subscription = this.#add(support, {
      version: 1,
      state: "resp_wait",
      dialog: Dialog.ofServer(request, response).snapshot(),
      event: request.getText("Event") ?? support.name,
      resource: request.requestUriText,
      subscriber: String(from?.uri),
      accept,
      expiresAt: this.#parts.clock.now() + seconds * 1000,
    });
    support.onSubscribed?.(subscription);
    subscription.start(decision);
  }

  #refresh(
    transaction: ServerTransaction,
    request: SipRequest,
    event: EventPackage,
    support: EventPackageSupport,
  ): void {
    const inDialog = this.#subscriptions.get(dialogIdOfRequest(request));
    if (inDialog === undefined) return this.#refuse(transaction, request, 481);
    const subscription = inDialog.find((each) => each.event.matches(event));
    if (subscription === undefined) return this.#refuse(transaction, request, 403);
    const refusal = subscription.admit(request);
    if (refusal !== undefined) return this.#refuse(transaction, request, refusal);
    const seconds = grantedSeconds(request, support);
    if (seconds === "brief") return this.#refuseBrief(transaction, request, support);
    this.#accept(transaction, request, seconds);
    subscription.refreshed(request, seconds);
  }

  #add(support: EventPackageSupport, snapshot: NotifierSubscriptionSnapshot): NotifierSubscription {
    const { contact, send } = this.#options;
    const onOver = (over: NotifierSubscription): void => this.#remove(over);
    const subscription = new NotifierSubscription({ ...this.#parts, support, contact, send, onOver }, snapshot);
    const known = this.#subscriptions.get(subscription.dialogId) ?? [];
    this.#subscriptions.set(subscription.dialogId, [...known, subscription]);
    return subscription;
  }

  #remove(subscription: NotifierSubscription): void {
    const left = (this.#subscriptions.get(subscription.dialogId) ?? []).filter((each) => each !== subscription);
    if (left.length === 0) this.#subscriptions.delete(subscription.dialogId);
    else this.#subscriptions.set(subscription.dialogId, left);
  }

  #accept(transaction: ServerTransaction, request: SipRequest, seconds: number): ReturnType<ResponseBuilder["build"]> {
    const contact = this.#options.contact ?? String(localContact(transaction.connection));
    const response = this.#response(request, 200)
      .addText("Contact", `<${contact}>`)
      .addText("Expires", String(seconds))
      .build();
    transaction.respond(response);
    return response;
  }

  #refuse(transaction: ServerTransaction, request: SipRequest, statusCode: number): void {
    const response = this.#response(request, statusCode);
    if (statusCode === 489) response.addText("Allow-Events", this.allowEvents.join(", "));
    transaction.respond(response.build());
  }

  #refuseBrief(transaction: ServerTransaction, request: SipRequest, { minExpires = 60 }: EventPackageSupport): void {
    transaction.respond(this.#response(request, 423).addText("Min-Expires", String(minExpires)).build());
  }

  #response(request: SipRequest, statusCode: number): ResponseBuilder {
    return createResponse(request, statusCode, { toTag: this.#parts.random.token(64) });
  }

  #fail(transaction: ServerTransaction, request: SipRequest, error: unknown): void {
    const statusCode = isEngineError(error) ? (error.statusCode ?? 500) : 500;
    if (statusCode >= 500) {
      (this.#parts.log ?? silentLogger).error({ error, callId: request.callId }, "a SUBSCRIBE could not be handled");
    }
    if (transaction.lastStatusCode < 200) this.#refuse(transaction, request, statusCode);
  }
}

/** What is granted: never more than was asked (RFC 6665 §4.2.1.1). */
function grantedSeconds(request: SipRequest, support: EventPackageSupport): number | "brief" {
  const { defaultExpires = 3600, minExpires = 60, maxExpires = 86_400 } = support;
  const asked = secondsOf(request, "Expires") ?? defaultExpires;
  if (asked > 0 && asked < Math.min(minExpires, briefLimit)) return "brief";
  return Math.min(asked, maxExpires);
}

/** Types of the package that the subscriber takes, in the order of the package; all where it names none. */
function acceptedTypes(request: SipRequest, { contentTypes }: EventPackageSupport): readonly string[] {
  if (request.field("accept") === undefined) return contentTypes;
  const ranges = request.get("Accept").map((type) => type.essence);
  return contentTypes.filter((type) => {
    const essence = type.toLowerCase();
    return ranges.some((range) => range === "*/*" || range === essence || range === `${essence.split("/")[0]}/*`);
  });
}
