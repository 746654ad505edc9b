import type { SipServletContext } from "./sip-servlet-context.js";

/** A servlet is initialised and may send messages. JSR 289 §8. */
export interface SipServletContextEvent {
  readonly servletContext: SipServletContext;
  readonly servletName: string;
  /** The instance: a `SipServletBase` or any class with `@SipServlet`. JSR: `getSipServlet`. */
  readonly servlet: object;
}

/** Told once for each servlet that it may start signalling. JSR: `SipServletListener`, JSR 289 §8. */
export abstract class SipServletListener {
  abstract servletInitialized(event: SipServletContextEvent): void | Promise<void>;
}
