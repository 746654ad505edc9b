import { Bye, inject, Invite, SipServlet, type SipServletRequest } from "@siplet/framework";
import { Journal } from "../journal.js";
import { Visits } from "./visits.js";

/** Answers calls, and tells at their end how often the web hook was used for them. */
@SipServlet()
export class CountedAnswer {
  constructor(
    @inject(Visits) private readonly visits: Visits,
    @inject(Journal) private readonly journal: Journal,
  ) {}

  @Invite()
  async onInvite(request: SipServletRequest): Promise<void> {
    if (request.isInitial) this.journal.write(`call ${request.applicationSession.id}`);
    await request.createResponse(200).send();
  }

  @Bye()
  async onBye(request: SipServletRequest): Promise<void> {
    this.journal.write(`call ended after ${this.visits.count()} visits`);
    await request.createResponse(200).send();
  }
}
