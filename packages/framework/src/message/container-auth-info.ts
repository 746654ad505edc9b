import { AuthInfo } from "../api/auth-info.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";

/** A user and the password. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** User names and passwords by status and realm (JSR 289 §17). */
export class ContainerAuthInfo extends AuthInfo {
  readonly #logins = new Map<string, Login>();

  addAuthInfo(status: 401 | 407, realm: string, username: string, password: string): void {
    if (status !== 401 && status !== 407) {
      throw new IllegalArgumentError("argument.status", { detail: `${String(status)} is no challenge; 401 or 407 is` });
    }
    for (const text of [realm, username, password]) {
      if (typeof text !== "string") {
        throw new IllegalArgumentError("argument.missing", { detail: "realm, user name and password are required" });
      }
    }
    this.#logins.set(`${status} ${realm}`, { username, password });
  }

  /** Who to be for a realm. */
  loginFor(status: 401 | 407, realm: string): Login | undefined {
    return this.#logins.get(`${status} ${realm}`);
  }
}
