import type { DigestClient } from "../../../auth/client/digest-client.js";
import type { Clock } from "../../../clock/clock.js";
import type { DialogSnapshot } from "../../../dialog/dialog-snapshot.js";
import type { Logger } from "../../../log/logger.js";
import type { HeaderField } from "../../../message/header-field.js";
import type { RandomSource } from "../../../random/random-source.js";
import type { SendRequestOptions } from "../../../transaction/sent-request.js";
import type { TimerValues } from "../../../transaction/timer-values.js";
import type { SenderPort } from "../../exchange/client-exchange.js";
import type { SubscriptionStage } from "./subscription-table.js";

/** What subscriptions need, on either side. */
export interface EventParts {
  readonly sender: SenderPort;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Timer N is 64·T1. */
  readonly timers: TimerValues;
  readonly digest?: DigestClient;
  readonly log?: Logger;
}

/** What is subscribed to. */
export interface SubscriptionOptions {
  /** The resource: Request-URI and To. */
  readonly resource: string;
  /** Who subscribes. */
  readonly from: string;
  /** Event with its `id`: `presence`, `dialog;id=7`. */
  readonly event: string;
  /** Seconds to ask for; 3600. 0 fetches the state once. */
  readonly expires?: number;
  /** Types of bodies that are understood; any when left out. */
  readonly accept?: readonly string[];
  /** Routes, in order: outbound proxy, Service-Route. */
  readonly routes?: readonly string[];
  /** Our Contact (a GRUU); made of the connection when left out. */
  readonly contact?: string;
  /** More header fields for each SUBSCRIBE. */
  readonly fields?: readonly HeaderField[];
  /** How it is sent: over which flow. */
  readonly send?: SendRequestOptions;
}

/** An established subscription as plain data. */
export interface SubscriptionSnapshot {
  readonly version: 1;
  readonly stage: SubscriptionStage;
  readonly dialog: DialogSnapshot;
  /** When it ends, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** Seconds asked for. */
  readonly expires: number;
}
