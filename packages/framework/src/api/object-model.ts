import { AutomaticProcessingListenerMembers } from "./automatic-processing-listener.js";
import { B2buaHelperMembers } from "./b2bua-helper.js";
import { ConvergedHttpSessionMembers } from "./converged-http-session.js";
import { ForkingContextMembers } from "./forking-context.js";
import { InviteBranchMembers } from "./invite-branch.js";
import type { Knot } from "./knot.js";
import { ProxyBranchMembers } from "./proxy-branch.js";
import { ProxyMembers } from "./proxy.js";
import { ServletTimerMembers } from "./servlet-timer.js";
import { SessionKeepAliveMembers } from "./session-keep-alive.js";
import { SipApplicationSessionMembers } from "./sip-application-session.js";
import { SipServletMessageMembers } from "./sip-servlet-message.js";
import { SipServletRequestMembers } from "./sip-servlet-request.js";
import { SipServletResponseMembers } from "./sip-servlet-response.js";
import { SipSessionMembers } from "./sip-session.js";

/** Ties the knot: what each `…Members` means by the names of the others. */
export interface ObjectModel extends Knot {
  readonly SipServletMessage: SipServletMessage;
  readonly SipServletRequest: SipServletRequest;
  readonly SipServletResponse: SipServletResponse;
  readonly SipSession: SipSession;
  readonly SipApplicationSession: SipApplicationSession;
  readonly ConvergedHttpSession: ConvergedHttpSession;
  readonly ServletTimer: ServletTimer;
  readonly Proxy: Proxy;
  readonly ProxyBranch: ProxyBranch;
  readonly B2buaHelper: B2buaHelper;
  readonly ForkingContext: ForkingContext;
  readonly InviteBranch: InviteBranch;
  readonly SessionKeepAlive: SessionKeepAlive;
  readonly AutomaticProcessingListener: AutomaticProcessingListener;
}

/** A request or a response. JSR 289 §5; members in `sip-servlet-message.ts`. */
export abstract class SipServletMessage extends SipServletMessageMembers<ObjectModel> {}

/** A SIP request, received or made here. JSR 289 §5; members in `sip-servlet-request.ts`. */
export abstract class SipServletRequest extends SipServletRequestMembers<ObjectModel> {}

/** A SIP response, received or made here. JSR 289 §5; members in `sip-servlet-response.ts`. */
export abstract class SipServletResponse extends SipServletResponseMembers<ObjectModel> {}

/** One point-to-point relationship: a dialog, or what may become one. JSR 289 §6; members in `sip-session.ts`. */
export abstract class SipSession extends SipSessionMembers<ObjectModel> {}

/**
 * One running instance of an application: attributes, timers, protocol sessions. As an injection token it stands for
 * the one of the running invocation. JSR 289 §6; members in `sip-application-session.ts`.
 */
export abstract class SipApplicationSession extends SipApplicationSessionMembers<ObjectModel> {}

/** An HTTP session of a converged application. JSR 289 §13; members in `converged-http-session.ts`. */
export abstract class ConvergedHttpSession extends ConvergedHttpSessionMembers<ObjectModel> {}

/** A timer of an application session. JSR 289 §9; members in `servlet-timer.ts`. */
export abstract class ServletTimer extends ServletTimerMembers<ObjectModel> {}

/** The proxying of one request. JSR 289 §10; members in `proxy.ts`. */
export abstract class Proxy extends ProxyMembers<ObjectModel> {}

/** One target of a proxied request. JSR 289 §10; members in `proxy-branch.ts`. */
export abstract class ProxyBranch extends ProxyBranchMembers<ObjectModel> {}

/** Links the two legs of a back-to-back user agent. JSR 289 §12; members in `b2bua-helper.ts`. */
export abstract class B2buaHelper extends B2buaHelperMembers<ObjectModel> {}

/** A session with all sessions derived from it by forking. JSR 359; members in `forking-context.ts`. */
export abstract class ForkingContext extends ForkingContextMembers<ObjectModel> {}

/** One early or confirmed dialog of one INVITE. JSR 359; members in `invite-branch.ts`. */
export abstract class InviteBranch extends InviteBranchMembers<ObjectModel> {}

/** The negotiated session timer of a dialog. JSR 359, RFC 4028; members in `session-keep-alive.ts`. */
export abstract class SessionKeepAlive extends SessionKeepAliveMembers<ObjectModel> {}

/** Sees what the container does while it ends a dialog. JSR 359; members in `automatic-processing-listener.ts`. */
export abstract class AutomaticProcessingListener extends AutomaticProcessingListenerMembers<ObjectModel> {}
