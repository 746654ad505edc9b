import { andThen } from "@siplet/core";
import { chainContextOf } from "../message/chain-context.js";
import type { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import type { AccessRule } from "../model/access-rules.js";
import type { ApplicationModel } from "../model/application-model.js";
import type { LoginConfig } from "../model/sip-descriptor.js";
import type { Caller } from "../session/caller.js";
import type { Awaitable } from "../spi/awaitable.js";
import { refuse, type AccessVerdict } from "./access-verdict.js";
import { assertedIdentity, callerOf, callerOfIdentity } from "./asserted-caller.js";
import type { ContainerSecurity } from "./container-security.js";
import { DigestLogin } from "./digest-login.js";
import { AccessList } from "./access-list.js";
import type { ApplicationSecurityOptions, AuthenticationOptions } from "./security-options.js";

/** Never challenged, whatever a constraint says (JSR 289 §17, RFC 3261 §22.1). */
const exempt: ReadonlySet<string> = new Set(["ACK", "CANCEL", "PRACK"]);

const forbidden = refuse(403, "Forbidden");

/**
 * Decides which initial requests reach the servlets of an application, and from whom they are. JSR 289 §17.
 *
 *   network ─► transport guarantee ─► roles asked for? ─► run-as of the application before ─► asserted identity
 *           ─► TLS certificate ─► handshake ─► digest ─► role
 *
 * A verdict is there at once unless users have to be looked up elsewhere.
 */
export class AccessGuard {
  readonly #model: ApplicationModel;
  readonly #login: LoginConfig;
  readonly #realm: string;
  readonly #options: AuthenticationOptions;
  readonly #access: AccessList | undefined;
  readonly #security: ContainerSecurity;
  readonly #digest: DigestLogin;

  private constructor(model: ApplicationModel, own: ApplicationSecurityOptions, security: ContainerSecurity) {
    this.#model = model;
    this.#login = model.loginConfig ?? { authMethod: "DIGEST" };
    this.#realm = realmOf(model);
    this.#options = { ...security.options, ...own };
    this.#access = AccessList.of(own.access);
    this.#security = security;
    this.#digest = new DigestLogin({ realm: this.#realm, options: this.#options, security });
  }

  /** The guard of an application; undefined where everybody may do everything and nobody is asked for. */
  static of(
    model: ApplicationModel,
    own: ApplicationSecurityOptions,
    security: ContainerSecurity,
  ): AccessGuard | undefined {
    const isIdle = [model.accessRules, model.loginConfig, own.access].every((each) => each === undefined);
    return isIdle ? undefined : new AccessGuard(model, own, security);
  }

  /** What becomes of a request for a servlet. */
  check(request: ContainerSipServletRequest, servletName: string): Awaitable<AccessVerdict> {
    if (exempt.has(request.method)) return { kind: "admitted", caller: undefined };
    // One that an application here made comes from nowhere.
    const source = request.initialRemoteAddr;
    if (source !== undefined && this.#access?.allows(source) === false) return forbidden;
    const rule = this.#model.accessRules?.ruleFor(servletName, request.method);
    const isGuaranteed = rule === undefined || rule.transportGuarantee === "NONE" || request.isSecure;
    if (!isGuaranteed) return refuse(403, `TLS is required (transport guarantee ${rule.transportGuarantee})`);
    if (rule?.roles?.length === 0) return forbidden;
    return andThen(this.#knownCaller(request), (caller) => this.#conclude(request, rule, caller));
  }

  /** Somebody who needs no challenge. */
  #knownCaller(request: ContainerSipServletRequest): Awaitable<Caller | undefined> {
    const { users } = this.#options;
    const { connection } = request.state;
    const inside = connection && chainContextOf(connection)?.caller;
    if (inside !== undefined) return inside;
    const identity = this.#login.identityAssertion && assertedIdentity(request, this.#security);
    if (identity !== undefined) return callerOfIdentity(identity, this.#realm, users);
    const certified = this.#login.authMethod === "CLIENT-CERT" && request.state.connection?.security?.identities[0];
    if (certified) return callerOf(certified, [certified], this.#realm, users);
    const handshake = request.state.connection?.handshake;
    const identify = this.#security.options.identifyHandshake;
    if (handshake === undefined || identify === undefined) return undefined;
    return andThen(identify(handshake), (found) => found && { name: found.name, roles: found.roles ?? [] });
  }

  #conclude(
    request: ContainerSipServletRequest,
    rule: AccessRule | undefined,
    caller: Caller | undefined,
  ): Awaitable<AccessVerdict> {
    if (rule?.roles === undefined) return { kind: "admitted", caller };
    if (caller !== undefined) return this.#checkRole(rule, caller);
    if (this.#login.identityAssertion?.support === "REQUIRED") return refuse(403, "An asserted identity is required");
    if (this.#login.authMethod === "CLIENT-CERT") return refuse(403, "A client certificate is required");
    return andThen(this.#digest.authenticate(request, rule.proxyAuthentication), (verdict) =>
      verdict.kind === "admitted" && verdict.caller !== undefined ? this.#checkRole(rule, verdict.caller) : verdict,
    );
  }

  #checkRole({ roles = [] }: AccessRule, caller: Caller): AccessVerdict {
    const isAllowed = roles.includes("*") || caller.roles.some((role) => roles.includes(role));
    return isAllowed ? { kind: "admitted", caller } : forbidden;
  }
}

/** The realm of an application: as the login says, or else its name. */
export function realmOf({ loginConfig, name }: ApplicationModel): string {
  return loginConfig?.realmName ?? name;
}
