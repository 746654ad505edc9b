import { dialogIdOfRequest } from "../../dialog/dialog-id.js";
import { Dialog } from "../../dialog/dialog.js";
import { createResponse } from "../../message/create-response.js";
import type { BodyInput } from "../../message/message-builder.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { ResponseBuilder } from "../../message/response-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { EngineError } from "../../errors/engine-error.js";
import type { Connection } from "../../transport/transport.js";
import { answerCancel } from "../../transaction/answer-cancel.js";
import type { ServerTransaction } from "../../transaction/server-transaction.js";
import type { TransactionUser } from "../../transaction/transaction-user.js";
import type { Call } from "../call/call.js";
import { addHeaders } from "../call/call.js";
import { DescribedMedia, type CallMedia } from "../session/call-media.js";
import type { CallSnapshot } from "../call/call-snapshot.js";
import { IncomingCall } from "../call/incoming-call.js";
import type { IncomingRefer } from "../referral/incoming-refer.js";
import { OutgoingCall } from "../call/outgoing-call.js";
import { ReferDialog } from "../referral/refer-dialog.js";
import { rejectionError } from "../session/rejection-error.js";
import { RestoredCall } from "../call/restored-call.js";
import { createRefusal, type RequestRefusal } from "../checks/request-refusal.js";
import { quietly } from "../deferred.js";
import { ClientExchange } from "../exchange/client-exchange.js";
import { KeyedSequence } from "../exchange/keyed-sequence.js";
import type { DialogUser } from "../session/dialog-table.js";
import { answerSessionTimer } from "../session-timer/answer-session-timer.js";
import { leastInterval } from "../session-timer/session-timer-fields.js";
import { settle } from "../settle.js";
import { AgentCore } from "./agent-core.js";
import { CallFinder } from "./call-finder.js";
import { IncomingText } from "./incoming-text.js";
import { Listeners, type Listener } from "../listeners.js";
import type { UserAgentOptions, UserAgentStack } from "./user-agent-options.js";

/** What a user agent tells. */
export interface UserAgentEvents {
  /** A call came: answer, reject or redirect it. Nobody listening, it is answered by 480. */
  readonly call: readonly [IncomingCall];
  /** A text came outside a call. Nobody listening, it is answered by 480. */
  readonly message: readonly [IncomingText];
  /** Somebody asks us, outside a call, to send a request. Nobody listening, it is declined. */
  readonly refer: readonly [IncomingRefer];
  /**
   * A stream connection ended, perhaps by an error. What keeps flows wants to know: a registration by `connectionClosed`, a
   * registrar by `flowClosed` (RFC 5626 §4.2, §6).
   */
  readonly connectionClosed: readonly [Connection, EngineError | undefined];
}

/** How a call is made. */
export interface InviteOptions {
  /** Our offer, and what answers to later offers are drawn from. Without it and `media` the peer makes the offer. */
  readonly sdp?: string;
  /** Who makes our descriptions. */
  readonly media?: CallMedia;
  /** True: the INVITE has no offer although there are media. */
  readonly asksForOffer?: boolean;
  /** For how many seconds it may ring (RFC 3261 §13.2.1). */
  readonly expires?: number;
  /** How many redirections are followed; none when left out (RFC 3261 §8.1.3.4). */
  readonly maxRedirects?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is done with a method that the user agent does not know by itself: SUBSCRIBE, PUBLISH, an extension. */
export type MethodHandler = (transaction: ServerTransaction) => void;

/**
 * A SIP user agent for programs that want SIP without servlets: calls in both directions with all that belongs to them,
 * texts, transfers. RFC 3261 §8, §13–§15 and the extensions that docs/conformance.md lists.
 */
export class SipUserAgent implements TransactionUser {
  readonly #core: AgentCore;
  readonly #stack: UserAgentStack;
  readonly #options: UserAgentOptions;
  readonly #listeners: Listeners<UserAgentEvents>;
  readonly #calls = new Set<Call>();
  /** Calls that ring here, by the transaction that a CANCEL may name. */
  readonly #ringing = new Map<ServerTransaction, IncomingCall>();
  readonly #handlers = new Map<string, MethodHandler>();
  readonly #texts = new KeyedSequence();
  readonly #finder: CallFinder;

