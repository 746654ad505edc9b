import { consoleLogger, SipStack, type Logger } from "@siplet/core";
import type { SipServletRequest, SipServletResponse } from "../api/object-model.js";
import type { InjectionSetup } from "../di/application-injector.js";
import { AnswerWatch } from "../dispatch/answer-watch.js";
import { ContainerDispatcher } from "../dispatch/container-dispatcher.js";
import type { DeployedApplication } from "../dispatch/deployed-application.js";
import type { Handler } from "../dispatch/handler-invocation.js";
import { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import { SessionRequests } from "../message/session-requests.js";
import type { Signalling } from "../message/signalling.js";
import { handlerLabel } from "../model/handler-method.js";
import { ContainerProxies } from "../proxy/container-proxies.js";
import { scanApplications } from "../scanner/scan-applications.js";
import { SessionTable } from "../session/session-table.js";
import { defaultAnswerTimeouts, type ContainerApplication, type ContainerOptions } from "./container-options.js";
import { deploy, type Deployment, type DeploymentParts } from "./deploy.js";
import { SipContainer } from "./sip-container.js";

const defaultDrainTimeout = 5000;

/**
 * Starts a container: checks and deploys the applications, makes their servlets, listens.
 *
 * @throws DeploymentError with every problem of every application
 * @throws EngineError `transport.listen` when a place to listen is taken; nothing stays open then
 */
export async function bootstrap(options: ContainerOptions): Promise<SipContainer> {
  const log = options.log ?? consoleLogger();
  const models = await scanApplications(options.applications, { onTie: (tie) => warnOfTie(log, handlerLabel(tie.taken), handlerLabel(tie.other)) });
  const assembly = assemble(options, log);
  try {
    for (const [index, model] of models.entries()) {
      const deployment = await deploy(model, setupsOf(options.applications[index]), assembly.deployment);
      assembly.add(deployment);
    }
    for (const place of options.listen) await assembly.stack.listen(place);
  } catch (error) {
    await assembly.stack.close();
    throw error;
  }
  announce(assembly, log);
  await initialized(assembly.deployments);
  return assembly.container;
}

/** Everything of a container, wired. */
interface Assembly {
  readonly stack: SipStack;
  readonly container: SipContainer;
  readonly deployment: DeploymentParts;
  readonly deployments: readonly Deployment[];
  add(deployment: Deployment): void;
}

function assemble(options: ContainerOptions, log: Logger): Assembly {
  const stack = new SipStack({ ...options, log });
  const sessions = new SessionTable();
  const deployments: Deployment[] = [];
  const applications: DeployedApplication[] = [];
  const signalling = signallingOf(stack);
  const proxies = new ContainerProxies(signalling);
  const dispatcher = new ContainerDispatcher({ applications, sessions, signalling, forwarding: proxies });
  Object.assign(signalling, { deliveries: dispatcher, proxies });
  stack.attach(dispatcher);
  const watch = new AnswerWatch(stack.clock, log, { ...defaultAnswerTimeouts, ...options.answerTimeout });
  const parts = { stack, sessions, dispatcher, watch, deployments, drainTimeout: options.drainTimeout ?? defaultDrainTimeout };
  const container = new SipContainer(parts);
  return {
    stack,
    container,
    deployments,
    deployment: {
      clock: stack.clock,
      log,
      random: stack.random,
      sessions,
      requests: new SessionRequests(signalling),
      facts: { supported: [], supportedRfcs: ["3261", "3263", "3581", "6026"], outboundInterfaces: () => container.outboundInterfaces },
      afterHandler: (message, handler) => afterHandler(message, handler, proxies, watch),
      applicationSession: (application, key) => dispatcher.createApplicationSession(application, key),
    },
    add: (deployment) => {
      deployments.push(deployment);
      applications.push(deployment.application);
    },
  };
}

/** The ports upward are filled in once what implements them is made. */
function signallingOf(stack: SipStack): Signalling {
  const { clock, random, log, transactions, sender } = stack;
  return { clock, random, log, transactions, sender, timers: transactions.timers } as Signalling;
}

/** What a proxy did not answer goes on; what nobody answered is watched. */
function afterHandler(
  message: SipServletRequest | SipServletResponse,
  handler: Handler,
  proxies: ContainerProxies,
  watch: AnswerWatch,
): void {
  if (!(message instanceof ContainerSipServletRequest) || message.incoming?.isOpen !== true) return;
  if (message.existingProxy !== undefined) return;
  if (message.session.role === "proxy") proxies.forward(message);
  else watch.watch(message, handler.label);
}

function setupsOf(application: ContainerApplication | undefined): readonly InjectionSetup[] {
  const configure = application?.configure;
  if (configure === undefined) return [];
  return Array.isArray(configure) ? (configure as readonly InjectionSetup[]) : [configure as InjectionSetup];
}

function announce({ container }: Assembly, log: Logger): void {
  log.info({}, `handlers\n${container.handlerTable}`);
  for (const place of container.listenPoints) log.info({}, `listening on ${place}`);
}

/** Servlets may send from now on (JSR 289 §3.2). */
async function initialized(deployments: readonly Deployment[]): Promise<void> {
  for (const { application } of deployments) {
    for (const { name } of application.model.servlets) {
      const servlet = application.instance(name);
      if (servlet === undefined) continue;
      const event = { servletContext: application.servletContext, servletName: name, servlet };
      for (const listener of application.listeners.listeners.servlet) await listener.servletInitialized(event);
    }
  }
}

function warnOfTie(log: Logger, taken: string, other: string): void {
  log.warn({ taken, other }, "two handlers of equal rank passed their predicates; the first in the source was taken");
}
