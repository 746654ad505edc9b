import type { ConcurrencyMode } from "../api/concurrency-mode.js";
import type { SipServletRequest } from "../api/object-model.js";
import type { ServletClass } from "../api/servlet-class.js";
import type { ListenerType } from "../metadata/class-records.js";
import type { HandlerTable } from "./handler-table.js";
import type { AccessRules } from "./access-rules.js";
import type { LoginConfig } from "./sip-descriptor.js";

/** A servlet of a checked application. */
export interface ServletModel {
  readonly name: string;
  readonly servletClass: ServletClass;
  /** `class`: it extends `SipServletBase` and takes messages by `service`; `pojo`: by its handler methods. */
  readonly style: "pojo" | "class";
  readonly description: string;
  /** Negative: made before its first use. */
  readonly loadOnStartup: number;
  readonly initParameters: Readonly<Record<string, string>>;
  /** Empty for the class style. */
  readonly handlers: HandlerTable;
  /** Role names the servlet uses, to those of the application. JSR 289 §17. */
  readonly securityRoleRefs: Readonly<Record<string, string>>;
  readonly runAs: string | undefined;
}

/** A listener of a checked application. */
export interface ListenerModel {
  readonly listenerClass: ServletClass;
  /** The interfaces it implements, such as `TimerListener`. */
  readonly listens: ReadonlySet<ListenerType>;
}

/** An application that was checked and can be deployed. Frozen. */
export interface ApplicationModel {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  /** Seconds. */
  readonly proxyTimeout: number;
  /** Minutes; 0 or less = never. */
  readonly sessionTimeout: number;
  readonly concurrencyMode: ConcurrencyMode;
  readonly distributable: boolean;
  /** Whether sessions go when they are ready, unless they say otherwise: not in applications of version 1.0. JSR 289 §6.4. */
  readonly invalidateWhenReady: boolean;
  readonly initParameters: Readonly<Record<string, string>>;
  /** Path below which the HTTP side is found; empty for the root. */
  readonly contextPath: string;
  /** Classes with `@HttpController`, in the order of their declaration. */
  readonly controllers: readonly ServletClass[];
  /** In the order of their declaration. */
  readonly servlets: readonly ServletModel[];
  /** The handler of sessions the application starts itself; undefined where mapping rules choose. JSR 289 §16. */
  readonly mainServlet: ServletModel | undefined;
  /** The servlet of an initial request; undefined: no rule takes it. JSR 289 §16. */
  readonly selectServlet: (request: SipServletRequest) => ServletModel | undefined;
  /** In the order they are told: descriptor first. */
  readonly listeners: readonly ListenerModel[];
  /** The key of the session an initial request belongs to; undefined: none. JSR 289 §15. */
  readonly applicationKey: ((request: SipServletRequest) => string | undefined) | undefined;
  /** Who may reach which servlet; undefined: everybody everything. JSR 289 §17. */
  readonly accessRules: AccessRules | undefined;
  readonly loginConfig: LoginConfig | undefined;
  /** Every role that was declared. */
  readonly securityRoles: ReadonlySet<string>;
}

/** The listener classes that implement an interface, in the order they are told. JSR 289 §8. */
export function listenersOf(application: ApplicationModel, type: ListenerType): readonly ServletClass[] {
  return application.listeners.filter(({ listens }) => listens.has(type)).map(({ listenerClass }) => listenerClass);
}
