import type { DigestClient } from "../../auth/client/digest-client.js";
import type { Clock } from "../../clock/clock.js";
import type { EngineError } from "../../errors/engine-error.js";
import type { Contact } from "../../headers/contact.js";
import type { Logger } from "../../log/logger.js";
import type { HeaderField } from "../../message/header-field.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { RandomSource } from "../../random/random-source.js";
import type { Transport } from "../../transport/transport.js";
import type { Uri } from "../../uri/uri.js";
import type { SenderPort } from "../exchange/client-exchange.js";
import type { RegisteredBinding, RegistrationSnapshot } from "./registration-snapshot.js";

/** What a registration needs. */
export interface RegistrationParts {
  readonly sender: SenderPort;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Answers challenges; without it 401 and 407 are final. */
  readonly digest?: DigestClient;
  readonly log?: Logger;
}

/** One flow of several (RFC 5626 §4.2). */
export interface OutboundFlow {
  /** URN of this user agent, the same after a restart: `urn:uuid:…`. */
  readonly instanceId: string;
  /** 1 for the first flow; the same for the same flow after a restart. */
  readonly registrationId: number;
}

/** What is registered, and where. */
export interface RegistrationOptions {
  /** The domain: Request-URI of REGISTER. Made of the host of the address-of-record when left out. */
  readonly registrar?: Uri | string;
  /** The address that is registered: To, and From unless somebody else registers it. */
  readonly addressOfRecord: string;
  /** Who registers, when it is not the address itself (RFC 3261 §10.2). */
  readonly from?: string;
  /** Where we are reached; made of the connection and the user of the address-of-record when left out. */
  readonly contact?: Contact | string;
  /** Parameters of the Contact: capabilities (RFC 3840), `q`. */
  readonly contactParameters?: Readonly<Record<string, string | number | true>>;
  /** Seconds to ask for; 3600. */
  readonly expires?: number;
  /** Routes of REGISTER, in order: outbound proxy, edge proxy (`<sip:edge.example.com;lr>`). */
  readonly routes?: readonly string[];
  /** Registers as one of several flows; asks for GRUUs. */
  readonly outbound?: OutboundFlow;
  /** URN of this user agent without outbound: asks for GRUUs (RFC 5627 §4.1). */
  readonly instanceId?: string;
  /** Pings the connection although outbound is not in force: for peers known to answer. */
  readonly keepsAlive?: boolean;
  /** Pings as seldom as allowed. */
  readonly savesPower?: boolean;
  /** More header fields for each REGISTER. */
  readonly fields?: readonly HeaderField[];
  /** The listener to leave from. */
  readonly listener?: Transport;
  /** Shortest wait after a failure before it doubles, in seconds; asked each time. 30 s (RFC 5626 §4.5). */
  readonly backOffBase?: () => number;
  /** Goes on where another engine, or this one before a restart, stopped. */
  readonly snapshot?: RegistrationSnapshot;
}

/** Why a REGISTER failed. */
export interface RegistrationFailure {
  readonly statusCode: number;
  readonly response: SipResponse | undefined;
  readonly error: EngineError | undefined;
  /** Milliseconds until the next try; undefined when there will be none unless asked for. */
  readonly retryIn: number | undefined;
}

/** Who hears how a registration goes. */
export interface RegistrationUser {
  /** The registrar granted or renewed the binding. */
  onRegistered?(binding: RegisteredBinding, response: SipResponse): void;
  /** A REGISTER failed; the binding may still live. */
  onFailed?(failure: RegistrationFailure): void;
  /** The binding ended without having been renewed. */
  onLapsed?(): void;
  /** The binding was removed at our wish; without a response when the registrar did not answer. */
  onUnregistered?(response: SipResponse | undefined): void;
  /** The flow died; it is being set up again (RFC 5626 §4.5). */
  onFlowFailed?(error: EngineError | undefined): void;
}
