import { AnyMethod, BridgeFactory, inject, SipServlet, type SipServletRequest, type SipUri } from "@siplet/framework";
import { CallRecords } from "./call-records.js";
import { Settings } from "./settings.js";

/** Brings whatever comes to the other network, under names of the border's own. */
@SipServlet({ name: "border" })
export class Border {
  constructor(
    @inject(BridgeFactory) private readonly bridges: BridgeFactory,
    @inject(Settings) private readonly settings: Settings,
  ) {}

  @AnyMethod()
  async onRequest(request: SipServletRequest): Promise<void> {
    const { target, domain } = this.settings;
    const { user } = request.requestUri as SipUri;
    await this.bridges.start(request, {
      to: user === undefined ? `sip:${target}` : `sip:${user}@${target}`,
      hooks: CallRecords,
      hideTopology: { domain, sdp: "border" },
    });
  }
}
