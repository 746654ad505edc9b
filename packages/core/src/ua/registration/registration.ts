// Above 300 lines: one machine, whose requests, verdicts, timers and table stand in files of their own already.
import type { EngineError } from "../../errors/engine-error.js";
import type { Contact } from "../../headers/contact.js";
import { silentLogger } from "../../log/logger.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { SipResponse } from "../../message/sip-response.js";
import { StateMachine } from "../../transaction/state-machine.js";
import type { SendRequestOptions } from "../../transaction/sent-request.js";
import { isSameFlow } from "../../transport/flow/flow-table.js";
import type { Connection } from "../../transport/transport.js";
import { BackOff } from "../exchange/back-off.js";
import type { ExchangeOutcome } from "../exchange/client-exchange.js";
import { retryAfterOf } from "../exchange/lenient-fields.js";
import { refreshDelay, timerDelay } from "../exchange/refresh-delay.js";
import { checkRegistrationOptions, defaultRegistrationExpires } from "./check-registration-options.js";
import { RestartableTimer } from "../exchange/restartable-timer.js";
import { FlowWatch } from "./flow-watch.js";
import { contactsOf, ownContact } from "./own-contact.js";
import { readBinding } from "./read-binding.js";
import { RegisterRequests } from "./register-requests.js";
import { judgeRegister } from "./register-verdict.js";
import type { RegistrationOptions, RegistrationParts, RegistrationUser } from "./registration-options.js";
import type { RegisteredBinding, RegistrationSnapshot } from "./registration-snapshot.js";
import {
  registrationTable,
  type RegistrationAction,
  type RegistrationEvent,
  type RegistrationState,
} from "./registration-table.js";

/** 423 and 439 are followed so often before a plain answer has to come. */
const mostAmendments = 4;

/** What is told of the contacts that a registrar knows. */
export type QueryCallback = (contacts: readonly Contact[], outcome: ExchangeOutcome) => void;

/**
 * A binding at a registrar that keeps itself alive: registers, renews in time, answers challenges, tries again after
 * failures, and removes itself. One flow of RFC 5626 when asked to be. RFC 3261 §10.2
 */
export class Registration extends StateMachine<
  RegistrationState,
  RegistrationEvent,
  RegistrationAction,
  ExchangeOutcome
