import type { DigestServer } from "../../../auth/server/digest-server.js";
import { andThen, type SyncOrPromise } from "../../../auth/users/sync-or-promise.js";
import type { Clock } from "../../../clock/clock.js";
import { systemClock } from "../../../clock/system-clock.js";
import { isEngineError } from "../../../errors/engine-error.js";
import { silentLogger, type Logger } from "../../../log/logger.js";
import { createResponse } from "../../../message/create-response.js";
import type { SipRequest } from "../../../message/sip-request.js";
import type { SipResponse } from "../../../message/sip-response.js";
import type { RandomSource } from "../../../random/random-source.js";
import { systemRandom } from "../../../random/system-random.js";
import { addressOfRecordKey } from "../../../uri/address-of-record-key.js";
import type { Uri } from "../../../uri/uri.js";
import { checkCredentials } from "../../exchange/check-credentials.js";
import { ExpiryAlarm } from "../../exchange/expiry-alarm.js";
import { KeyedSequence } from "../../exchange/keyed-sequence.js";
import { applyPublish, type PublishRejection, type PublishRequest } from "./apply-publish.js";
import { MemoryPublicationStore, type PublicationRecord, type PublicationStore } from "./publication-store.js";

/** A package that states are taken for. */
export interface PublishedPackage {
  readonly name: string;
  /** Types of bodies; others get 415. */
  readonly contentTypes: readonly string[];
  /** Seconds where the request names none; 3600. */
  readonly defaultExpires?: number;
  /** Less is answered with 423; 60. */
  readonly minExpires?: number;
  /** More is shortened; 86400. */
  readonly maxExpires?: number;
}

/** What a compositor is made of. */
export interface CompositorOptions {
  readonly packages: readonly PublishedPackage[];
  /** Whether the state of that resource is kept here: 404 otherwise. */
  readonly serves: (resource: Uri) => SyncOrPromise<boolean>;
  readonly store?: PublicationStore;
  readonly authentication?: Pick<DigestServer, "verify">;
  /** May that user publish for that resource? Everybody who proved who they are, when left out. */
  readonly mayPublish?: (username: string, resource: Uri) => SyncOrPromise<boolean>;
  /** Hears of each change of what is published, also of the end of a state: time to notify. */
  readonly onChange?: (record: PublicationRecord) => void;
  readonly clock?: Clock;
  readonly random?: RandomSource;
  readonly log?: Logger;
}

type Change = { readonly record: PublicationRecord; readonly entityTag?: string; readonly expires?: number };

const mostAttempts = 5;
/** A key holds no line end otherwise. */
const separator = "\n";

/** The event state compositor: takes PUBLISH, keeps what was published until it ends. It never sends. RFC 3903 §6 */
export class Compositor {
  readonly #options: CompositorOptions;
  readonly #packages: ReadonlyMap<string, PublishedPackage>;
  readonly #clock: Clock;
  readonly #random: RandomSource;
  readonly #store: PublicationStore;
  readonly #sequence = new KeyedSequence();
  readonly #alarm: ExpiryAlarm;

  constructor(options: CompositorOptions) {
    const { clock = systemClock, random = systemRandom } = options;
    this.#options = options;
    this.#packages = new Map(options.packages.map((each) => [each.name, each]));
    this.#clock = clock;
    this.#random = random;
    this.#store = options.store ?? new MemoryPublicationStore();
    this.#alarm = new ExpiryAlarm(clock, (key) => this.#expire(key));
  }

  /** The answer to a PUBLISH; never fails. */
  receivePublish(request: SipRequest): SyncOrPromise<SipResponse> {
    const fail = (error: unknown): SipResponse => this.#failure(request, error);
    try {
      const answer = this.#receive(request);
      return answer instanceof Promise ? answer.catch(fail) : answer;
    } catch (error) {
      return fail(error);
    }
  }

