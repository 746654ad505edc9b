import { Invite } from "../../../src/decorators/invite.js";
import { SipServlet } from "../../../src/decorators/sip-servlet.js";

/** A base class with a handler: no servlet by itself. */
export class Base {
  @Invite() onInvite() {}
}

@SipServlet({ name: "calls" })
export class CallServlet extends Base {}
