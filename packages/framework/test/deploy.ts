import type { DeploymentError } from "../src/errors/deployment-error.js";
import { isServletError } from "../src/errors/servlet-error.js";
import type { ApplicationDefinition } from "../src/model/application-definition.js";
import type { ApplicationModel } from "../src/model/application-model.js";
import { scanApplications } from "../src/scanner/scan-applications.js";

/** The model of one application. */
export async function deploy(definition: ApplicationDefinition): Promise<ApplicationModel> {
  const [model] = await scanApplications([definition]);
  if (model === undefined) throw new TypeError("no model");
  return model;
}

/** What is wrong with the definitions: code, class, method of each problem. */
export async function problemsOf(...definitions: readonly ApplicationDefinition[]) {
  const error = await failureOf(definitions);
  return error.problems.map(({ code, class: name, method }) =>
    [code, name, method].filter((each) => each !== undefined).join(" "),
  );
}

/** Why the definitions cannot be deployed. */
export async function failureOf(definitions: readonly ApplicationDefinition[]): Promise<DeploymentError> {
  try {
    await scanApplications(definitions);
  } catch (error) {
    if (isServletError(error, "deployment.failed")) return error as DeploymentError;
    throw error;
  }
  throw new TypeError("the deployment succeeded");
}
