import { andThen, type SyncOrPromise } from "../../../auth/users/sync-or-promise.js";
import type { Clock } from "../../../clock/clock.js";
import { systemClock } from "../../../clock/system-clock.js";
import { isEngineError } from "../../../errors/engine-error.js";
import { silentLogger } from "../../../log/logger.js";
import { createResponse } from "../../../message/create-response.js";
import type { SipRequest } from "../../../message/sip-request.js";
import type { SipResponse } from "../../../message/sip-response.js";
import type { RandomSource } from "../../../random/random-source.js";
import { systemRandom } from "../../../random/system-random.js";
import { expectKeepAlives } from "../../../transport/keep-alive/ping-interval.js";
import type { Connection } from "../../../transport/transport.js";
import { addressOfRecordKey } from "../../../uri/address-of-record-key.js";
import type { Uri } from "../../../uri/uri.js";
import { ExpiryAlarm } from "../../exchange/expiry-alarm.js";
import { KeyedSequence } from "../../exchange/keyed-sequence.js";
import {
  applyRegister,
  knownInstances,
  type RegisterRejection,
  type RegisterResult,
  type SettledPolicy,
} from "./apply-register.js";
import { BoundFlows } from "./bound-flows.js";
import { liveBindings, type Binding, type LocationRecord } from "./location-record.js";
import { MemoryLocationStore, type LocationStore } from "./location-store.js";
import { lookUp, readQuery, type LookUpOutcome } from "./look-up.js";
import { RegisterChecks } from "./register-checks.js";
import { readRegister, type RegisterRequest } from "./register-request.js";
import { registerResponse } from "./register-response.js";
import { RegistrarDomains } from "./registrar-domains.js";
import type { BindingChange, RegistrarOptions } from "./registrar-options.js";
import { TemporaryGruu } from "./temporary-gruu.js";

/** A change of a record: the new one and what it means, or why there is none. */
type Change = { readonly record: LocationRecord; readonly changes: readonly BindingChange[] } | undefined;

/** A REGISTER with what is known beside it. */
interface ReceivedRegister {
  readonly request: SipRequest;
  readonly connection: Connection | undefined;
  readonly username: string | undefined;
  /** Tag of all answers. */
  readonly toTag: string;
}

/** One that passed the checks. */
interface CheckedRegister extends Omit<ReceivedRegister, "username"> {
  readonly register: RegisterRequest;
}

/** So often a change is made anew because another registrar was faster. */
const mostAttempts = 5;

/**
 * A registrar and the location service behind it (RFC 3261 §10.3): takes REGISTER, answers where an address is reached. With
 * Path (RFC 3327), Service-Route (3608), outbound (5626) and GRUU (5627). It never sends: who owns it sends its answers.
 */
export class RegistrarCore {
  readonly #options: RegistrarOptions;
  readonly #policy: SettledPolicy;
  readonly #clock: Clock;
  readonly #random: RandomSource;
  readonly #store: LocationStore;
  readonly #checks: RegisterChecks;
  readonly #gruu: TemporaryGruu;
  readonly #sequence = new KeyedSequence();
  readonly #alarm: ExpiryAlarm;
  readonly #domains: RegistrarDomains;
  readonly #flows = new BoundFlows();

  /** @throws EngineError `registration.options` */
  constructor(options: RegistrarOptions) {
    const { clock = systemClock, random = systemRandom } = options;
    this.#options = options;
    this.#policy = settlePolicy(options);
    this.#clock = clock;
    this.#random = random;
    this.#store = options.store ?? new MemoryLocationStore();
    this.#domains = new RegistrarDomains(options.domains);
    this.#checks = new RegisterChecks(options, this.#domains);
    this.#gruu = new TemporaryGruu(options.gruuKey, random);
    this.#alarm = new ExpiryAlarm(clock, (key) => this.#expire(key));
  }

  /** Whether a URI belongs to one of the domains. */
  serves(uri: Uri): boolean {
    return this.#domains.serves(uri);
  }

