import {
  ErrorResponse,
  inject,
  Invite,
  SipFactory,
  SipServlet,
  SuccessResponse,
  type SipServletRequest,
  type SipServletResponse,
} from "@siplet/framework";
import { Journal } from "../journal.js";
import { party } from "../party.js";
import { Settings } from "../settings.js";
import { InitialInvite } from "./initial-invite.js";
import { My18xInvite } from "./my-18x-invite.js";

/** A plain class: its decorators, some of them our own, say which message a method takes. */
@SipServlet({ name: "calls" })
export class Calls {
  constructor(
    @inject(Settings) private readonly settings: Settings,
    @inject(SipFactory) private readonly factory: SipFactory,
    @inject(Journal) private readonly journal: Journal,
  ) {}

  @InitialInvite()
  async onNewCall(request: SipServletRequest): Promise<void> {
    this.journal.write(`${party(request.from)} calls`);
    const proxy = request.getProxy();
    proxy.recordRoute = true;
    await proxy.proxyTo(this.factory.createUri(this.settings.target));
  }

  /** Less specific than `@InitialInvite`, so it gets the rest. */
  @Invite()
  onReinvite(request: SipServletRequest): void {
    this.journal.write(`${party(request.from)} changes the call`);
  }

  @My18xInvite()
  onRinging(response: SipServletResponse): void {
    this.journal.write(`${party(response.to)} rings: ${response.status}`);
  }

  @Invite()
  @SuccessResponse()
  onAnswered(response: SipServletResponse): void {
    this.journal.write(`${party(response.to)} answers`);
  }

  @ErrorResponse()
  onFailure(response: SipServletResponse): void {
    this.journal.write(`${party(response.to)} does not answer: ${response.status}`);
  }
}
