import {
  Bye,
  ErrorResponse,
  Invite,
  ProvisionalResponse,
  Refer,
  SipFactory,
  SipServlet,
  SuccessResponse,
  inject,
  type SipApplicationSession,
  type SipServletRequest,
  type SipServletResponse,
  type SipSession,
} from "@siplet/framework";
import { domain, uriAt, type Place, type Places } from "./places.js";
import { Tally, type Outcome } from "./tally.js";
import { PlacesToken } from "./tokens.js";

const failures: Readonly<Partial<Record<Outcome, number>>> = {
  busy: 486,
  cancelled: 487,
  unanswered: 408,
  unreachable: 408,
};

/** The side that calls: does its part of each outcome, and tells how it went. */
@SipServlet({ name: "caller" })
export class Caller {
  constructor(
    @inject(SipFactory) private readonly factory: SipFactory,
    @inject(Tally) private readonly tally: Tally,
    @inject(PlacesToken) private readonly places: Places,
  ) {}

  /** Begins a call by one of the containers in the middle. */
  dial(outcome: Outcome, by: Place): Promise<void> {
    this.tally.begin(outcome);
    const applicationSession = this.factory.createApplicationSession();
    applicationSession.setAttribute("outcome", outcome);
    return this.#invite(applicationSession, `sip:${outcome}@${domain}`, by);
  }

  @Invite()
  @ProvisionalResponse()
  async onRinging(response: SipServletResponse): Promise<void> {
    if (outcomeOf(response) !== "cancelled" || response.status !== 180) return;
    if (response.session.getAttribute("cancelled") === true) return;
    response.session.setAttribute("cancelled", true);
    await (response.request as SipServletRequest).createCancel().send();
  }

  @Invite()
  @SuccessResponse()
  async onAnswered(response: SipServletResponse): Promise<void> {
    await response.createAck().send();
    const outcome = outcomeOf(response);
    const referrer = response.applicationSession.getAttribute("referrer") as SipSession | undefined;
    if (referrer !== undefined) return this.#completeTransfer(referrer, response.session);
    if (outcome === "answered" || outcome === "forked") await response.session.createRequest("BYE").send();
    else if (outcome !== "hung-up" && outcome !== "transferred") this.tally.surprise(`${outcome}: answered`);
  }

  @Invite()
  @ErrorResponse()
  onFailed(response: SipServletResponse): void {
    const outcome = outcomeOf(response);
    if (failures[outcome] === response.status) this.tally.end(outcome);
    else this.tally.surprise(`${outcome}: ${response.status} ${response.reasonPhrase}`);
  }

  /** The callee hangs up. */
  @Bye()
  async onBye(request: SipServletRequest): Promise<void> {
    await request.createResponse(200).send();
    const outcome = outcomeOf(request);
    if (outcome === "hung-up") this.tally.end(outcome);
    else this.tally.surprise(`${outcome}: hung up by the callee`);
  }

  /** Our own BYE was answered: the call is over. */
  @Bye()
  @SuccessResponse()
  onByeAnswered(response: SipServletResponse): void {
    if (response.session.getAttribute("referred") !== true) this.tally.end(outcomeOf(response));
  }

  @Bye()
  @ErrorResponse()
  onByeFailed(response: SipServletResponse): void {
    this.tally.surprise(`${outcomeOf(response)}: BYE ${response.status}`);
  }

  /** A blind transfer (RFC 3515): calls the target and tells. */
  @Refer()
  async onRefer(request: SipServletRequest): Promise<void> {
    await request.createResponse(202).send();
    const { session, applicationSession } = request;
    session.setAttribute("referred", true);
    applicationSession.setAttribute("referrer", session);
    await notify(session, "SIP/2.0 100 Trying", "active;expires=60");
    const target = request.getAddressHeader("Refer-To")?.uri?.toString() ?? "";
    await this.#invite(applicationSession, target, this.places.proxy);
  }

  /** The one who was transferred to has answered: tells, ends the first call, then the second. */
  async #completeTransfer(referrer: SipSession, session: SipSession): Promise<void> {
    await notify(referrer, "SIP/2.0 200 OK", "terminated;reason=noresource");
    await referrer.createRequest("BYE").send();
    await session.createRequest("BYE").send();
  }

  async #invite(applicationSession: SipApplicationSession, target: string, by: Place): Promise<void> {
    const from = uriAt("caller", this.places.caller);
    const request = this.factory.createRequest(applicationSession, "INVITE", from, target);
    request.pushRoute(this.factory.createAddress(`<sip:${by.address}:${by.port};lr>`));
    await request.send();
  }
}

function outcomeOf({ applicationSession }: SipServletRequest | SipServletResponse): Outcome {
  return applicationSession.getAttribute("outcome") as Outcome;
}

async function notify(session: SipSession, sipfrag: string, state: string): Promise<void> {
  const request = session.createRequest("NOTIFY");
  request.setHeader("Event", "refer");
  request.setHeader("Subscription-State", state);
  request.setContent(sipfrag, "message/sipfrag;version=2.0");
  await request.send();
}
