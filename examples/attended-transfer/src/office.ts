import {
  BridgeFactory,
  inject,
  Invite,
  SipError,
  SipServlet,
  type SipServletRequest,
  type SipUri,
} from "@siplet/framework";
import { Settings } from "./settings.js";
import { Transfers } from "./transfers.js";

/** Links the calls of the office's telephones, and carries out their transfers. */
@SipServlet({ name: "office" })
export class Office {
  constructor(
    @inject(BridgeFactory) private readonly bridges: BridgeFactory,
    @inject(Settings) private readonly settings: Settings,
  ) {}

  @Invite()
  async onInvite(request: SipServletRequest): Promise<void> {
    if (this.bridges.findReplaced(request) !== undefined) {
      await this.bridges.start(request); // the second half of an attended transfer
      return;
    }
    const { user = "" } = request.requestUri as SipUri;
    const phone = this.settings.phones.get(user);
    if (phone === undefined) throw new SipError(404, `The office has no telephone ${user}`);
    await this.bridges.start(request, { to: phone, transfers: "execute", hooks: Transfers });
  }
}
