import { Bye, inject, Invite, SipServlet, type SipServletRequest, type SipUri } from "@siplet/framework";
import { Journal } from "./journal.js";
import { Settings } from "./settings.js";

/** Turns away callers whom nobody wants to hear. */
@SipServlet({ name: "call-screening" })
export class CallScreening {
  constructor(
    @inject(Settings) private readonly settings: Settings,
    @inject(Journal) private readonly journal: Journal,
  ) {}

  @Invite()
  async onCall(request: SipServletRequest): Promise<void> {
    if (!request.isInitial) return;
    const { user = "" } = request.from.uri as SipUri;
    if (this.settings.blocked.has(user)) {
      this.journal.write(`screening: ${user} is not put through to ${String(request.getSubscriberUri())}`);
      await request.createResponse(603).send();
      return;
    }
    const proxy = request.getProxy();
    proxy.recordRoute = true;
    await proxy.proxyTo(request.requestUri);
  }

  @Bye()
  onBye(): void {
    this.journal.write("screening: the call is over");
  }
}