  /** Takes over the stack: it gets the requests that come there. @throws EngineError `ua.options`, `uri.malformed` */
  constructor(stack: UserAgentStack, options: UserAgentOptions) {
    this.#stack = stack;
    this.#options = options;
    this.#core = new AgentCore(stack, options);
    this.#listeners = new Listeners(stack.log);
    this.#finder = new CallFinder(this.#core.dialogs, this.#calls, options.mayReplace);
    stack.attach(this);
  }

  onConnectionClosed(connection: Connection, error: EngineError | undefined): void {
    this.#listeners.emit("connectionClosed", connection, error);
  }

  /** The calls that have not ended. */
  get calls(): ReadonlySet<Call> {
    return this.#calls;
  }

  /** Hears of an event; gives the function that ends it. */
  on<Name extends keyof UserAgentEvents>(name: Name, listener: Listener<UserAgentEvents, Name>): () => void {
    return this.#listeners.on(name, listener);
  }

  /** Hears of the next event of that name. */
  once<Name extends keyof UserAgentEvents>(name: Name, listener: Listener<UserAgentEvents, Name>): () => void {
    return this.#listeners.once(name, listener);
  }

  /** Lets a function take the requests of a method, outside calls, in place of the user agent. */
  handle(method: string, handler: MethodHandler): void {
    this.#handlers.set(method, handler);
  }

