import type { BeanScope } from "../metadata/class-records.js";
import { currentInvocation } from "../concurrency/invocation.js";
import type { ActiveScope, BeanScopes } from "../di/bean-scopes.js";
import { ContainerSipApplicationSession } from "../session/container-sip-application-session.js";

/** The application session whose queue runs now; undefined outside. */
export function currentApplicationSession(): ContainerSipApplicationSession | undefined {
  const context = currentInvocation()?.context;
  return context instanceof ContainerSipApplicationSession ? context : undefined;
}

/** Finds the beans of the running invocation and its application session. */
export const sessionScopes: BeanScopes = {
  active(scope: BeanScope): ActiveScope {
    const invocation = currentInvocation();
    const running = invocation?.description ?? "what runs now (nothing of the container)";
    if (scope === "invocation") return { beans: invocation?.beans, running };
    return { beans: currentApplicationSession()?.beans, running };
  },
};
