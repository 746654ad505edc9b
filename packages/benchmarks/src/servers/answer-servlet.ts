import "reflect-metadata";
import {
  Bye,
  Invite,
  SipApplicationSessionScoped,
  SipServlet,
  inject,
  type SipServletRequest,
} from "@siplet/framework";

@SipApplicationSessionScoped()
class CallClock {
  startedAt = 0;
  start(): void {
    this.startedAt = Date.now();
  }
  elapsed(): number {
    return Date.now() - this.startedAt;
  }
}

/** Answers each call by 100, 180 and 200, and counts in a bean of its session how long it lasted. */
@SipServlet()
export class Answer {
  longest = 0;

  constructor(@inject(CallClock) private readonly clock: CallClock) {}

  @Invite()
  async onInvite(request: SipServletRequest): Promise<void> {
    this.clock.start();
    await request.createResponse(100).send();
    await request.createResponse(180).send();
    await request.createResponse(200).send();
  }

  @Bye()
  onBye(request: SipServletRequest): Promise<void> {
    this.longest = Math.max(this.longest, this.clock.elapsed());
    return request.createResponse(200).send();
  }
}
