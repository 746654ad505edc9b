import { BridgeFactory, Invite, Register, SipServlet, inject, type SipServletRequest } from "@siplet/framework";
import { Registrar } from "@siplet/framework/registrar";
import { routeTo, type Places } from "./places.js";
import { PlacesToken } from "./tokens.js";

/** Seconds until nobody answers. */
const patience = 8;

/** Registrar and record-routing proxy of the domain. */
@SipServlet({ name: "home" })
export class Home {
  constructor(@inject(Registrar) private readonly registrar: Registrar) {}

  @Register()
  onRegister(request: SipServletRequest): Promise<void> {
    return this.registrar.handle(request);
  }

  @Invite()
  async onInvite(request: SipServletRequest): Promise<void> {
    if (!request.isInitial) return;
    const proxy = request.getProxy();
    proxy.recordRoute = true;
    proxy.proxyTimeout = patience;
    await proxy.proxyTo(await this.registrar.locate(request));
  }
}

/** A B2BUA that relays whole calls to the proxy. */
@SipServlet({ name: "relay" })
export class Relay {
  constructor(
    @inject(BridgeFactory) private readonly bridges: BridgeFactory,
    @inject(PlacesToken) private readonly places: Places,
  ) {}

  @Invite()
  async onInvite(request: SipServletRequest): Promise<void> {
    if (!request.isInitial) return;
    await this.bridges.start(request, { route: [routeTo(this.places.proxy)], ringingTimeout: 2 * patience });
  }
}
