import { BridgeFactory, inject, Invite, SipServlet, type SipServletRequest, type SipUri } from "@siplet/framework";
import { OutwardCall } from "./outward-call.js";
import { Settings } from "./settings.js";

/** Calls of our phones go to the provider, those of the provider to the desk. Both are known before they come here. */
@SipServlet({ name: "trunk" })
export class Trunk {
  readonly #bridges: BridgeFactory;
  readonly #settings: Settings;

  constructor(@inject(BridgeFactory) bridges: BridgeFactory, @inject(Settings) settings: Settings) {
    this.#bridges = bridges;
    this.#settings = settings;
  }

  @Invite() async onInvite(request: SipServletRequest): Promise<void> {
    console.log(`${request.remoteUser} calls ${request.requestUri.toString()}`);
    if (request.isUserInRole("phone")) await this.#callOut(request);
    else await this.#bridges.start(request, { to: this.#settings.desk });
  }

  async #callOut(request: SipServletRequest): Promise<void> {
    const { domain, addressOfRecord, route } = this.#settings;
    const to = `sip:${(request.requestUri as SipUri).user ?? ""}@${domain}`;
    await this.#bridges.start(request, {
      to,
      route: [route],
      identity: { from: addressOfRecord, to },
      hooks: OutwardCall,
    });
  }
}