  /** How many addresses have bindings that will end, and how many connections carry one. */
  get count(): { readonly addresses: number; readonly flows: number } {
    return { addresses: this.#alarm.size, flows: this.#flows.size };
  }

  /**
   * The answer to a REGISTER. At once unless a store, a user store or a policy has to wait; never fails. `username` is the
   * user whose credentials whoever owns the registrar has checked.
   */
  receiveRegister(request: SipRequest, connection?: Connection, username?: string): SyncOrPromise<SipResponse> {
    const toTag = this.#random.token(64);
    const fail = (error: unknown): SipResponse => this.#failure(request, toTag, error);
    try {
      const answer = this.#receive({ request, connection, username, toTag });
      return answer instanceof Promise ? answer.catch(fail) : answer;
    } catch (error) {
      return fail(error);
    }
  }

  /** Where a request with that Request-URI goes (RFC 3261 §16.5). */
  lookUp(requestUri: Uri): SyncOrPromise<LookUpOutcome> {
    const query = readQuery(this.#domains.canonical(requestUri), this.#gruu);
    if (query.kind === "unknown") return lookUp(undefined, query, 0);
    return andThen(this.#store.read(query.key), (record): SyncOrPromise<LookUpOutcome> => {
      const outcome = lookUp(record, query, this.#clock.now());
      if (outcome.kind === "found" || query.kind === "gruu" || this.#options.isKnown === undefined) return outcome;
      return andThen(this.#options.isKnown(requestUri), (isKnown) =>
        isKnown ? outcome : ({ kind: "missing", statusCode: 404 } as const),
      );
    });
  }

  /** The bindings of an address that have not ended. */
  bindings(addressOfRecord: Uri): SyncOrPromise<readonly Binding[]> {
    const record = this.#store.read(this.#keyOf(addressOfRecord));
    return andThen(record, (found) => liveBindings(found, this.#clock.now()));
  }

  /** Removes bindings without a REGISTER: all of an address, or those that `doomed` picks. */
  remove(addressOfRecord: Uri, doomed: (binding: Binding) => boolean = () => true): SyncOrPromise<void> {
    return this.#removeWhere(this.#keyOf(addressOfRecord), "removed", doomed);
  }

  /** A flow that this element held is gone: its bindings end (RFC 5626 §6). */
  flowClosed(flow: string): SyncOrPromise<void> {
    let done: SyncOrPromise<void> = undefined;
    for (const key of this.#flows.take(flow)) {
      done = andThen(done, () =>
        this.#removeWhere(key, "flow-closed", (binding) => binding.flow === flow && binding.isFlowBound === true),
      );
    }
    return done;
  }

  /** Stops all timers. */
  close(): void {
    this.#alarm.close();
  }

  #keyOf(addressOfRecord: Uri): string {
    return addressOfRecordKey(this.#domains.canonical(addressOfRecord));
  }

  #receive({ request, connection, username, toTag }: ReceivedRegister): SyncOrPromise<SipResponse> {
    const flow = connection && this.#options.flowOf?.(connection);
    const register = readRegister(request, { domains: this.#domains, connection, flow });
    return andThen(this.#checks.check(request, register.addressOfRecord, toTag, username), (check) => {
      if (check.kind === "answered") return check.response.build();
      return this.#sequence.run(register.key, () => this.#register({ request, register, toTag, connection }));
    });
  }

  #register(received: CheckedRegister): SyncOrPromise<SipResponse> {
    const { request, register, toTag } = received;
    let rejection: RegisterRejection | undefined;
    let usesOutbound = false;
    const work = this.#change(register.key, (record) => {
      const result = applyRegister(record, register, this.#policy, this.#clock.now());
      rejection = result.kind === "rejected" ? result : undefined;
      if (result.kind === "rejected") return undefined;
      usesOutbound = result.usesOutbound;
      return result;
    });
    return andThen(work, (change) => {
      if (rejection !== undefined) return this.#reject(request, rejection, toTag);
      if (change === undefined) return createResponse(request, 500, { toTag }).build();
      return this.#accept(received, { record: change.record, usesOutbound });
    });
  }

  #accept(
    { request, register, toTag, connection }: CheckedRegister,
    result: Pick<RegisterResult, "record" | "usesOutbound">,
  ): SipResponse {
    const serviceRoutes = this.#options.serviceRoutes?.(register.addressOfRecord, request) ?? [];
    const gruu = this.#policy.gruu ? this.#gruu : undefined;
    const { flowTimer } = this.#options;
    const takesOutbound = this.#policy.outbound;
    const isKept = result.usesOutbound && register.isFirstHop && flowTimer !== undefined;
    if (isKept && connection !== undefined) expectKeepAlives(connection, flowTimer);
    const now = this.#clock.now();
    const answer = { request, register, result, toTag, now, serviceRoutes, flowTimer, takesOutbound, gruu };
    return registerResponse(answer).build();
  }

  #reject(request: SipRequest, { statusCode, reason, minExpires }: RegisterRejection, toTag: string): SipResponse {
    const response = createResponse(request, statusCode, reason === "" ? { toTag } : { toTag, reason });
    if (minExpires !== undefined) response.addText("Min-Expires", String(minExpires));
    if (statusCode === 421) response.addText("Require", "path");
    return response.build();
  }

  #failure(request: SipRequest, toTag: string, error: unknown): SipResponse {
    const statusCode = isEngineError(error) ? (error.statusCode ?? 500) : 500;
    const { log = silentLogger } = this.#options;
    if (statusCode >= 500) log.error({ error, callId: request.callId }, "a REGISTER could not be handled");
    return createResponse(request, statusCode, { toTag }).build();
  }

