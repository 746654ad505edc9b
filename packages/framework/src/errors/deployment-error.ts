import type { DeploymentProblem } from "./deployment-problem.js";
import { ServletError } from "./servlet-error.js";

/** The applications cannot start. Holds everything that is wrong with all of them, not just the first thing found. */
export class DeploymentError extends ServletError {
  override readonly name = "DeploymentError";
  readonly problems: readonly DeploymentProblem[];

  constructor(problems: readonly DeploymentProblem[]) {
    super("deployment.failed", { detail: describe(problems) });
    this.problems = Object.freeze([...problems]);
  }
}

function describe(problems: readonly DeploymentProblem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const list = problems.map((problem, index) => `${index + 1}. ${describeOne(problem)}`);
  return [`Deployment failed with ${count}.`, ...list].join("\n");
}

function describeOne(problem: DeploymentProblem): string {
  const { application, method, reason, mend } = problem;
  const place = method === undefined ? problem.class : `${problem.class ?? "?"}.${method}`;
  const where = `application "${application}"${place === undefined ? "" : `, ${place}`}`;
  return `${where}: ${reason}. ${mend}. [${problem.code}]`;
}
