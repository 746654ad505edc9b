import type { DeploymentProblem } from "../errors/deployment-problem.js";
import type { ApplicationModel } from "../model/application-model.js";
import type { AuthenticationOptions } from "./security-options.js";

/** Tells where an application wants to authenticate callers by digest and cannot. Looks at its users for that. */
export async function checkUsers(
  { accessRules, loginConfig }: ApplicationModel,
  { users }: AuthenticationOptions,
): Promise<Pick<DeploymentProblem, "reason" | "mend"> | undefined> {
  if (accessRules?.asksForCallers !== true || loginConfig?.authMethod !== "DIGEST") return undefined;
  if (users === undefined) {
    if (loginConfig.identityAssertion?.support === "REQUIRED") return undefined;
    const mend = "Give `security: { users }` to the application or the container, such as a MemoryUserStore";
    return { reason: "callers are to be authenticated by digest, and there are no users", mend };
  }
  try {
    await users.refresh?.();
    return undefined;
  } catch (error) {
    const reason = `its users cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return { reason, mend: "Give a store that can be read, or mend the file" };
  }
}