> {
  readonly #parts: RegistrationParts;
  readonly #options: RegistrationOptions;
  readonly #user: RegistrationUser;
  readonly #requests: RegisterRequests;
  readonly #backOff: BackOff;
  readonly #flow: FlowWatch;
  #expires: number;
  #wantsOutbound: boolean;
  #removesAll = false;
  #amendments = 0;
  #binding: RegisteredBinding | undefined;
  /** The Contact of the last REGISTER, as it left. */
  #contact: Contact | undefined;
  /** Until the next REGISTER: refresh or back-off. */
  readonly #dueTimer: RestartableTimer;
  /** Until the binding ends at the registrar. */
  readonly #lapseTimer: RestartableTimer;

  /** @throws EngineError `registration.options` */
  constructor(parts: RegistrationParts, options: RegistrationOptions, user: RegistrationUser = {}) {
    super(registrationTable, isAlive(options.snapshot, parts) ? "registered" : "idle");
    checkRegistrationOptions(options);
    this.#parts = parts;
    this.#options = options;
    this.#user = user;
    this.#expires = options.snapshot?.expires ?? options.expires ?? defaultRegistrationExpires;
    this.#wantsOutbound = options.outbound !== undefined;
    this.#requests = new RegisterRequests(parts, options);
    this.#dueTimer = new RestartableTimer(parts.clock, () => this.#due());
    this.#lapseTimer = new RestartableTimer(parts.clock, () => this.#lapse());
    this.#backOff = new BackOff({ random: parts.random, base: options.backOffBase });
    this.#flow = new FlowWatch({
      ...parts,
      savesPower: options.savesPower,
      onFailed: (error) => this.#flowFailed(error),
    });
    if (this.state === "registered" && options.snapshot?.binding !== undefined) this.#keep(options.snapshot.binding);
  }

  /** What was granted; undefined when nothing is, or when it has ended. */
  get binding(): RegisteredBinding | undefined {
    return this.#binding;
  }

  /** Whether the registrar holds a binding of ours, as far as we know. */
  get isRegistered(): boolean {
    return this.#binding !== undefined;
  }

  get callId(): string {
    return this.#requests.callId;
  }

  /** Routes of our own requests outside dialogs (RFC 3608 §6.1). */
  get serviceRoutes(): readonly string[] {
    return this.#binding?.serviceRoutes ?? [];
  }

  /** The flow that was registered, while it stands. */
  get connection(): Connection | undefined {
    return this.isRegistered ? this.#flow.connection : undefined;
  }

  /** Registers, or renews at once. */
  register(): void {
    this.#amendments = 0;
    this.handle("register");
  }

  /** Removes our binding; after a REGISTER under way has its answer (RFC 3261 §10.2.2). */
  unregister(): void {
    this.handle("remove");
  }

  /** Removes all bindings of the address, those of others too: `Contact: *`. */
  unregisterAll(): void {
    this.#removesAll = true;
    this.handle("remove");
  }

  /** Asks what is registered, without a change (RFC 3261 §10.2.3). */
  query(done: QueryCallback): void {
    this.#requests.send({
      complete: () => {},
      options: this.#sendOptions(),
      onOutcome: (outcome) => done(outcome.response?.isSuccess ? contactsOf(outcome.response) : [], outcome),
    });
  }

  /** Tells that a stream connection ended: if it was our flow, it is set up again (RFC 5626 §4.2). */
  connectionClosed(connection: Connection, error?: EngineError): void {
    const own = this.#flow.connection;
    if (own !== undefined && isSameFlow(own, connection)) this.#flowFailed(error);
  }

  /** A request over the flow was answered with 430 (RFC 5626 §4.5). */
  reportFlowFailed(): void {
    this.#flowFailed(undefined);
  }

  /** Stops all timers and forgets what is under way; the binding at the registrar ends by itself. */
  close(): void {
    this.#stopTimers();
    this.#flow.stop();
    this.#requests.close();
  }

  snapshot(): RegistrationSnapshot {
    const { callId, fromTag, sequenceNumber, digest } = this.#requests;
    const [expires, binding] = [this.#expires, this.#binding];
    return { version: 1, callId, fromTag, sequenceNumber, expires, binding, digest: digest?.snapshot() };
  }

  protected override run(action: RegistrationAction, outcome: ExchangeOutcome | undefined): void {
    switch (action) {
      case "send":
        return this.#send();
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
      case "rebuild":
        return this.#flow.drop();
    }
  }

  protected override onActionFailed(error: unknown): void {
    (this.#parts.log ?? silentLogger).error({ error, callId: this.callId }, "a registration or its user failed");
  }

  #send(): void {
    this.#dueTimer.stop();
    this.#requests.send({
      complete: (draft) => this.#complete(draft),
      options: { ...this.#sendOptions(), onConnection: (request, connection) => this.#addContact(request, connection) },
      onOutcome: (outcome) => this.#judge(outcome),
    });
  }

  #complete(draft: RequestBuilder): void {
    const { outbound, instanceId } = this.#options;
    const tags = ["path"];
    if (this.#wantsOutbound) tags.push("outbound");
    if (outbound !== undefined || instanceId !== undefined) tags.push("gruu");
    draft.addText("Expires", String(this.#expires)).addText("Supported", tags.join(", "));
  }

  #addContact(request: RequestBuilder, connection: Connection): void {
    const [options, expires, isOutbound] = [this.#options, this.#expires, this.#wantsOutbound];
    this.#contact = ownContact(connection, { options, expires, isOutbound });
    request.set("Contact", this.#contact);
  }

  #sendOptions(): SendRequestOptions {
    const flow = this.#flow.connection;
    const { listener: from } = this.#options;
    return flow?.isOpen && this.#binding?.isOutbound ? { from, connection: flow } : { from };
  }

  #judge(outcome: ExchangeOutcome): void {
    const verdict = judgeRegister(outcome, this.#expires, this.#wantsOutbound);
    if (verdict.kind === "longer" || verdict.kind === "plain") {
      if (++this.#amendments > mostAmendments) return this.handle("refused", outcome);
      if (verdict.kind === "longer") this.#expires = verdict.expires;
      else this.#wantsOutbound = false;
      return this.handle("amended", outcome);
    }
    if (verdict.kind !== "granted") return this.handle(verdict.kind, outcome);
    this.handle(this.#read(outcome) === undefined ? "failed" : "granted", outcome);
  }

  #read({ response }: ExchangeOutcome): RegisteredBinding | undefined {
    if (response === undefined || this.#contact === undefined) return undefined;
    const [expires, isOutbound] = [this.#expires, this.#wantsOutbound];
    return readBinding(response, { contact: this.#contact, expires, isOutbound, now: this.#parts.clock.now() });
  }

  #record(outcome: ExchangeOutcome | undefined): void {
    const binding = outcome && this.#read(outcome);
    if (outcome?.response === undefined || binding === undefined) return;
    this.#amendments = 0;
    this.#backOff.reset();
    this.#keep(binding);
    if (outcome.connection !== undefined) this.#flow.watch(outcome.connection, this.#pings(binding), binding.flowTimer);
    this.#user.onRegistered?.(binding, outcome.response);
  }

  #pings({ isOutbound }: RegisteredBinding): boolean {
    return isOutbound || (this.#options.keepsAlive ?? false);
  }

  #keep(binding: RegisteredBinding): void {
    this.#stopTimers();
    this.#binding = binding;
    const left = Math.max(0, binding.expiresAt - this.#parts.clock.now());
    const elapsed = binding.expires * 1000 - left;
    this.#dueTimer.start(Math.max(0, refreshDelay(binding.expires) - elapsed));
    this.#lapseTimer.start(left);
  }

  #waitAfter(outcome: ExchangeOutcome | undefined): void {
    if (outcome?.response === undefined) this.#flow.drop();
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

  #sendRemoval(): void {
    this.#stopTimers();
    const all = this.#removesAll;
    this.#removesAll = false;
    const onConnection = (request: RequestBuilder, connection: Connection): void => {
      const parts = { options: this.#options, expires: 0, isOutbound: this.#wantsOutbound };
      request.set("Contact", all ? "*" : ownContact(connection, parts));
    };
    this.#requests.send({
      complete: (draft) => void draft.addText("Expires", "0").addText("Supported", "path"),
      options: { ...this.#sendOptions(), onConnection },
      onOutcome: (outcome) => this.handle("removed", outcome),
    });
  }

  #clear(outcome: ExchangeOutcome | undefined): void {
    this.#binding = undefined;
    this.#removesAll = false;
    this.#flow.stop();
    this.#backOff.reset();
    const response: SipResponse | undefined = outcome?.response;
    this.#user.onUnregistered?.(response?.isSuccess ? response : undefined);
  }

  #due(): void {
    this.#amendments = 0;
    this.handle("due");
  }

  /** The binding has ended at the registrar, whatever we are doing about it: its GRUUs and routes serve no more. */
  #lapse(): void {
    const left = (this.#binding?.expiresAt ?? 0) - this.#parts.clock.now();
    if (left > 0) return this.#lapseTimer.start(left);
    this.#binding = undefined;
    this.#user.onLapsed?.();
  }

  #flowFailed(error: EngineError | undefined): void {
    if (!this.knows("flowFailed")) return this.#flow.drop();
    try {
      this.#user.onFlowFailed?.(error);
    } finally {
      this.handle("flowFailed");
    }
  }

  #stopTimers(): void {
    this.#dueTimer.stop();
    this.#lapseTimer.stop();
  }
}

function isAlive(snapshot: RegistrationSnapshot | undefined, { clock }: RegistrationParts): boolean {
  return (snapshot?.binding?.expiresAt ?? 0) > clock.now();
}
