import { readFile } from "node:fs/promises";
import { DeploymentError } from "../errors/deployment-error.js";
import type { DeploymentProblem } from "../errors/deployment-problem.js";
import type { ApplicationDefinition } from "../model/application-definition.js";
import type { ApplicationModel } from "../model/application-model.js";
import type { HandlerTie } from "../model/handler-table.js";
import type { SipDescriptor } from "../model/sip-descriptor.js";
import { buildApplication } from "./build-application.js";
import { collectClasses } from "./collect-classes.js";
import { readSipXml } from "./descriptor/read-sip-xml.js";
import { ProblemCollector } from "./problem-collector.js";

/** What the scan is told besides the definitions. */
export interface ScanOptions {
  /** Names of the applications that run already. */
  readonly deployed?: readonly string[];
  /** Told at run time when two handlers of equal rank pass their tests for one message. */
  readonly onTie?: (tie: HandlerTie) => void;
  /** Looks at a model for what only the container can know. */
  readonly inspect?: (model: ApplicationModel, index: number) => Promise<readonly ModelFault[]>;
}

/** Something wrong with an application as a whole. */
export type ModelFault = Pick<DeploymentProblem, "code" | "reason" | "mend">;

/**
 * Makes the models of applications, loading what they let scan.
 *
 * @throws DeploymentError with everything that is wrong with any of them
 */
export async function scanApplications(
  definitions: readonly ApplicationDefinition[],
  options: ScanOptions = {},
): Promise<readonly ApplicationModel[]> {
  const models: ApplicationModel[] = [];
  const problems: DeploymentProblem[] = [];
  // One after the other: the modules of one application are loaded before the next, in the order given.
  for (const [index, definition] of definitions.entries()) {
    const collector = new ProblemCollector(definition.name || `(unnamed ${index + 1})`);
    const model = await scanApplication(definition, collector, options.onTie ?? (() => undefined));
    models.push(model);
    for (const { code, ...text } of (await options.inspect?.(model, index)) ?? []) collector.add(code, {}, text);
    problems.push(...collector.problems);
  }
  problems.push(...duplicateNames(models, options.deployed ?? []));
  if (problems.length > 0) throw new DeploymentError(problems);
  return models;
}

async function scanApplication(
  definition: ApplicationDefinition,
  problems: ProblemCollector,
  onTie: (tie: HandlerTie) => void,
): Promise<ApplicationModel> {
  const descriptor = await loadDescriptor(definition.descriptor, problems);
  const classes = await collectClasses(definition, problems);
  return buildApplication({ definition, classes, descriptor }, problems, onTie);
}

async function loadDescriptor(
  source: ApplicationDefinition["descriptor"],
  problems: ProblemCollector,
): Promise<SipDescriptor | undefined> {
  if (source === undefined || (typeof source === "object" && !(source instanceof URL))) return source;
  try {
    const { descriptor, faults } = readSipXml(await readFile(source, "utf8"));
    for (const fault of faults) tellFault(source, fault, problems);
    return descriptor;
  } catch (error) {
    tellFault(source, error instanceof Error ? error.message : String(error), problems);
    return undefined;
  }
}

function tellFault(source: string | URL, fault: string, problems: ProblemCollector): void {
  const reason = `the descriptor ${String(source)}: ${fault}`;
  problems.add("descriptor.malformed", {}, { reason, mend: "Mend the file (JSR 289 §19)" });
}

function duplicateNames(
  models: readonly ApplicationModel[],
  deployed: readonly string[],
): readonly DeploymentProblem[] {
  const names = models.map(({ name }) => name);
  const taken = names.filter((name, index) => deployed.includes(name) || names.indexOf(name) < index);
  return [...new Set(taken)].map((application) => ({
    code: "application.duplicate",
    application,
    reason: "another application of the container has this name",
    mend: "Give one of them another name",
  }));
}
