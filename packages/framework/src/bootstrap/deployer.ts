import type { Logger } from "@siplet/core";
import type { InjectionSetup } from "../di/application-injector.js";
import type { DeployedApplication } from "../dispatch/deployed-application.js";
import { ServletError } from "../errors/servlet-error.js";
import { handlerLabel } from "../model/handler-method.js";
import type { HandlerTie } from "../model/handler-table.js";
import { SipServletBase } from "../model/sip-servlet-base.js";
import { checkSecurity } from "../security/check-security.js";
import { scanApplications } from "../scanner/scan-applications.js";
import type { ContainerApplication } from "./container-options.js";
import { deploy, type Deployment } from "./deploy.js";
import type { DeploymentParts } from "./deployment-parts.js";

/** Brings applications into a container and out of it, at the start and later (JSR 289 §3). */
export class Deployer {
  readonly #parts: Omit<DeploymentParts, "rescan">;
  readonly #deployments: Deployment[] = [];
  readonly #applications: DeployedApplication[] = [];

  constructor(parts: Omit<DeploymentParts, "rescan">) {
    this.#parts = parts;
  }

  /** In the order they are asked. */
  get deployments(): readonly Deployment[] {
    return this.#deployments;
  }

  /** In the order they are asked; always the same array. */
  get applications(): readonly DeployedApplication[] {
    return this.#applications;
  }

  /**
   * Checks applications, all at once, and makes their servlets. They take messages from now on.
   * @throws DeploymentError with every problem of every application
   */
  async deploy(definitions: readonly ContainerApplication[]): Promise<readonly Deployment[]> {
    const deployed = this.#applications.map(({ name }) => name);
    const models = await scanApplications(definitions, {
      deployed,
      onTie: (tie) => this.#warnOfTie(tie),
      inspect: (model, index) => checkSecurity(model, definitions[index]?.security ?? {}, this.#parts.security.options),
    });
    const made: Deployment[] = [];
    try {
      for (const [index, model] of models.entries()) {
        const definition = definitions[index] ?? {};
        made.push(
          await deploy(
            {
              definition,
              model,
              setups: setupsOf(definition),
              snapshotClasses: definition.snapshotClasses ?? [],
              bridgeHooks: definition.bridgeHooks ?? [],
            },
            this.#withRescan(),
          ),
        );
      }
    } catch (error) {
      for (const deployment of made.toReversed()) await this.#destroy(deployment);
      throw error;
    }
    this.#deployments.push(...made);
    this.#applications.push(...made.map(({ application }) => application));
    return made;
  }

  /** Servlets may send from now on (JSR 289 §3.2). */
  async announce(deployments: readonly Deployment[]): Promise<void> {
    for (const { application } of deployments) {
      for (const { name } of application.model.servlets) {
        const servlet = application.instance(name);
        if (servlet === undefined) continue;
        const event = { servletContext: application.servletContext, servletName: name, servlet };
        for (const listener of application.listeners.listeners.servlet) {
          await this.#contain(application, () => listener.servletInitialized(event));
        }
      }
    }
  }

  /** Ends the sessions of an application, its servlets and beans. @throws ServletError `servlet.application` */
  async undeploy(name: string): Promise<void> {
    const index = this.#deployments.findIndex(({ application }) => application.name === name);
    const [deployment] = index < 0 ? [] : this.#deployments.splice(index, 1);
    if (deployment === undefined) throw new ServletError("servlet.application", { detail: `"${name}"` });
    this.#applications.splice(this.#applications.indexOf(deployment.application), 1);
    await this.#end(deployment);
  }

  /** Undeploys everything, the last first. */
  async close(): Promise<void> {
    for (const deployment of this.#deployments.toReversed()) await this.#end(deployment);
  }

  async #end(deployment: Deployment): Promise<void> {
    const { application } = deployment;
    for (const session of this.#parts.registry.table.applicationSessions(application.name)) {
      if (session.isValid) session.invalidate();
    }
    await this.#contain(application, () => this.#destroy(deployment));
  }

  async #destroy({ application, injector }: Deployment): Promise<void> {
    this.#parts.http?.undeploy(application.name);
    for (const { name } of application.model.servlets) {
      const instance = application.instance(name);
      if (instance instanceof SipServletBase) await instance.destroy();
    }
    await injector.close();
  }

  async #contain(application: DeployedApplication, work: () => void | Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#parts.log.error({ error, application: application.name }, "application code failed");
    }
  }

  #withRescan(): DeploymentParts {
    return {
      ...this.#parts,
      rescan: async (definition) => {
        const [model] = await scanApplications([definition], { onTie: (tie) => this.#warnOfTie(tie) });
        if (model === undefined) throw new ServletError("servlet.application", { detail: String(definition.name) });
        return model;
      },
    };
  }

  #warnOfTie({ taken, other }: HandlerTie): void {
    const log: Logger = this.#parts.log;
    log.warn(
      { taken: handlerLabel(taken), other: handlerLabel(other) },
      "two handlers of equal rank passed their predicates; the first in the source was taken",
    );
  }
}

function setupsOf({ configure }: ContainerApplication): readonly InjectionSetup[] {
  if (configure === undefined) return [];
  return Array.isArray(configure) ? (configure as readonly InjectionSetup[]) : [configure as InjectionSetup];
}
