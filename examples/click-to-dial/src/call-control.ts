import {
  Bye,
  ErrorResponse,
  Invite,
  ManagedScheduledSipExecutorService,
  ProvisionalResponse,
  SipApplicationSession,
  SipError,
  SipFactory,
  SipServlet,
  SuccessResponse,
  inject,
  isSipError,
  type SipServletRequest,
  type SipServletResponse,
  type SipSession,
} from "@siplet/framework";
import { Call, type Flow, type LegName } from "./call.js";
import { PhoneBook, nameOf } from "./phone-book.js";
import { Place } from "./place.js";
import { reasonOf } from "./reasons.js";
import { onHold, receivesAlike, withoutMedia } from "./session-description.js";

/** What is to be connected. */
export interface Wanted {
  readonly caller: string;
  readonly callee: string;
  readonly flow?: Flow;
}

const sdp = "application/sdp";

/** Answers of phones that take no description without media: flow I is for them. */
const wantsMedia: ReadonlySet<number> = new Set([415, 488, 606]);

/**
 * Connects two phones that do not know of each other (third-party call control, RFC 3725). `call.step` says what the next
 * answer means:
 *
 *   flow I   caller ─200 with offer→ callee ─200→ talking                      both ACKs leave together
 *                                    callee ─patience→ held ─200→ joining      the caller's phone is put on hold meanwhile
 *   flow IV  caller ─200→ callee ─200 with offer→ joining ─200→ talking        nobody waits for an ACK while it rings
 *            joining ─200, another description→ aligning ─200→ talking
 */
@SipServlet({ name: "call-control" })
export class CallControl {
  constructor(
    @inject(SipFactory) private readonly factory: SipFactory,
    @inject(PhoneBook) private readonly phoneBook: PhoneBook,
    @inject(Place) private readonly place: Place,
    @inject(ManagedScheduledSipExecutorService) private readonly executor: ManagedScheduledSipExecutorService,
    @inject(SipApplicationSession) private readonly applicationSession: SipApplicationSession,
    @inject(Call) private readonly call: Call,
  ) {}

  /** Begins with the caller: who clicked shall be at the phone before the other one's rings. */
  async dial({ caller, callee, flow = "I" }: Wanted): Promise<void> {
    const [from, to] = [this.phoneBook.addressOf(caller), this.phoneBook.addressOf(callee)];
    this.applicationSession.invalidateWhenReady = false;
    this.call.begin(
      { name: nameOf(from), uri: from.toString(), state: "calling" },
      { name: nameOf(to), uri: to.toString(), state: "waiting" },
      flow,
    );
    await this.invite("caller", flow === "I" ? undefined : withoutMedia(this.place.host, this.call.startedAt));
  }

  /** Ends the call, whatever it is doing. */
  async hangUp(reason: string): Promise<void> {
    if (this.call.isOver) return;
    this.call.end(reason);
    for (const session of this.applicationSession.getSessions("SIP")) await this.terminate(session);
  }

  @Invite()
  @ProvisionalResponse()
  onRinging(response: SipServletResponse): void {
    const leg = legOf(response.session);
    if (response.status === 100 || this.call.isOver || this.call.leg(leg).state !== "calling") return;
    this.call.moveTo(leg, "ringing", `${this.call.leg(leg).name}'s phone rings`);
  }

  @Invite()
  @SuccessResponse()
  async onAnswered(response: SipServletResponse): Promise<void> {
    const { session } = response;
    const leg = legOf(session);
    const reinvite = session.getAttribute("relayed") as SipServletRequest | undefined;
    if (reinvite !== undefined) return this.answerRelayed(reinvite, response);
    this.applicationSession.getTaskFuture(`no answer ${leg}`)?.cancel();
    switch (this.call.step) {
      case "caller":
        return this.callerAnswered(response);
      case "callee":
      case "held":
        return this.calleeAnswered(response);
      case "joining":
        return this.callerJoined(response);
      case "aligning":
        await response.createAck().send();
        return this.call.connect();
      case "talking":
      case "over":
        return response.createAck().send();
    }
  }

  @Invite()
  @ErrorResponse()
  async onRefused(response: SipServletResponse): Promise<void> {
    const reinvite = response.session.getAttribute("relayed") as SipServletRequest | undefined;
    if (reinvite !== undefined) {
      response.session.removeAttribute("relayed");
      return reinvite.createResponse(response.status).send();
    }
    const leg = legOf(response.session);
    if (this.call.step === "caller" && this.call.flow === "IV" && wantsMedia.has(response.status)) {
      this.call.flow = "I";
      return this.invite("caller");
    }
    await this.hangUp(reasonOf(response.status, this.call.leg(leg).name));
  }

  @Bye()
  async onBye(request: SipServletRequest): Promise<void> {
    await request.createResponse(200).send();
    await this.hangUp(`${this.call.leg(legOf(request.session)).name} hung up`);
  }

  /** One end changes the media, to hold the call for example: the other end decides (RFC 3725 §7). */
  @Invite()
  async onReinvite(request: SipServletRequest): Promise<void> {
    if (request.isInitial) throw new SipError(403, "This address only calls");
    const other = this.session(legOf(request.session) === "caller" ? "callee" : "caller");
    if (this.call.step !== "talking" || other === undefined) throw new SipError(491);
    if (request.getContent() === undefined) throw new SipError(488, "An offer is needed here");
    const relayed = other.createRequest("INVITE");
    relayed.setContent(request.getContent() ?? "", sdp);
    other.setAttribute("relayed", request);
    await relayed.send();
  }