  /** Calls somebody. What fails at once is told as the end of the call. @throws EngineError `uri.malformed` */
  invite(target: string, options: InviteOptions = {}): OutgoingCall {
    const identity = this.#core.createIdentity();
    let sequenceNumber = 0;
    const draft = (uri: string): RequestBuilder => {
      const request = this.#core.createRequest("INVITE", uri, identity, ++sequenceNumber);
      if (options.expires !== undefined) request.addText("Expires", String(options.expires));
      addHeaders(request, options.headers);
      return request;
    };
    const media = this.#mediaOf(options);
    const { callId } = identity;
    const offers = media !== undefined && options.asksForOffer !== true;
    const { maxRedirects = 0 } = options;
    const call = new OutgoingCall(this.#core, { callId, draft, target, media, offers, maxRedirects });
    this.#keep(call);
    call.start();
    return call;
  }

  /**
   * Sends a text. To one target one text goes after the other (RFC 3428 §8). Kept with the 2xx, broken by `ua.rejected`.
   */
  message(target: string, body: BodyInput, contentType = "text/plain"): Promise<SipResponse> {
    const send = (): Promise<SipResponse> =>
      this.request("MESSAGE", target, (draft) => draft.setBody(body, contentType));
    return quietly(Promise.resolve(this.#texts.run(target, send)));
  }

  /** Asks somebody what it can do. RFC 3261 §11 */
  options(target: string): Promise<SipResponse> {
    return this.request("OPTIONS", target, (draft) => draft.addText("Accept", "application/sdp"));
  }

  /** Sends a request outside dialogs; challenges are answered. Kept with the 2xx, broken by `ua.rejected`. */
  request(method: string, target: string, prepare: (draft: RequestBuilder) => void): Promise<SipResponse> {
    const identity = this.#core.createIdentity();
    let sequenceNumber = 0;
    const draft = (): RequestBuilder => {
      const request = this.#core.createRequest(method, target, identity, ++sequenceNumber);
      prepare(request);
      this.#core.completeRequest(request);
      return request;
    };
    const { sender, context } = this.#core;
    const parts = { sender, digest: this.#core.createDigest(), log: context.log };
    const answered = new Promise<SipResponse>((resolve, reject) => {
      const options = this.#core.sendOptions();
      new ClientExchange(parts, {
        draft,
        options,
        onOutcome: ({ statusCode, response, error }) => {
          if (response?.isSuccess === true) resolve(response);
          else reject(rejectionError(statusCode, response, error));
        },
      }).start();
    });
    return quietly(answered);
  }

  /**
   * Does what a REFER asks for and reports how it fares: calls the target, with the header fields of the Refer-To and the
   * Referred-By. Undefined when the REFER was decided before, or wants no INVITE. RFC 3515 §2.4.2, RFC 3892 §2.2
   */
  follow(refer: IncomingRefer, options: InviteOptions = {}): OutgoingCall | undefined {
    const { order } = refer;
    if (order.method !== "INVITE") {
      refer.reject(501);
      return undefined;
    }
    const report = refer.accept();
    if (report === undefined) return undefined;
    const headers: Record<string, string> = { ...options.headers };
    for (const { name, value } of order.headers) headers[name] = value;
    if (order.referredBy !== undefined) headers["Referred-By"] = order.referredBy;
    const call = this.invite(String(order.target), { ...options, headers });
    call.on("progress", ({ response }) => report(response.statusCode, response.reasonPhrase));
    call.on("answered", () => report(200));
    call.on("ended", ({ statusCode, reason }) => report(Math.max(statusCode ?? 603, 300), reason));
    if (call.end !== undefined) report(Math.max(call.end.statusCode ?? 603, 300), call.end.reason);
    return call;
  }

  /** Takes up a call from its snapshot. @throws EngineError `ua.snapshot` for another version */
  restore(snapshot: CallSnapshot, media?: CallMedia): Call {
    const call = new RestoredCall(this.#core, snapshot, media ?? this.#options.media?.());
    this.#keep(call);
    return call;
  }

  /** Ends all calls. Kept when all peers were told. */
  async close(): Promise<void> {
    await Promise.all([...this.#calls].map((call) => call.hangUp({ statusCode: 480 })));
  }

  onRequest(transaction: ServerTransaction): void {
    const { request } = transaction;
    const user = request.toTag === undefined ? undefined : this.#core.dialogs.get(dialogIdOfRequest(request));
    const { screen } = this.#options;
    if (user !== undefined || screen === undefined) return this.#receive(transaction, request, user);
    settle(() => screen(request, transaction.connection), {
      log: this.#core.context.log,
      onValue: (refusal) => {
        if (refusal === undefined) this.#receive(transaction, request, undefined);
        else this.#refuse(transaction, request, refusal);
      },
      onError: (error) => {
        this.#core.context.log.error({ error, method: request.method }, "a request could not be screened");
        this.#refuse(transaction, request, { statusCode: 500 });
      },
    });
  }

  onCancel(cancel: ServerTransaction, cancelled: ServerTransaction | undefined): void {
    const { request } = cancel;
    const call = cancelled === undefined ? undefined : this.#ringing.get(cancelled);
    const toTag = call?.toTag ?? request.toTag ?? this.#core.createTag();
    if (!answerCancel(cancel, cancelled, toTag) || cancelled === undefined) return;
    if (call !== undefined) return call.receiveCancel(request);
    const user = this.#core.dialogs.get(dialogIdOfRequest(request));
    if (user !== undefined) user.receiveCancel?.(request);
    else this.#respond(cancelled, cancelled.request, createResponse(cancelled.request, 487, { toTag }));
  }

  onAck(ack: SipRequest): void {
    this.#core.dialogs.get(dialogIdOfRequest(ack))?.receiveAck?.(ack);
  }

  /** A request that is not turned away from the start. */
  #receive(transaction: ServerTransaction, request: SipRequest, user: DialogUser | undefined): void {
    if (transaction.lastStatusCode >= 200) return; // cancelled while it was screened
    const handler = user === undefined ? this.#handlers.get(request.method) : undefined;
    if (handler !== undefined) return handler(transaction);
    const { mergedRequests } = this.#stack.transactions;
    const refusal = this.#core.settings.checks.check(request, {
      isMerged: () => mergedRequests.isMerged(transaction),
      hasDialog: () => user !== undefined,
      isKnownUser: () => this.#options.isOwnUri?.(request) ?? true,
    });
    if (refusal !== undefined) this.#refuse(transaction, request, refusal);
    else if (user === undefined) this.#receiveOutside(transaction, request);
    else user.receiveRequest(transaction);
  }

  #receiveOutside(transaction: ServerTransaction, request: SipRequest): void {
    switch (request.method) {
      case "INVITE":
        return this.#receiveInvite(transaction, request);
      case "OPTIONS":
        return this.#answer(transaction, request, 200);
      case "MESSAGE":
        return this.#receiveMessage(transaction, request);
      case "REFER":
        return this.#receiveRefer(transaction, request);
      default:
        return this.#answer(transaction, request, 481);
    }
  }

  #receiveInvite(transaction: ServerTransaction, request: SipRequest): void {
    const found = this.#finder.find(request);
    const refusal = found.kind === "refused" ? found.refusal : this.#timerRefusal(request);
    const toTag = this.#core.createTag();
    if (refusal !== undefined || found.kind === "refused") {
      return this.#respond(transaction, request, createRefusal(request, refusal ?? { statusCode: 481 }, toTag));
    }
    if (!this.#listeners.has("call")) return this.#answer(transaction, request, 480);
    const { replaces, joins } = found;
    const media = this.#options.media?.();
    const call = new IncomingCall(this.#core, { transaction, toTag, media, replaces, joins });
    this.#ringing.set(transaction, call);
    transaction.user = { onTerminated: () => this.#ringing.delete(transaction) };
    this.#keep(call);
    this.#listeners.emit("call", call);
  }

  /** An interval that is too short is refused before anything rings. RFC 4028 §9 */
  #timerRefusal(request: SipRequest): RequestRefusal | undefined {
    const { sessionTimer } = this.#core.settings;
    if (sessionTimer === undefined) return undefined;
    const { interval, minimum = leastInterval } = sessionTimer;
    const answer = answerSessionTimer(request, { interval, minimum, refresher: "uac" });
    return answer.kind === "too-small" ? { statusCode: 422, fields: [["Min-SE", String(answer.minimum)]] } : undefined;
  }

  #receiveMessage(transaction: ServerTransaction, request: SipRequest): void {
    const text = new IncomingText(request, (statusCode, reason) =>
      this.#answer(transaction, request, statusCode, reason),
    );
    if (!this.#listeners.emit("message", text)) text.reject(480);
    text.accept();
  }

  #receiveRefer(transaction: ServerTransaction, request: SipRequest): void {
    const skeleton = createResponse(request, 202, { toTag: this.#core.createTag() }).build();
    const dialog = Dialog.ofServer(request, skeleton, transaction.connection.transport.isSecure);
    const usage = new ReferDialog(this.#core, dialog, (refer) => {
      if (!this.#listeners.emit("refer", refer)) refer.reject();
    });
    usage.begin(transaction);
  }

  #mediaOf({ sdp, media }: InviteOptions): CallMedia | undefined {
    if (media !== undefined) return media;
    return sdp === undefined ? this.#options.media?.() : new DescribedMedia(sdp);
  }

  #keep(call: Call): void {
    this.#calls.add(call);
    call.on("ended", () => this.#calls.delete(call));
  }

  #refuse(transaction: ServerTransaction, request: SipRequest, refusal: RequestRefusal): void {
    if (transaction.lastStatusCode >= 200) return;
    this.#respond(transaction, request, createRefusal(request, refusal, this.#core.createTag()));
  }

  #answer(transaction: ServerTransaction, request: SipRequest, statusCode: number, reason?: string): void {
    this.#respond(transaction, request, createResponse(request, statusCode, { reason, toTag: this.#core.createTag() }));
  }

  #respond(transaction: ServerTransaction, request: SipRequest, draft: ResponseBuilder): void {
    this.#core.completeResponse(draft, request, transaction.connection);
    transaction.respond(draft.build());
  }
}
