import {
  Bye,
  inject,
  Invite,
  ManagedSipExecutorService,
  SipApplicationSession,
  SipServlet,
  type SipServletRequest,
} from "@siplet/framework";
import { Journal } from "../journal.js";
import { party } from "../party.js";
import { Tariffs } from "./tariffs.js";

/** Answers calls at once, and finds out what they cost meanwhile. */
@SipServlet()
export class MeteredAnswer {
  constructor(
    @inject(ManagedSipExecutorService) private readonly executor: ManagedSipExecutorService,
    @inject(SipApplicationSession) private readonly applicationSession: SipApplicationSession,
    @inject(Tariffs) private readonly tariffs: Tariffs,
    @inject(Journal) private readonly journal: Journal,
  ) {}

  @Invite()
  async onInvite(request: SipServletRequest): Promise<void> {
    if (request.isInitial) {
      const caller = party(request.from);
      // Runs when this handler is done, in the same application session: nothing here waits for it.
      this.executor.execute(() => this.meter(caller));
    }
    await request.createResponse(200).send();
  }

  /** A task of the call: `applicationSession` is that of the call here, as in its handlers. */
  private async meter(caller: string): Promise<void> {
    const price = await this.tariffs.lookUp(caller);
    this.applicationSession.setAttribute("price", price);
    this.journal.write(`the call of ${caller} costs ${price} ct/min`);
  }

  /** However early the BYE comes, the task before it in the queue of the call has ended: the price is known. */
  @Bye()
  async onBye(request: SipServletRequest): Promise<void> {
    const price = this.applicationSession.getAttribute("price") as number | undefined;
    this.journal.write(`${party(request.from)} hangs up: ${price ?? "unknown"} ct/min`);
    await request.createResponse(200).send();
  }
}
