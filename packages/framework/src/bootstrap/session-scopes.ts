import { currentInvocation, enteredInvocation } from "../concurrency/invocation.js";
import type { ActiveScope, BeanScopes } from "../di/bean-scopes.js";
import type { BeanScope } from "../metadata/class-records.js";
import { ContainerSipApplicationSession } from "../session/container-sip-application-session.js";

/** The application session whose queue runs now; undefined outside. */
export function currentApplicationSession(): ContainerSipApplicationSession | undefined {
  const context = currentInvocation()?.context;
  return context instanceof ContainerSipApplicationSession ? context : undefined;
}

/** What runs, for messages. */
export function runningNow(): string {
  const invocation = enteredInvocation();
  if (invocation === undefined) return "what runs now (nothing of the container)";
  return invocation.isOver ? `${invocation.description}, which is already over,` : invocation.description;
}

/** Finds the beans of the running invocation and its application session. */
export const sessionScopes: BeanScopes = {
  active(scope: BeanScope): ActiveScope {
    const beans = scope === "invocation" ? currentInvocation()?.beans : currentApplicationSession()?.beans;
    return { beans, running: runningNow() };
  },
};