  private async answerRelayed(reinvite: SipServletRequest, response: SipServletResponse): Promise<void> {
    response.session.removeAttribute("relayed");
    await response.createAck().send();
    const answer = reinvite.createResponse(200);
    answer.setContent(response.getContent() ?? "", sdp);
    await answer.send();
  }

  private async callerAnswered(response: SipServletResponse): Promise<void> {
    const { call } = this;
    call.moveTo("caller", "answered", `calling ${call.callee.name}`);
    call.step = "callee";
    const offer = textOf(response);
    // A phone that offers nothing of itself is connected the other way round.
    if (offer === "") call.flow = "IV";
    if (call.flow === "IV") {
      await response.createAck().send();
      return this.invite("callee");
    }
    response.session.setAttribute("answer", response);
    this.executor.schedule(() => this.hold(response), this.place.patience, { id: "patience" });
    return this.invite("callee", offer);
  }

  /** The callee's phone rings long: the caller's would soon take the missing ACK for the end. */
  private async hold(response: SipServletResponse): Promise<void> {
    if (this.call.step !== "callee") return;
    this.call.step = "held";
    await this.acknowledge(response, onHold(textOf(response), this.place.host, this.call.startedAt));
  }

  private async calleeAnswered(response: SipServletResponse): Promise<void> {
    const { call } = this;
    call.moveTo("callee", "answered", `connecting ${call.caller.name} and ${call.callee.name}`);
    const waiting = this.session("caller")?.getAttribute("answer") as SipServletResponse | undefined;
    if (call.flow === "I" && call.step === "callee" && waiting !== undefined) {
      this.applicationSession.getTaskFuture("patience")?.cancel();
      await response.createAck().send();
      await this.acknowledge(waiting, textOf(response));
      return call.connect();
    }
    call.step = "joining";
    if (call.flow === "I") await response.createAck().send();
    else response.session.setAttribute("answer", response);
    return this.reinvite("caller", textOf(response));
  }

  /** The caller's phone has taken what the callee's wants; the callee's learns where to send. */
  private async callerJoined(response: SipServletResponse): Promise<void> {
    await response.createAck().send();
    const description = textOf(response);
    const waiting = this.session("callee")?.getAttribute("answer") as SipServletResponse | undefined;
    if (this.call.flow === "IV" && waiting !== undefined) {
      await this.acknowledge(waiting, description);
      return this.call.connect();
    }
    const offered = this.session("caller")?.getAttribute("offer");
    if (typeof offered === "string" && receivesAlike(offered, description)) return this.call.connect();
    this.call.step = "aligning";
    return this.reinvite("callee", description);
  }

  private async invite(leg: LegName, description?: string): Promise<void> {
    const { call } = this;
    const [own, other] = leg === "caller" ? [call.caller, call.callee] : [call.callee, call.caller];
    if (leg === "callee") call.moveTo("callee", "calling", `calling ${own.name}`);
    const request = this.factory.createRequest(this.applicationSession, "INVITE", other.uri, own.uri);
    request.session.setAttribute("leg", leg);
    if (description !== undefined) request.setContent(description, sdp);
    this.applicationSession.getTaskFuture(`no answer ${leg}`)?.cancel();
    const noAnswer = (): Promise<void> => this.hangUp(`nobody answered at ${own.name}'s phone`);
    this.executor.schedule(noAnswer, this.place.ringTime, { id: `no answer ${leg}` });
    try {
      await this.phoneBook.direct(request);
      await request.send();
    } catch (error) {
      await this.hangUp(isSipError(error) ? reasonOf(error.statusCode, own.name) : reasonOf(503, own.name));
    }
  }

  private async reinvite(leg: LegName, description: string): Promise<void> {
    const session = this.session(leg);
    if (session === undefined) return;
    const request = session.createRequest("INVITE");
    request.setContent(description, sdp);
    await request.send();
  }

  private async acknowledge(response: SipServletResponse, description: string): Promise<void> {
    response.session.setAttribute("offer", textOf(response));
    response.session.removeAttribute("answer");
    const ack = response.createAck();
    ack.setContent(description, sdp);
    await ack.send();
  }

  /** An answer is acknowledged before its dialog ends (RFC 3261 §15). */
  private async terminate(session: SipSession): Promise<void> {
    if (!session.isValid) return;
    const waiting = session.getAttribute("answer") as SipServletResponse | undefined;
    if (waiting !== undefined) {
      await this.acknowledge(waiting, onHold(textOf(waiting), this.place.host, this.call.startedAt));
    }
    if (session.state === "TERMINATED" || session.getAttribute("sent") === false) return;
    await session.terminateDialog();
  }

  private session(leg: LegName): SipSession | undefined {
    const isOpen = (each: SipSession): boolean => each.getAttribute("leg") === leg && each.state !== "TERMINATED";
    return this.applicationSession.getSessions("SIP").find(isOpen);
  }
}

function legOf(session: SipSession): LegName {
  return session.getAttribute("leg") === "callee" ? "callee" : "caller";
}

function textOf(response: SipServletResponse): string {
  const content = response.getContent();
  return typeof content === "string" ? content : "";
}
