/** The annotated servlet with a session-scoped bean, in the queue of its application session. */
import "reflect-metadata";
import {
  Bye,
  Invite,
  SipApplicationSessionScoped,
  SipServlet,
  SipServletRequest,
  bootstrap,
  inject,
} from "@siplet/framework";
import { silentLogger } from "@siplet/core";

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

@SipServlet()
class Answer {
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

await bootstrap({
  applications: [{ name: "answer", servlets: [Answer] }],
  listen: [`udp:127.0.0.1:${Number(process.argv[2])}`],
  log: silentLogger,
});
console.log("ready");
