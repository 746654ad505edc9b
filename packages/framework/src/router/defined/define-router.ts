import type { SipApplicationRouterInfo } from "../../api/application-routing.js";
import type { SipServletRequest } from "../../api/object-model.js";
import type { Awaitable } from "../../spi/awaitable.js";
import type { RoutingState, SipApplicationRouter } from "../../spi/sip-application-router.js";
import { KnownApplications } from "./known-applications.js";
import { infoOfStep, type NextStep, type RouteStep } from "./next-step.js";
import { StepRouter, type RouterStep } from "./step-router.js";

/** What a router in code is asked with. */
export interface RouterQuestion<State> extends Omit<RoutingState, "stateInfo"> {
  /** What the router gave with the step before; undefined for a new request. */
  readonly state: State | undefined;
}

/**
 * The answer of a router in code: an application with the state to go on with, or routes out of the container.
 * Undefined: no application is left.
 */
export type RouterAnswer<State, Name extends string> =
  | (NextStep<Name> & RouteStep & { readonly state: State })
  | (RouteStep & { readonly application?: undefined; readonly state?: State })
  | undefined;

/** A router in code. */
export interface RouterDefinition<State, Name extends string = string> {
  /** The applications `next` may name: they must be deployed at the start. */
  readonly applications?: readonly Name[];
  /** Those of them that may be missing. */
  readonly optional?: readonly NoInfer<Name>[];
  /** Names the next application. State is plain data: it may leave the process with a request and come back. */
  next(request: SipServletRequest, question: RouterQuestion<State>): Awaitable<RouterAnswer<State, NoInfer<Name>>>;
}

/**
 * Makes an application router of a function with a typed state, or of a list of steps.
 *
 *     defineRouter([
 *       { application: "screening", methods: ["INVITE"], region: "ORIGINATING", subscriber: "From" },
 *       { application: "forwarding", methods: ["INVITE"], region: "TERMINATING", subscriber: "To" },
 *     ]);
 *
 * A name that no application of the container has is a DeploymentError at the start. JSR 289 §15.
 */
export function defineRouter<State, Name extends string = string>(
  definition: RouterDefinition<State, Name>,
): SipApplicationRouter;
export function defineRouter(steps: readonly RouterStep[]): SipApplicationRouter;
export function defineRouter<State, Name extends string>(
  source: readonly RouterStep[] | RouterDefinition<State, Name>,
): SipApplicationRouter {
  return isSteps(source) ? new StepRouter(source) : routerOf(source);
}

function isSteps(source: object): source is readonly RouterStep[] {
  return Array.isArray(source);
}

function routerOf<State, Name extends string>(definition: RouterDefinition<State, Name>): SipApplicationRouter {
  const { applications = [], optional = [] } = definition;
  const known = new KnownApplications(applications.filter((name) => !optional.includes(name)));
  return {
    applicationDeployed: (names) => known.add(names),
    applicationUndeployed: (names) => known.remove(names),
    getNextApplication: (request, { stateInfo, ...others }) => {
      // The container gives back what this router returned: its type is the router's own.
      const answer = definition.next(request, { ...others, state: stateInfo as State | undefined });
      return answer instanceof Promise ? answer.then(infoOf) : infoOf(answer);
    },
  };
}

function infoOf<State, Name extends string>(answer: RouterAnswer<State, Name>): SipApplicationRouterInfo {
  return answer === undefined ? {} : infoOfStep(answer, answer.state);
}
