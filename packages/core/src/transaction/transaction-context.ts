import type { Clock } from "../clock/clock.js";
import type { EngineError } from "../errors/engine-error.js";
import type { Logger } from "../log/logger.js";
import type { SipRequest } from "../message/sip-request.js";
import type { SipResponse } from "../message/sip-response.js";
import type { Connection } from "../transport/transport.js";
import type { TimerValues } from "./timer-values.js";

/** Told once what became of a send. */
export type SendCallback = (error?: EngineError) => void;

/** The part of the transport layer that a transaction uses. */
export interface MessageSender {
  send(message: SipRequest | SipResponse, connection: Connection, done?: SendCallback): Uint8Array;
  resend(bytes: Uint8Array, connection: Connection, done?: SendCallback): void;
  responseConnection(request: SipRequest, connection: Connection): Connection;
}

/** What all transactions of an element share. */
export interface TransactionContext<Transaction> {
  readonly clock: Clock;
  readonly timers: TimerValues;
  readonly sender: MessageSender;
  readonly log: Logger;
  /** Takes the transaction out of the table. */
  onTerminated(transaction: Transaction): void;
}
