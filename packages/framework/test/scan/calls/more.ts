import { SipApplication } from "../../../src/decorators/sip-application.js";
import { SipListener } from "../../../src/decorators/sip-listener.js";
import { SipServlet } from "../../../src/decorators/sip-servlet.js";

export { CallServlet } from "./call-servlet.js";
export const answer = 42;

@SipApplication({ name: "scanned", sessionTimeout: 10 })
@SipListener({ applicationName: "scanned" })
export class Timers {
  timeout() {}
}

@SipServlet({ applicationName: "elsewhere" })
export class Foreign {}

export class Undecorated {}
