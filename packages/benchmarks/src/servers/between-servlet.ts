import "reflect-metadata";
import { BridgeFactory, Invite, SipServlet, inject, type SipServletRequest } from "@siplet/framework";

/** Whom it calls: `sip:service@127.0.0.1:<port>`. */
const callee = `sip:service@127.0.0.1:${Number(process.argv[3] ?? 5061)}`;

/** A back-to-back user agent between each caller and one callee. */
@SipServlet()
export class Between {
  constructor(@inject(BridgeFactory) private readonly bridges: BridgeFactory) {}

  @Invite()
  async onInvite(request: SipServletRequest): Promise<void> {
    if (request.isInitial) await this.bridges.start(request, { to: callee });
  }
}
