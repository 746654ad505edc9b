import type { ApplicationSettings } from "../api/application-settings.js";
import type { SipServletRequest } from "../api/object-model.js";
import type { ServletClass, ServletOptions } from "../api/servlet-class.js";
import type { ListenerType } from "../metadata/class-records.js";
import type { Condition } from "./condition.js";
import type { SecurityDefinition } from "./security-definition.js";
import type { SipDescriptor } from "./sip-descriptor.js";

/** Something Express can mount: a router, an application, a middleware. */
export type HttpRouter = (request: never, response: never, next: never) => unknown;

/** A servlet declared without `@SipServlet`, or under a name of its own. JSR 289 §19 `servlet`. */
export interface ServletDefinition extends ServletOptions {
  readonly name: string;
  readonly servletClass: ServletClass;
  /** Role names the servlet uses in `isUserInRole`, to those of the application. JSR 289 §17 `security-role-ref`. */
  readonly securityRoleRefs?: Readonly<Record<string, string>>;
  /** As `@RunAs`. */
  readonly runAs?: string;
}

/** A listener declared without `@SipListener`. */
export interface ListenerDefinition {
  readonly listenerClass: ServletClass;
  readonly listens?: readonly ListenerType[];
}

/** Sends the initial requests that meet a condition to a servlet. JSR 289 §16. */
export interface ServletMapping {
  readonly servletName: string;
  readonly pattern: Condition;
}

/**
 * An application as it is given to the container. What it says itself beats its descriptor, which beats what the
 * decorators of its classes say.
 */
export interface ApplicationDefinition extends ApplicationSettings, SecurityDefinition {
  readonly servlets?: readonly (ServletClass | ServletDefinition)[];
  readonly listeners?: readonly (ServletClass | ListenerDefinition)[];
  /** Classes with `@HttpController`. JSR 289 §13. */
  readonly controllers?: readonly ServletClass[];
  /** Routers of Express, or whole applications of it, which share the HTTP sessions of the controllers. */
  readonly routers?: readonly HttpRouter[];
  /** Path below which the HTTP side is found, such as `/office`; the root when left out. */
  readonly contextPath?: string;
  /** Classes that carry `@SipApplication` or `@SipApplicationKey` and are no servlets; classes a descriptor names. */
  readonly classes?: readonly ServletClass[];
  /** Rules tried in order for initial requests, instead of a main servlet. */
  readonly servletMappings?: readonly ServletMapping[];
  /** The same as a method with `@SipApplicationKey`. */
  readonly applicationKey?: (request: SipServletRequest) => string | null | undefined;
  /** JSR 289 §19 `context-param`. */
  readonly initParameters?: Readonly<Record<string, string>>;
  /** Modules to load: every class they export is looked at. Globs, relative to `scanRoot`. */
  readonly scan?: string | readonly string[];
  /** A directory; the current one when absent. */
  readonly scanRoot?: string | URL;
  /** A `sip.xml`: its path, or its content as `readSipXml` gives it. */
  readonly descriptor?: string | URL | SipDescriptor;
}
