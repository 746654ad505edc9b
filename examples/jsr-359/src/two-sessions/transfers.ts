import {
  inject,
  ManagedSipExecutorService,
  Message,
  SipApplicationKey,
  SipApplicationSession,
  SipServlet,
  type SipServletRequest,
} from "@siplet/framework";
import { Journal } from "../journal.js";
import { party } from "../party.js";
import { Account } from "./account.js";

/**
 * A MESSAGE moves one unit from its sender to its receiver: two application sessions, each of which needs the other
 * when both send at once. Whoever held one and waited for the other would wait for ever. So nobody holds two: what is to
 * happen in the other session is put into its queue, and this one goes on.
 */
@SipServlet()
export class Transfers {
  constructor(
    @inject(ManagedSipExecutorService) private readonly executor: ManagedSipExecutorService,
    @inject(SipApplicationSession) private readonly applicationSession: SipApplicationSession,
    @inject(Account) private readonly account: Account,
    @inject(Journal) private readonly journal: Journal,
  ) {}

  /** The sender's application session takes the message. */
  @SipApplicationKey()
  static accountOf(request: SipServletRequest): string {
    return party(request.from);
  }

  @Message()
  async onMessage(request: SipServletRequest): Promise<void> {
    const receiver = party(request.to);
    await this.book(party(request.from), -1);
    // Not awaited. `await this.executor.submit(…)` here is what deadlocks; the container detects it and throws.
    this.executor.execute(() => this.book(receiver, 1), { applicationSessionKey: receiver });
    await request.createResponse(200).send();
  }

  /** Runs in the application session of `owner`, whoever asked for it. */
  private async book(owner: string, amount: number): Promise<void> {
    this.applicationSession.invalidateWhenReady = false; // the account outlives the message
    this.journal.write(`${owner} has ${await this.account.add(amount)}`);
  }
}