  /** Reads, changes and writes a record; anew when another registrar wrote between. Undefined: nothing was changed. */
  #change(key: string, make: (record: LocationRecord | undefined) => Change, attempt = 1): SyncOrPromise<Change> {
    return andThen(this.#store.read(key), (before): SyncOrPromise<Change> => {
      const change = make(before);
      if (change === undefined) return undefined;
      if (change.changes.length === 0) return change;
      return andThen(this.#store.replace(change.record, before?.revision ?? 0), (isWritten) => {
        if (!isWritten) return attempt < mostAttempts ? this.#change(key, make, attempt + 1) : undefined;
        this.#settle(change.record, change.changes);
        return change;
      });
    });
  }

  #settle(record: LocationRecord, changes: readonly BindingChange[]): void {
    const { key, bindings } = record;
    const next = bindings.length === 0 ? undefined : Math.min(...bindings.map(({ expiresAt }) => expiresAt));
    this.#alarm.set(key, next);
    this.#flows.note(record, changes);
    for (const change of changes) this.#tell(change, record);
  }

  #tell(change: BindingChange, record: LocationRecord): void {
    try {
      this.#options.onChange?.(change, record);
    } catch (error) {
      (this.#options.log ?? silentLogger).error({ error, key: change.key }, "a listener of the registrar failed");
    }
  }

  #expire(key: string): void {
    const now = this.#clock.now();
    const fail = (error: unknown): void => {
      (this.#options.log ?? silentLogger).error({ error, key }, "expired bindings could not be removed");
    };
    try {
      const done = this.#removeWhere(key, "expired", (binding) => binding.expiresAt <= now);
      if (done instanceof Promise) done.catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  #removeWhere(key: string, kind: BindingChange["kind"], doomed: (binding: Binding) => boolean): SyncOrPromise<void> {
    const work = this.#sequence.run(key, () => this.#change(key, (record) => withoutBindings(record, kind, doomed)));
    return andThen(work, () => this.#alarmAgain(key));
  }

  /** Nothing ended although the alarm rang: another registrar has renewed it. */
  #alarmAgain(key: string): SyncOrPromise<void> {
    return andThen(this.#store.read(key), (record) => {
      const times = record?.bindings.map(({ expiresAt }) => expiresAt) ?? [];
      this.#alarm.set(key, times.length === 0 ? undefined : Math.min(...times));
    });
  }
}

function withoutBindings(
  record: LocationRecord | undefined,
  kind: BindingChange["kind"],
  doomed: (binding: Binding) => boolean,
): Change {
  const removed = record?.bindings.filter(doomed) ?? [];
  if (record === undefined || removed.length === 0) return undefined;
  const bindings = record.bindings.filter((binding) => !removed.includes(binding));
  const changes = removed.map((binding): BindingChange => ({ kind, key: record.key, binding }));
  const instances = knownInstances(record.instances, bindings);
  return { record: { ...record, revision: record.revision + 1, bindings, instances }, changes };
}

function settlePolicy(options: RegistrarOptions): SettledPolicy {
  return {
    defaultExpires: options.defaultExpires ?? 3600,
    minExpires: options.minExpires ?? 60,
    maxExpires: options.maxExpires ?? 86_400,
    maxBindings: options.maxBindings ?? 100,
    pathWithoutSupport: options.pathWithoutSupport ?? "use",
    outbound: options.outbound ?? true,
    gruu: options.gruu ?? true,
  };
}