  /** What is published for a resource and has not ended. */
  published(resource: Uri, event: string): SyncOrPromise<PublicationRecord | undefined> {
    const key = addressOfRecordKey(resource) + separator + event;
    return andThen(this.#store.read(key), (record) => record && withoutEnded(record, this.#clock.now()));
  }

  /** Stops all timers. */
  close(): void {
    this.#alarm.close();
  }

  /** The steps of RFC 3903 §6, in order. */
  #receive(request: SipRequest): SyncOrPromise<SipResponse> {
    const resource = request.requestUri;
    return andThen(this.#options.serves(resource), (serves) => {
      if (!serves) return this.#answer(request, 404);
      const event = request.get("Event");
      const support = event && this.#packages.get(event.eventType);
      if (support === undefined) {
        return this.#answer(request, 489, ["Allow-Events", [...this.#packages.keys()].join(", ")]);
      }
      return andThen(checkCredentials(this.#options.authentication, request), (credentials) => {
        if (credentials.kind === "refused") {
          const fields = credentials.challenges.map(({ name, value }): [string, string] => [name, value]);
          return this.#answer(request, credentials.statusCode, ...fields);
        }
        return andThen(this.#isAllowed(credentials.username, resource), (isAllowed) =>
          isAllowed ? this.#publish(request, support) : this.#answer(request, 403),
        );
      });
    });
  }

  #isAllowed(username: string | undefined, resource: Uri): SyncOrPromise<boolean> {
    return username === undefined ? true : (this.#options.mayPublish?.(username, resource) ?? true);
  }

  #publish(request: SipRequest, support: PublishedPackage): SyncOrPromise<SipResponse> {
    const resource = addressOfRecordKey(request.requestUri);
    const publish: PublishRequest = {
      key: resource + separator + support.name,
      resource,
      entityTag: request.get("SIP-If-Match"),
      expires: request.get("Expires"),
      body: request.body,
      contentType: request.get("Content-Type"),
    };
    const newTag = this.#random.token(64);
    let rejection: PublishRejection | undefined;
    const make = (record: PublicationRecord | undefined): Change | undefined => {
      const result = applyPublish(record, publish, { support, newTag, now: this.#clock.now() });
      rejection = result.kind === "rejected" ? result : undefined;
      return result.kind === "rejected" ? undefined : result;
    };
    return andThen(
      this.#sequence.run(publish.key, () => this.#change(publish.key, make)),
      (change) => {
        if (rejection !== undefined) return this.#reject(request, rejection, support);
        if (change === undefined) return this.#answer(request, 500);
        const expires = String(change.expires ?? 0);
        return this.#answer(request, 200, ["SIP-ETag", newTag], ["Expires", expires]);
      },
    );
  }

  #reject(request: SipRequest, { statusCode, minExpires }: PublishRejection, support: PublishedPackage): SipResponse {
    if (minExpires !== undefined) return this.#answer(request, statusCode, ["Min-Expires", String(minExpires)]);
    if (statusCode === 415) return this.#answer(request, 415, ["Accept", support.contentTypes.join(", ")]);
    return this.#answer(request, statusCode);
  }

  #answer(request: SipRequest, statusCode: number, ...fields: readonly (readonly [string, string])[]): SipResponse {
    const response = createResponse(request, statusCode, { toTag: this.#random.token(64) });
    for (const [name, value] of fields) response.addText(name, value);
    return response.build();
  }

  #failure(request: SipRequest, error: unknown): SipResponse {
    const statusCode = isEngineError(error) ? (error.statusCode ?? 500) : 500;
    const { log = silentLogger } = this.#options;
    if (statusCode >= 500) log.error({ error, callId: request.callId }, "a PUBLISH could not be handled");
    return this.#answer(request, statusCode);
  }

  #change(
    key: string,
    make: (record: PublicationRecord | undefined) => Change | undefined,
    attempt = 1,
  ): SyncOrPromise<Change | undefined> {
    return andThen(this.#store.read(key), (before): SyncOrPromise<Change | undefined> => {
      const change = make(before);
      if (change === undefined) return undefined;
      return andThen(this.#store.replace(change.record, before?.revision ?? 0), (isWritten) => {
        if (!isWritten) return attempt < mostAttempts ? this.#change(key, make, attempt + 1) : undefined;
        this.#settle(change.record);
        return change;
      });
    });
  }

  #settle(record: PublicationRecord): void {
    const times = record.states.map(({ expiresAt }) => expiresAt);
    this.#alarm.set(record.key, times.length === 0 ? undefined : Math.min(...times));
    try {
      this.#options.onChange?.(record);
    } catch (error) {
      (this.#options.log ?? silentLogger).error({ error, key: record.key }, "a listener of the compositor failed");
    }
  }

  #expire(key: string): void {
    const now = this.#clock.now();
    const make = (record: PublicationRecord | undefined): Change | undefined => {
      const left = record && withoutEnded(record, now);
      if (record === undefined || left === undefined || left.states.length === record.states.length) return undefined;
      return { record: { ...left, revision: record.revision + 1 } };
    };
    const fail = (error: unknown): void => {
      (this.#options.log ?? silentLogger).error({ error, key }, "published states could not be removed");
    };
    try {
      const done = this.#sequence.run(key, () => this.#change(key, make));
      if (done instanceof Promise) done.catch(fail);
    } catch (error) {
      fail(error);
    }
  }
}

function withoutEnded(record: PublicationRecord, now: number): PublicationRecord {
  return { ...record, states: record.states.filter(({ expiresAt }) => expiresAt > now) };
}
