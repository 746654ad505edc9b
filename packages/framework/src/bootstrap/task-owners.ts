import type { TaskOptions } from "../api/task-options.js";
import type { TaskOwnerLookup } from "../concurrency/container-executor-service.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { ApplicationContext } from "../session/application-context.js";
import type { ContainerSipApplicationSession } from "../session/container-sip-application-session.js";
import type { SessionRegistry } from "../session/session-registry.js";
import { currentApplicationSession, runningNow } from "./session-scopes.js";

/** Finds the application session that a task of an application names, or the running one (JSR 359 execution properties). */
export function taskOwners(application: ApplicationContext, registry: SessionRegistry): TaskOwnerLookup {
  return (options) => {
    const owner = namedOwner(application, registry, options) ?? runningOwner(application);
    if (owner.isOpen) return owner;
    throw noSession(`application session ${owner.id} is invalid`);
  };
}

function namedOwner(
  application: ApplicationContext,
  registry: SessionRegistry,
  options: TaskOptions,
): ContainerSipApplicationSession | undefined {
  const { applicationSessionId: id, applicationSessionKey: key, createApplicationSession: isNew } = options;
  if ([id !== undefined, key !== undefined, isNew === true].filter(Boolean).length > 1) {
    throw new IllegalArgumentError("argument.invalid", {
      detail: "give one of applicationSessionId, applicationSessionKey and createApplicationSession",
    });
  }
  if (key !== undefined) return registry.applicationSession(application, key);
  if (isNew === true) return registry.applicationSession(application);
  if (id === undefined) return undefined;
  const session = registry.table.findById(id);
  if (session?.applicationName === application.name) return session;
  throw noSession(`application "${application.name}" has no application session ${id}`);
}

function runningOwner(application: ApplicationContext): ContainerSipApplicationSession {
  const session = currentApplicationSession();
  if (session?.applicationName === application.name) return session;
  throw noSession(`${runningNow()} has none; name one with applicationSessionId or applicationSessionKey`);
}

function noSession(detail: string): IllegalStateError {
  return new IllegalStateError("state.invalid-application-session", { detail });
}
