import type { SipApplicationSession, SipSession } from "../api/object-model.js";
import type { ServletClass } from "../api/servlet-class.js";
import { SipSessionsUtil } from "../api/sip-sessions-util.js";
import type { ApplicationInjector, BeanToken } from "../di/application-injector.js";
import type { DeployedApplication } from "../dispatch/deployed-application.js";
import { existingUsage } from "../message/session-usage.js";
import { ContainerSipSession } from "../session/container-sip-session.js";
import { requireText } from "../errors/require-text.js";
import type { SessionRegistry } from "../session/session-registry.js";
import { currentApplicationSession } from "./session-scopes.js";

/** Finds the application sessions of one application (JSR 289 §6.3). */
export class ContainerSipSessionsUtil extends SipSessionsUtil {
  readonly #application: DeployedApplication;
  readonly #registry: SessionRegistry;
  readonly #injector: ApplicationInjector;

  constructor(application: DeployedApplication, registry: SessionRegistry, injector: ApplicationInjector) {
    super();
    this.#application = application;
    this.#registry = registry;
    this.#injector = injector;
  }

  getApplicationSessionById(id: string): SipApplicationSession | undefined {
    const session = this.#registry.table.findById(requireText(id, "id"));
    return session?.applicationName === this.#application.name ? session : undefined;
  }

  getApplicationSessionByKey(key: string, create: true): SipApplicationSession;
  getApplicationSessionByKey(key: string, create: boolean): SipApplicationSession | undefined;
  getApplicationSessionByKey(key: string, create: boolean): SipApplicationSession | undefined {
    requireText(key, "key");
    if (create) return this.#registry.applicationSession(this.#application, key);
    return this.#registry.table.findByKey(this.#application.name, key);
  }

  getCorrespondingSipSession(session: SipSession, headerName: string): SipSession | undefined {
    const kind = requireText(headerName, "header name").toLowerCase();
    if (!(session instanceof ContainerSipSession) || (kind !== "join" && kind !== "replaces")) return undefined;
    const corresponding = existingUsage(session)?.corresponding.get(kind);
    return corresponding?.isValid === true ? corresponding : undefined;
  }

  getSipApplicationSessionIds(...parameters: readonly string[]): readonly string[] {
    const { name } = this.#application;
    const [indexKey] = parameters;
    if (parameters.length === 0 || indexKey === undefined) {
      return this.#registry.table.applicationSessions(name).map((each) => each.id);
    }
    return this.#registry.table.findByIndexKey(name, requireText(indexKey, "index key")).map((each) => each.id);
  }

  get currentApplicationSession(): SipApplicationSession | undefined {
    return currentApplicationSession();
  }

  getManagedBean<T extends object>(token: ServletClass<T> | (abstract new (...parameters: never[]) => T)): T {
    return this.#injector.get(token as BeanToken<T>);
  }
}
