import type { SipApplicationSession, SipSession } from "../api/object-model.js";
import type { ServletClass } from "../api/servlet-class.js";
import { SipSessionsUtil } from "../api/sip-sessions-util.js";
import type { ApplicationInjector, BeanToken } from "../di/application-injector.js";
import type { DeployedApplication } from "../dispatch/deployed-application.js";
import { UnsupportedOperationError } from "../errors/unsupported-operation-error.js";
import type { ContainerSipApplicationSession } from "../session/container-sip-application-session.js";
import type { SessionTable } from "../session/session-table.js";
import { currentApplicationSession } from "./session-scopes.js";

/** Finds the application sessions of one application (JSR 289 §6.3). */
export class ContainerSipSessionsUtil extends SipSessionsUtil {
  readonly #application: DeployedApplication;
  readonly #sessions: SessionTable;
  readonly #injector: ApplicationInjector;
  readonly #create: (application: DeployedApplication, key: string) => ContainerSipApplicationSession;

  constructor(
    application: DeployedApplication,
    sessions: SessionTable,
    injector: ApplicationInjector,
    create: (application: DeployedApplication, key: string) => ContainerSipApplicationSession,
  ) {
    super();
    this.#application = application;
    this.#sessions = sessions;
    this.#injector = injector;
    this.#create = create;
  }

  getApplicationSessionById(id: string): SipApplicationSession | undefined {
    const session = this.#sessions.findById(id);
    return session?.applicationName === this.#application.name ? session : undefined;
  }

  getApplicationSessionByKey(key: string, create: true): SipApplicationSession;
  getApplicationSessionByKey(key: string, create: boolean): SipApplicationSession | undefined;
  getApplicationSessionByKey(key: string, create: boolean): SipApplicationSession | undefined {
    return create ? this.#create(this.#application, key) : this.#sessions.findByKey(this.#application.name, key);
  }

  getCorrespondingSipSession(_session: SipSession, headerName: string): SipSession | undefined {
    throw new UnsupportedOperationError("unsupported.operation", { detail: `getCorrespondingSipSession for ${headerName}` });
  }

  getSipApplicationSessionIds(indexKey?: string): readonly string[] {
    const sessions = this.#sessions.applicationSessions(this.#application.name);
    const chosen = indexKey === undefined ? sessions : sessions.filter((each) => each.indexKeys.includes(indexKey));
    return chosen.map((each) => each.id);
  }

  get currentApplicationSession(): SipApplicationSession | undefined {
    return currentApplicationSession();
  }

  getManagedBean<T extends object>(token: ServletClass<T> | (abstract new (...parameters: never[]) => T)): T {
    return this.#injector.get(token as BeanToken<T>);
  }
}
