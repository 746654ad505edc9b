import type { DeploymentProblem, DeploymentProblemCode } from "../errors/deployment-problem.js";

/** Where a problem stands. */
export interface ProblemPlace {
  readonly class?: string;
  readonly method?: string | symbol;
}

/** Gathers the problems of one application, so that all are told at once. */
export class ProblemCollector {
  /** Name of the application as far as it is known. */
  application: string;
  readonly #problems: DeploymentProblem[] = [];

  constructor(application: string) {
    this.application = application;
  }

  get problems(): readonly DeploymentProblem[] {
    return this.#problems;
  }

  /**
   * Notes a problem; the same one twice counts once.
   *
   * @param text what is wrong and what to write instead, sentences without the full stop
   */
  add(
    code: DeploymentProblemCode,
    place: ProblemPlace,
    text: { readonly reason: string; readonly mend: string },
  ): void {
    const method = place.method === undefined ? undefined : String(place.method);
    const isSame = (known: DeploymentProblem) =>
      known.code === code && known.class === place.class && known.method === method && known.reason === text.reason;
    if (this.#problems.some(isSame)) return;
    this.#problems.push({ code, application: this.application, class: place.class, method, ...text });
  }
}
