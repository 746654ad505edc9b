import type { Logger } from "../../log/logger.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { ProxyBranch } from "./proxy-branch.js";
import type { ProxyUser, ResponseVerdict } from "./proxy-user.js";

const nobody: ProxyUser = {};

/** Asks the user of a context. One that throws has said nothing: its mistake is logged and the response goes on. */
export class UserGuard implements Required<ProxyUser> {
  #user: ProxyUser;
  readonly #log: Logger;

  constructor(user: ProxyUser | undefined, log: Logger) {
    this.#user = user ?? nobody;
    this.#log = log;
  }

  /** Nobody is asked any more. */
  release(): void {
    this.#user = nobody;
  }

  onProvisional(response: SipResponse, branch: ProxyBranch): ResponseVerdict {
    try {
      return this.#user.onProvisional?.(response, branch) ?? "forward";
    } catch (error) {
      return this.#report(error);
    }
  }

  onSuccess(response: SipResponse, branch: ProxyBranch): ResponseVerdict {
    try {
      return this.#user.onSuccess?.(response, branch) ?? "forward";
    } catch (error) {
      return this.#report(error);
    }
  }

  onBranchResponse(response: SipResponse, branch: ProxyBranch): void {
    try {
      this.#user.onBranchResponse?.(response, branch);
    } catch (error) {
      this.#report(error);
    }
  }

  onBestResponse(response: SipResponse, branch: ProxyBranch | undefined): ResponseVerdict {
    try {
      return this.#user.onBestResponse?.(response, branch) ?? "forward";
    } catch (error) {
      return this.#report(error);
    }
  }

  onForwarded(response: SipResponse): void {
    try {
      this.#user.onForwarded?.(response);
    } catch (error) {
      this.#report(error);
    }
  }

  onBranchTerminated(branch: ProxyBranch): void {
    try {
      this.#user.onBranchTerminated?.(branch);
    } catch (error) {
      this.#report(error);
    }
  }

  onCompleted(): void {
    try {
      this.#user.onCompleted?.();
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): "forward" {
    this.#log.error({ error }, "the user of a proxied request failed");
    return "forward";
  }
}
