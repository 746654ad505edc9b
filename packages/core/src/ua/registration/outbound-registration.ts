import { EngineError } from "../../errors/engine-error.js";
import type { Connection } from "../../transport/transport.js";
import type { SipResponse } from "../../message/sip-response.js";
import { Registration } from "./registration.js";
import type {
  RegistrationFailure,
  RegistrationOptions,
  RegistrationParts,
  RegistrationUser,
} from "./registration-options.js";
import type { RegisteredBinding } from "./registration-snapshot.js";

/** What is registered over several flows. */
export interface OutboundRegistrationOptions extends Omit<RegistrationOptions, "routes" | "outbound" | "snapshot"> {
  /** URN of this user agent, the same after a restart. */
  readonly instanceId: string;
  /** The routes of each flow, edge proxy first; the n-th flow has reg-id n. Two or more where there are (RFC 5626 §4.2). */
  readonly flows: readonly (readonly string[])[];
}

/** Who hears how the flows go. */
export interface OutboundRegistrationUser {
  onRegistered?(binding: RegisteredBinding, flow: Registration, response: SipResponse): void;
  onFailed?(failure: RegistrationFailure, flow: Registration): void;
  onFlowFailed?(error: EngineError | undefined, flow: Registration): void;
  /** No flow is registered any more. */
  onLapsed?(): void;
}

/** Seconds of the shortest wait: when no flow lives, and when some do (RFC 5626 §4.5). */
const baseWithoutFlows = 30;
const baseWithFlows = 90;

/**
 * One address registered over several flows to different edge proxies, so that it stays reachable when one of them fails
 * (RFC 5626 §4.2). A registrar that does not take part gets one plain registration.
 */
export class OutboundRegistration {
  readonly #flows: readonly Registration[];
  readonly #user: OutboundRegistrationUser;
  /** The one flow that stays when outbound is not in force. */
  #only: Registration | undefined;

  /** @throws EngineError `registration.options` */
  constructor(parts: RegistrationParts, options: OutboundRegistrationOptions, user: OutboundRegistrationUser = {}) {
    const { flows, instanceId, ...shared } = options;
    if (flows.length === 0) throw new EngineError("registration.options", { detail: "no flows; name an edge proxy" });
    this.#user = user;
    const backOffBase = (): number => (this.isRegistered ? baseWithFlows : baseWithoutFlows);
    this.#flows = flows.map((routes, index) => {
      const outbound = { instanceId, registrationId: index + 1 };
      return new Registration(parts, { ...shared, routes, outbound, backOffBase }, this.#listener(index));
    });
  }

  get flows(): readonly Registration[] {
    return this.#flows;
  }

  /** Whether any flow is registered. */
  get isRegistered(): boolean {
    return this.#flows.some((flow) => flow.isRegistered);
  }

  /** A registered flow for a request of our own: the first that stands. */
  get liveFlow(): Registration | undefined {
    return this.#flows.find((flow) => flow.connection?.isOpen === true);
  }

  /** Registers all flows, or renews them. */
  register(): void {
    for (const flow of this.#flows) {
      if (this.#only === undefined || this.#only === flow) flow.register();
    }
  }

  /** Removes the bindings of all flows. */
  unregister(): void {
    for (const flow of this.#flows) if (flow.state !== "idle") flow.unregister();
  }

  /** Tells that a stream connection ended. */
  connectionClosed(connection: Connection, error?: EngineError): void {
    for (const flow of this.#flows) flow.connectionClosed(connection, error);
  }

  close(): void {
    for (const flow of this.#flows) flow.close();
  }

  #listener(index: number): RegistrationUser {
    const tell = (told: (flow: Registration) => void): void => {
      const flow = this.#flows[index];
      if (flow !== undefined) told(flow);
    };
    return {
      onRegistered: (binding, response) => tell((flow) => this.#registered(flow, binding, response)),
      onFailed: (failure) => tell((flow) => this.#user.onFailed?.(failure, flow)),
      onFlowFailed: (error) => tell((flow) => this.#user.onFlowFailed?.(error, flow)),
      onLapsed: () => {
        if (!this.isRegistered) this.#user.onLapsed?.();
      },
    };
  }

  /** Without outbound a second flow would be a second binding: the phone would ring twice (RFC 5626 §4.2.1). */
  #registered(flow: Registration, binding: RegisteredBinding, response: SipResponse): void {
    if (binding.isOutbound) this.#only = undefined;
    else if (this.#only === undefined) this.#keepOnly(flow);
    if (this.#only === undefined || this.#only === flow) this.#user.onRegistered?.(binding, flow, response);
    else flow.unregister();
  }

  #keepOnly(kept: Registration): void {
    this.#only = kept;
    for (const flow of this.#flows) if (flow !== kept && flow.state !== "idle") flow.unregister();
  }
}
