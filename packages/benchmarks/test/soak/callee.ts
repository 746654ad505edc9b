import {
  Ack,
  Bye,
  Invite,
  Notify,
  SipFactory,
  SipServlet,
  inject,
  type SipServletRequest,
  type SipUri,
} from "@siplet/framework";
import { domain, routeTo, uriAt, type Places } from "./places.js";
import { outcomes, Tally } from "./tally.js";
import { PlacesToken } from "./tokens.js";

/** The side that is called: each user does one thing. Registers them, and takes them away. */
@SipServlet({ name: "callee" })
export class Callee {
  constructor(
    @inject(SipFactory) private readonly factory: SipFactory,
    @inject(Tally) private readonly tally: Tally,
    @inject(PlacesToken) private readonly places: Places,
  ) {}

  @Invite()
  async onInvite(request: SipServletRequest): Promise<void> {
    const { user } = request.requestUri as SipUri;
    if (user === "busy") return request.createResponse(486).send();
    await request.createResponse(180).send();
    if (user === "cancelled" || user === "unanswered" || user === "silent") return;
    request.applicationSession.setAttribute("user", user);
    await request.createResponse(200).send();
  }

  @Ack()
  async onAck({ applicationSession, session }: SipServletRequest): Promise<void> {
    const user = applicationSession.getAttribute("user");
    if (user === "hung-up") await session.createRequest("BYE").send();
    if (user !== "transferred") return;
    const refer = session.createRequest("REFER");
    refer.setHeader("Refer-To", `<sip:answered@${domain}>`);
    await refer.send();
  }

  @Notify()
  @Bye()
  onRequest(request: SipServletRequest): Promise<void> {
    return request.createResponse(200).send();
  }

  /** Registers all users, or takes them away. */
  async register(expires: number): Promise<void> {
    const { callee, device, nowhere, proxy } = this.places;
    for (const user of outcomes) {
      const first = uriAt(user, user === "unreachable" ? nowhere : callee);
      const contacts = user === "forked" ? [first, uriAt("silent", device)] : [first];
      const address = `sip:${user}@${domain}`;
      const request = this.factory.createRequest(this.factory.createApplicationSession(), "REGISTER", address, address);
      request.requestUri = this.factory.createUri(`sip:${domain}`);
      request.pushRoute(this.factory.createAddress(routeTo(proxy)));
      for (const contact of contacts) request.addHeader("Contact", `<${contact}>`);
      request.expires = expires;
      await request.send();
    }
  }
}
