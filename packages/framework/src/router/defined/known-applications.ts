import { DeploymentError } from "../../errors/deployment-error.js";

/** The applications a router names, against those that are deployed. */
export class KnownApplications {
  readonly #required: readonly string[];
  readonly #deployed = new Set<string>();
  #isChecked = false;

  constructor(required: readonly string[]) {
    this.#required = [...new Set(required)];
  }

  has(name: string): boolean {
    return this.#deployed.has(name);
  }

  /** Takes names; those of the start must be all that are needed. @throws DeploymentError */
  add(names: readonly string[]): void {
    for (const name of names) this.#deployed.add(name);
    if (this.#isChecked) return;
    this.#isChecked = true;
    const missing = this.#required.filter((name) => !this.has(name));
    if (missing.length > 0) throw new DeploymentError(missing.map((name) => this.#problem(name)));
  }

  remove(names: readonly string[]): void {
    for (const name of names) this.#deployed.delete(name);
  }

  #problem(application: string) {
    const deployed = [...this.#deployed].map((name) => `"${name}"`).join(", ") || "none";
    return {
      code: "router.application",
      application,
      reason: "the application router sends requests to it, and no application of the container has this name",
      mend: `Deploy it, correct the name in the router, or mark it as optional; deployed: ${deployed}`,
    } as const;
  }
}
