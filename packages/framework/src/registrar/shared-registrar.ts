import {
  DigestServer,
  MemoryLocationStore,
  RegistrarCore,
  type BindingChange,
  type LocationRecord,
  type LocationStore,
  type SipRequest,
  type Uri as EngineUri,
} from "@siplet/core";
import { uriOf } from "../address/uris.js";
import type { RegistrationEvent, RegistrationListener } from "../api/registration-listener.js";
import { checkRegistrarOptions } from "./check-registrar-options.js";
import { domainLookUp } from "./domain-look-up.js";
import type { RegistrarAuthentication, RegistrarOptions } from "./registrar-options.js";
import type { RegistrarSurroundings, RegistrarUser } from "./registrar-surroundings.js";
import { registrationEvent } from "./registration-event.js";

const methods = {
  added: "contactAdded",
  refreshed: "contactRefreshed",
  removed: "contactRemoved",
  expired: "contactExpired",
  "flow-closed": "contactRemoved",
} as const satisfies Record<RegistrationEvent["kind"], keyof RegistrationListener>;

/** A registrar and the applications that use it. */
export class SharedRegistrar {
  readonly core: RegistrarCore;
  readonly store: LocationStore;
  readonly surroundings: RegistrarSurroundings;
  readonly #users: Iterable<RegistrarUser>;
  readonly #stopListening: () => void;

  /**
   * @param users the applications that use it, at each time
   * @throws IllegalArgumentError `argument.invalid` for options that cannot work
   */
  constructor(options: RegistrarOptions, surroundings: RegistrarSurroundings, users: Iterable<RegistrarUser>) {
    checkRegistrarOptions(options);
    this.#users = users;
    this.surroundings = surroundings;
    this.store = options.store ?? new MemoryLocationStore();
    this.core = this.#createCore(options);
    this.#stopListening = surroundings.flows.onClosed((token) => this.#flowClosed(token));
  }

  /** Ends it: nobody uses it any more. What its store keeps stays there. */
  close(): void {
    this.#stopListening();
    this.core.close();
  }

  #createCore(options: RegistrarOptions): RegistrarCore {
    const { clock, random, log, flows, gruuKey } = this.surroundings;
    const { domains, authentication, authorize, isKnown, serviceRoutes } = options;
    return new RegistrarCore({
      ...options,
      clock,
      random,
      log,
      gruuKey,
      store: this.store,
      domains: domainLookUp(options, (host) => this.surroundings.isOwnHost(host)),
      authentication: authentication && this.#createServer(authentication, domains),
      mayRegister: authorize && ((username, address, request) => authorize(attemptOf(username, address, request))),
      isKnown: isKnown && ((address) => isKnown(uriOf(address))),
      serviceRoutes: serviceRoutes && ((address) => routesFor(serviceRoutes, address)),
      flowOf: (connection) => flows.create(connection),
      onChange: (change, record) => this.#tell(change, record),
    });
  }

  #createServer({ users, realm, algorithms }: RegistrarAuthentication, domains: readonly string[] = []): DigestServer {
    const { clock, random, log } = this.surroundings;
    return new DigestServer({ users, realm: realm ?? domains[0] ?? "siplet", algorithms, clock, random, log });
  }

  #flowClosed(token: string): void {
    const fail = (error: unknown): void => {
      this.surroundings.log.error({ error }, "contacts of a closed connection could not be removed");
    };
    try {
      const done = this.core.flowClosed(token);
      if (done instanceof Promise) done.catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  #tell(change: BindingChange, record: LocationRecord): void {
    const listeners = [...this.#users].flatMap((user) => user.listeners);
    if (listeners.length === 0) return;
    const event = registrationEvent(change, record);
    for (const listener of listeners) this.#tellOne(listener, event);
  }

  /** A listener that fails harms nobody else. */
  #tellOne(listener: RegistrationListener, event: RegistrationEvent): void {
    const method = methods[event.kind];
    const report = (error: unknown): void => {
      const name = `${listener.constructor.name}.${method}`;
      this.surroundings.log.error({ error, listener: name }, "a listener threw; the registrar goes on");
    };
    try {
      const result = listener[method]?.(event);
      if (result instanceof Promise) result.catch(report);
    } catch (error) {
      report(error);
    }
  }
}

function attemptOf(username: string, addressOfRecord: EngineUri, request: SipRequest) {
  const from = request.get("From")?.uri ?? addressOfRecord;
  return { username, addressOfRecord: uriOf(addressOfRecord), from: uriOf(from) };
}

function routesFor(routes: NonNullable<RegistrarOptions["serviceRoutes"]>, address: EngineUri): readonly string[] {
  return typeof routes === "function" ? routes(uriOf(address)) : routes;
}
