import type { SipApplicationSession } from "../api/object-model.js";
import type { ServletClass } from "../api/servlet-class.js";
import type { SipServletContext } from "../api/sip-servlet-context.js";
import { runInvocation } from "../concurrency/invocation-host.js";
import type { ApplicationInjector } from "../di/application-injector.js";
import type { DeployedApplication } from "../dispatch/deployed-application.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { ContainerSipApplicationSession } from "../session/container-sip-application-session.js";
import type { SessionRegistry } from "../session/session-registry.js";
import type { Awaitable } from "../spi/awaitable.js";
import type { ConvergedApplication } from "../spi/http-bridge.js";

/** An application of this container as the HTTP bridge sees it (JSR 289 §13). */
export class ConvergedSide implements ConvergedApplication {
  readonly #application: DeployedApplication;
  readonly #injector: ApplicationInjector;
  readonly #registry: SessionRegistry;

  constructor(application: DeployedApplication, injector: ApplicationInjector, registry: SessionRegistry) {
    this.#application = application;
    this.#injector = injector;
    this.#registry = registry;
  }

  get name(): string {
    return this.#application.name;
  }

  get contextPath(): string {
    return this.#application.model.contextPath;
  }

  get servletContext(): SipServletContext {
    return this.#application.servletContext;
  }

  createApplicationSession(): SipApplicationSession {
    return this.#registry.applicationSession(this.#application);
  }

  getApplicationSession(id: string): SipApplicationSession | undefined {
    return this.#own(this.#registry.table.findById(id));
  }

  createToken(applicationSession: SipApplicationSession): string {
    return this.#registry.createToken(containerSession(applicationSession));
  }

  findByToken(token: string): SipApplicationSession | undefined {
    return this.#own(this.#registry.findByToken(token));
  }

  touch(applicationSession: SipApplicationSession): void {
    containerSession(applicationSession).touch();
  }

  join(applicationSession: SipApplicationSession): void {
    containerSession(applicationSession).joinHttp();
  }

  leave(applicationSession: SipApplicationSession): void {
    const session = containerSession(applicationSession);
    if (!session.isOpen) return;
    const settle = (): void | PromiseLike<void> =>
      runInvocation(this.#application, session, "end of an HTTP session", () => undefined);
    session.queue.enqueue({ run: settle });
  }

  run<T>(
    applicationSession: SipApplicationSession | undefined,
    work: () => Awaitable<T>,
    description = "HTTP request",
  ): Awaitable<T> {
    if (applicationSession === undefined) return work();
    const session = containerSession(applicationSession);
    return new Promise<T>((resolve) => {
      const attempt = async (): Promise<T> => {
        if (session.isOpen) return work();
        throw gone(session);
      };
      // What the work throws goes to the one who asked for it: the queue only waits.
      const turn = (): Promise<unknown> => {
        const outcome = attempt();
        resolve(outcome);
        return outcome.catch(() => undefined);
      };
      session.queue.enqueue({ run: () => runInvocation(this.#application, session, description, turn) });
    });
  }

  resolve<T extends object>(httpClass: ServletClass<T>): T {
    return this.#injector.get(httpClass);
  }

  #own(session: ContainerSipApplicationSession | undefined): SipApplicationSession | undefined {
    return session?.application === this.#application && session.isOpen ? session : undefined;
  }
}

function containerSession(session: SipApplicationSession): ContainerSipApplicationSession {
  if (session instanceof ContainerSipApplicationSession) return session;
  throw new IllegalArgumentError("argument.session", {
    detail: "the injected SipApplicationSession is a reference; give the session itself",
  });
}

function gone({ id }: ContainerSipApplicationSession): IllegalStateError {
  return new IllegalStateError("state.invalid-application-session", { detail: `${id} ended before its turn came` });
}
