import { Bye, inject, Invite, SipFactory, SipServlet, type SipServletRequest } from "@siplet/framework";
import { Journal } from "../journal.js";
import { party } from "../party.js";
import { Settings } from "../settings.js";
import { CallClock } from "./call-clock.js";

/** One instance for all calls; what it was given as `clock` finds the clock of the call at hand. */
@SipServlet()
export class TimedProxy {
  constructor(
    @inject(CallClock) private readonly clock: CallClock,
    @inject(Settings) private readonly settings: Settings,
    @inject(SipFactory) private readonly factory: SipFactory,
    @inject(Journal) private readonly journal: Journal,
  ) {}

  @Invite()
  async onInvite(request: SipServletRequest): Promise<void> {
    if (!request.isInitial) return; // within a call the container forwards by itself
    this.clock.start();
    const proxy = request.getProxy();
    proxy.recordRoute = true;
    await proxy.proxyTo(this.factory.createUri(this.settings.target));
  }

  /** The container forwards the BYE when this returns. */
  @Bye()
  onBye(request: SipServletRequest): void {
    this.journal.write(`${party(request.from)} hangs up after ${this.clock.elapsed()} ms`);
  }
}
