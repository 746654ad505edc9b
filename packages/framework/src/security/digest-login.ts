import { andThen, DigestServer, type ChallengeReason, type DigestVerdict } from "@siplet/core";
import type { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import type { Awaitable } from "../spi/awaitable.js";
import { refuse, type AccessVerdict } from "./access-verdict.js";
import type { ContainerSecurity } from "./container-security.js";
import type { AuthenticationOptions } from "./security-options.js";

/** What digest needs to know of an application. */
export interface DigestLoginParts {
  readonly realm: string;
  readonly options: AuthenticationOptions;
  readonly security: ContainerSecurity;
}

/** Reasons that tell of a wrong password or name; the others belong to every login. */
const failures: ReadonlySet<ChallengeReason> = new Set(["unknown-user", "wrong-credentials", "secret-missing"]);

/** Authenticates callers of one application by digest. RFC 3261 §22, RFC 7616, RFC 8760. */
export class DigestLogin {
  readonly #parts: DigestLoginParts;
  readonly #servers = new Map<string, DigestServer>();

  constructor(parts: DigestLoginParts) {
    this.#parts = parts;
  }

  /** Checks the credentials of a request, as a proxy or as a user agent does. */
  authenticate(request: ContainerSipServletRequest, isProxy: boolean): Awaitable<AccessVerdict> {
    const { connection } = request.state;
    const message = request.state.request();
    const verdict = this.#server(isProxy, request.isInternallyRouted).verify({
      method: request.method,
      uri: message.requestUriText,
      body: message.body,
      credentials: message.fields
        .filter(({ key }) => key === (isProxy ? "proxy-authorization" : "authorization"))
        .map(({ text }) => text),
      binding: connection?.remote.address,
      source: connection?.remote.address,
    });
    return andThen(verdict, (each) => this.#conclude(each, request));
  }

  #conclude(verdict: DigestVerdict, request: ContainerSipServletRequest): AccessVerdict {
    switch (verdict.kind) {
      case "accepted":
        return { kind: "admitted", caller: { name: verdict.username, roles: verdict.roles } };
      case "exempt":
        return { kind: "admitted", caller: undefined };
      case "rejected":
        this.#tell(request, verdict.reason);
        return refuse(verdict.statusCode, verdict.detail);
      case "challenge": {
        if (failures.has(verdict.reason)) this.#tell(request, verdict.reason);
        const reason = verdict.statusCode === 401 ? "Unauthorized" : "Proxy Authentication Required";
        const headers = verdict.values.map((value) => ({ name: verdict.name, value }));
        return { kind: "refused", statusCode: verdict.statusCode, reason, headers };
      }
    }
  }

  /** One that an application of the container has passed on was counted when it came: its nonce is used only once. */
  #server(isProxy: boolean, isPassedOn: boolean): DigestServer {
    const key = `${isProxy} ${isPassedOn}`;
    const known = this.#servers.get(key);
    if (known !== undefined) return known;
    const { realm, options, security } = this.#parts;
    const { users = noUsers } = options;
    const server = new DigestServer({
      realm,
      users,
      role: isProxy ? "proxy" : "user-agent",
      algorithms: options.algorithms,
      qop: options.qop,
      guard: options.attempts,
      nonces: security.nonces,
      register: isPassedOn ? { admit: () => true } : security.register,
      log: security.log,
    });
    this.#servers.set(key, server);
    return server;
  }

  #tell(request: ContainerSipServletRequest, reason: string): void {
    const { realm, security } = this.#parts;
    const { remoteAddr, method, callId } = request;
    security.log.info({ realm, reason, remote: remoteAddr, method, callId }, "a caller could not be authenticated");
  }
}

const noUsers = { find: () => undefined };
