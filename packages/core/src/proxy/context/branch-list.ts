import { parseUri } from "../../uri/parse-uri.js";
import type { Uri } from "../../uri/uri.js";
import type { ProxyBranch } from "./proxy-branch.js";
import type { BranchOptions } from "./proxy-options.js";

/** The branches of a request: the targets of the request itself, and those that came of them. */
export class BranchList {
  readonly #targets: ProxyBranch[] = [];
  readonly #all: ProxyBranch[] = [];
  #unstarted: ProxyBranch[] = [];

  /** The targets of the request itself, in the order they were added. */
  get targets(): readonly ProxyBranch[] {
    return this.#targets;
  }

  /** All branches. */
  get all(): readonly ProxyBranch[] {
    return this.#all;
  }

  /** Adds a target, to be started later. */
  addTarget(branch: ProxyBranch): void {
    this.#targets.push(branch);
    this.#unstarted.push(branch);
    this.#all.push(branch);
  }

  /** Adds a branch that goes on where another one failed. */
  addFollower(branch: ProxyBranch): void {
    this.#all.push(branch);
  }

  /** The targets added since the last time. */
  takeUnstarted(): readonly ProxyBranch[] {
    const taken = this.#unstarted;
    this.#unstarted = [];
    return taken;
  }

  /** Whether some branch has this URI, whatever its way. */
  has(uri: Uri | string): boolean {
    const wanted = typeof uri === "string" ? parseUri(uri) : uri;
    return this.#all.some((branch) => branch.hasTarget(wanted));
  }

  /** The branch that has this URI by the same way. Mostly the first one is the only one, and nothing is compared. */
  find(uri: Uri | string, { routes, connection }: BranchOptions): ProxyBranch | undefined {
    if (this.#all.length === 0) return undefined;
    const wanted = typeof uri === "string" ? parseUri(uri) : uri;
    return this.#all.find((branch) => {
      const { options } = branch;
      const isSameWay = options.connection === connection && String(options.routes) === String(routes);
      return isSameWay && branch.hasTarget(wanted);
    });
  }
}
