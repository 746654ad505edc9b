import type { SipServletContext } from "./sip-servlet-context.js";

/** What a servlet is told when it starts. JSR: `javax.servlet.ServletConfig`. */
export interface SipServletConfig {
  readonly servletName: string;
  readonly servletContext: SipServletContext;
  readonly initParameters: Readonly<Record<string, string>>;
}
