import type { DigestClientSession } from "../../auth/client/digest-client-session.js";
import { RequestBuilder } from "../../message/request-builder.js";
import { parseUri } from "../../uri/parse-uri.js";
import { SipUri } from "../../uri/sip-uri.js";
import { ClientExchange, type ExchangeOutcome } from "../exchange/client-exchange.js";
import type { SendRequestOptions } from "../../transaction/sent-request.js";
import type { RegistrationOptions, RegistrationParts } from "./registration-options.js";

/** One REGISTER that is to be sent. */
export interface RegisterPlan {
  /** Adds what is known before a connection is chosen. */
  readonly complete: (draft: RequestBuilder) => void;
  readonly options: SendRequestOptions;
  readonly onOutcome: (outcome: ExchangeOutcome) => void;
}

const defaultRandomBits = 128;

/** All REGISTERs of one registration: one Call-ID, rising numbers, one at a time (RFC 3261 §10.2, §10.2.4). */
export class RegisterRequests {
  readonly callId: string;
  readonly fromTag: string;
  readonly digest: DigestClientSession | undefined;
  readonly #parts: RegistrationParts;
  readonly #options: RegistrationOptions;
  readonly #registrar: string;
  readonly #waiting: RegisterPlan[] = [];
  #running: ClientExchange | undefined;
  #sequenceNumber: number;

  constructor(parts: RegistrationParts, options: RegistrationOptions) {
    const { snapshot } = options;
    this.#parts = parts;
    this.#options = options;
    this.callId = snapshot?.callId ?? parts.random.token(defaultRandomBits);
    this.fromTag = snapshot?.fromTag ?? parts.random.token(defaultRandomBits / 2);
    this.digest = parts.digest?.createSession(snapshot?.digest);
    this.#sequenceNumber = snapshot?.sequenceNumber ?? 0;
    this.#registrar = String(options.registrar ?? registrarOf(options.addressOfRecord));
  }

  get sequenceNumber(): number {
    return this.#sequenceNumber;
  }

  /** Sends it when those before it have their final answers. */
  send(plan: RegisterPlan): void {
    this.#waiting.push(plan);
    if (this.#running === undefined) this.#next();
  }

  /** Waits for nothing any more. */
  close(): void {
    this.#running?.abandon();
    this.#running = undefined;
    this.#waiting.length = 0;
  }

  #next(): void {
    const plan = this.#waiting.shift();
    if (plan === undefined) return;
    const { sender, log } = this.#parts;
    this.#running = new ClientExchange(
      { sender, log, digest: this.digest },
      {
        draft: () => this.#draft(plan),
        options: plan.options,
        onOutcome: (outcome) => this.#finish(plan, outcome),
      },
    );
    this.#running.start();
  }

  #finish(plan: RegisterPlan, outcome: ExchangeOutcome): void {
    this.#running = undefined;
    try {
      plan.onOutcome(outcome);
    } finally {
      if (this.#running === undefined) this.#next();
    }
  }

  #draft(plan: RegisterPlan): RequestBuilder {
    const { addressOfRecord, from = addressOfRecord, routes = [], fields = [] } = this.#options;
    const draft = new RequestBuilder("REGISTER", this.#registrar);
    for (const route of routes) draft.addText("Route", route);
    draft.addText("From", `<${from}>;tag=${this.fromTag}`).addText("To", `<${addressOfRecord}>`);
    draft.addText("Call-ID", this.callId).addText("CSeq", `${++this.#sequenceNumber} REGISTER`);
    draft.addText("Max-Forwards", "70").addFields(fields);
    plan.complete(draft);
    return draft;
  }
}

/** The domain of an address, without user (RFC 3261 §10.2). */
function registrarOf(addressOfRecord: string): string {
  const uri = parseUri(addressOfRecord);
  return uri.kind === "sip"
    ? String(SipUri.create({ scheme: uri.scheme, host: uri.host, port: uri.port }))
    : addressOfRecord;
}
