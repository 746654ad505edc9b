import type { ApplicationSettings } from "./application-settings.js";
import { AttributeStore } from "./attribute-store.js";
import type { Flow } from "./flow.js";
import type { ServletClass, ServletOptions } from "./servlet-class.js";
import type { SipUri } from "./sip-uri.js";

/**
 * The application as its code sees it. JSR 289 §3, JSR 359. `getFlow` and `outboundInterfaces` are confirmed, the names
 * of the registering methods are a proposal. Factory, timer service and their like are attributes, see
 * `contextAttribute`.
 */
export abstract class SipServletContext extends AttributeStore {
  abstract readonly applicationName: string;
  /** The display name. JSR: `getServletContextName`. */
  abstract readonly servletContextName: string;
  /** Path below which the HTTP side of the application is found. */
  abstract readonly contextPath: string;
  abstract getInitParameter(name: string): string | undefined;
  abstract getInitParameterNames(): readonly string[];

  /** Option tags and methods supported, such as `100rel`. */
  abstract readonly supported: readonly string[];
  /** Numbers of the RFCs supported, such as `"3261"`. */
  abstract readonly supportedRfcs: readonly string[];
  /** One URI for each listen point. JSR 289 §14. */
  abstract readonly outboundInterfaces: readonly SipUri[];
  /** A live flow by its token. JSR 359, RFC 5626. */
  abstract getFlow(flowToken: string): Flow | undefined;

  /** Adds a servlet. @throws IllegalStateError `state.initialized` once the application has started. JSR 359. */
  abstract addSipServlet(name: string, servletClass: ServletClass, options?: ServletOptions): void;
  /** Adds a listener class. @throws IllegalStateError `state.initialized` once the application has started. */
  abstract addSipListener(listenerClass: ServletClass): void;
  /** Changes the settings. @throws IllegalStateError `state.initialized` once the application has started. */
  abstract configureSipApplication(settings: Omit<ApplicationSettings, "name">): void;
}

/** Names of the attributes every `SipServletContext` has. JSR 289 §3: the constants of `SipServlet`. */
export const contextAttribute = {
  SIP_FACTORY: "javax.servlet.sip.SipFactory",
  TIMER_SERVICE: "javax.servlet.sip.TimerService",
  SIP_SESSIONS_UTIL: "javax.servlet.sip.SipSessionsUtil",
  DNS_RESOLVER: "javax.servlet.sip.DnsResolver",
  SUPPORTED: "javax.servlet.sip.supported",
  SUPPORTED_RFCS: "javax.servlet.sip.supportedRfcs",
  PRACK_SUPPORTED: "javax.servlet.sip.100rel",
  OUTBOUND_INTERFACES: "javax.servlet.sip.outboundInterfaces",
} as const;
