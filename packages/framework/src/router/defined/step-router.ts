import type {
  SipApplicationRouterInfo,
  SipApplicationRoutingRegion,
  SipApplicationRoutingRegionType,
} from "../../api/application-routing.js";
import type { SipServletRequest } from "../../api/object-model.js";
import { IllegalArgumentError } from "../../errors/illegal-argument-error.js";
import { compileCondition, unknownVariables, type RequestTest } from "../../model/compile-condition.js";
import type { Condition } from "../../model/condition.js";
import type { RoutingState, SipApplicationRouter } from "../../spi/sip-application-router.js";
import { KnownApplications } from "./known-applications.js";
import { infoOfStep, type RouteStep, type UriSource } from "./next-step.js";

/** One application of a chain, and the requests it takes part in. */
export interface RouterStep<Name extends string = string> extends RouteStep {
  readonly application: Name;
  /** Methods it is for; all if absent. */
  readonly methods?: readonly string[];
  /** What the request must be like: a condition of mapping rules, or a function without side effects. */
  readonly when?: Condition | ((request: SipServletRequest) => boolean);
  /** `NEUTRAL` if absent. */
  readonly region?: SipApplicationRoutingRegionType | SipApplicationRoutingRegion;
  /** The subscriber: who calls or is called, or what a function finds. */
  readonly subscriber?: "From" | "To" | ((request: SipServletRequest) => UriSource | undefined);
  /** Pass it over while it is not deployed. Otherwise it must be there at the start, and its absence is a 500 later. */
  readonly optional?: boolean;
}

interface CompiledStep {
  readonly step: RouterStep;
  readonly test: RequestTest;
}

/** Goes through steps in order; the state information is the index of the step reached. */
export class StepRouter implements SipApplicationRouter {
  readonly #steps: readonly CompiledStep[];
  readonly #known: KnownApplications;

  constructor(steps: readonly RouterStep[]) {
    this.#steps = steps.map((step, index) => ({ step, test: compileTest(step, index) }));
    this.#known = new KnownApplications(
      steps.filter(({ optional }) => optional !== true).map(({ application }) => application),
    );
  }

  /** @throws DeploymentError when a step names an application that is not there at the start */
  applicationDeployed(applicationNames: readonly string[]): void {
    this.#known.add(applicationNames);
  }

  applicationUndeployed(applicationNames: readonly string[]): void {
    this.#known.remove(applicationNames);
  }

  /** A request targeted at an application goes there first, then on behind its step, or from the first one. */
  getNextApplication(request: SipServletRequest, state: RoutingState): SipApplicationRouterInfo {
    const { targetedRequestInfo: target, stateInfo } = state;
    const reached = typeof stateInfo === "number" ? stateInfo : -1;
    if (target === undefined || typeof stateInfo === "number") return this.#after(reached, request);
    const { applicationName: application } = target;
    const index = this.#steps.findIndex(({ step }) => step.application === application);
    const found = this.#steps[index];
    return found === undefined ? infoOfStep({ application }, -1) : infoOf(found.step, request, index);
  }

  #after(reached: number, request: SipServletRequest): SipApplicationRouterInfo {
    const index = this.#steps.findIndex(({ step, test }, each) => {
      if (each <= reached || (step.optional === true && !this.#known.has(step.application))) return false;
      return test(request);
    });
    const found = this.#steps[index];
    return found === undefined ? {} : infoOf(found.step, request, index);
  }
}

function infoOf(step: RouterStep, request: SipServletRequest, index: number): SipApplicationRouterInfo {
  return infoOfStep({ ...step, subscriber: subscriberOf(step, request) }, index);
}

function subscriberOf({ subscriber }: RouterStep, request: SipServletRequest): UriSource | undefined {
  if (subscriber === "From") return request.from;
  return subscriber === "To" ? request.to : subscriber?.(request);
}

function compileTest({ application, methods, when }: RouterStep, index: number): RequestTest {
  const test = typeof when === "object" ? compileChecked(when, `step ${index + 1} ("${application}")`) : when;
  if (methods === undefined) return test ?? (() => true);
  return (request) => methods.includes(request.method) && (test === undefined || test(request));
}

function compileChecked(condition: Condition, place: string): RequestTest {
  const [unknown] = unknownVariables(condition);
  if (unknown === undefined) return compileCondition(condition);
  throw new IllegalArgumentError("argument.invalid", {
    detail: `${place} of the application router looks at "${unknown}", which is no variable; see RequestVariable`,
  });
}
