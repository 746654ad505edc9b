import type { DeploymentProblem } from "../errors/deployment-problem.js";
import type { ApplicationModel } from "../model/application-model.js";
import { AccessList } from "./access-list.js";
import type { ApplicationSecurityOptions, SecurityOptions } from "./security-options.js";

type Fault = Pick<DeploymentProblem, "code" | "reason" | "mend">;

/** Tells what an application wants of the container's security and cannot have. Looks at its users for that. */
export async function checkSecurity(
  model: ApplicationModel,
  own: ApplicationSecurityOptions,
  options: SecurityOptions,
): Promise<readonly Fault[]> {
  const faults = [checkAccess(own), await checkUsers(model, own.users ?? options.users)];
  return faults.filter((fault) => fault !== undefined);
}

function checkAccess({ access }: ApplicationSecurityOptions): Fault | undefined {
  try {
    AccessList.of(access);
    return undefined;
  } catch (error) {
    const reason = `its access list cannot be used: ${textOf(error)}`;
    return { code: "security.access", reason, mend: 'Write networks as "10.0.0.0/8"' };
  }
}

async function checkUsers(
  { accessRules, loginConfig }: ApplicationModel,
  users: SecurityOptions["users"],
): Promise<Fault | undefined> {
  if (accessRules?.asksForCallers !== true || loginConfig?.authMethod !== "DIGEST") return undefined;
  if (users === undefined) {
    if (loginConfig.identityAssertion?.support === "REQUIRED") return undefined;
    const mend = "Give `security: { users }` to the application or the container, such as a MemoryUserStore";
    return {
      code: "security.users",
      reason: "callers are to be authenticated by digest, and there are no users",
      mend,
    };
  }
  try {
    await users.refresh?.();
    return undefined;
  } catch (error) {
    const mend = "Give a store that can be read, or mend the file";
    return { code: "security.users", reason: `its users cannot be read: ${textOf(error)}`, mend };
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
