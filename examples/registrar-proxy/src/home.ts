import {
  AnyMethod,
  Invite,
  Message,
  Options,
  Refer,
  Register,
  SipError,
  SipServlet,
  Subscribe,
  inject,
  type SipServletRequest,
  type SipUri,
} from "@siplet/framework";
import { Registrar } from "@siplet/framework/registrar";
import { CallerCheck } from "./caller-check.js";
import { Settings } from "./settings.js";

/** The registrar and proxy of a domain: all devices of a user ring, those of the highest q first. */
@SipServlet({ name: "home" })
export class Home {
  constructor(
    @inject(Registrar) private readonly registrar: Registrar,
    @inject(CallerCheck) private readonly callers: CallerCheck,
    @inject(Settings) private readonly settings: Settings,
  ) {}

  @Register()
  onRegister(request: SipServletRequest): Promise<void> {
    return this.registrar.handle(request);
  }

  @Invite()
  @Message()
  @Subscribe()
  @Refer()
  async onRequest(request: SipServletRequest): Promise<void> {
    if (!request.isInitial) return; // within a call the container forwards by itself
    const isOurs = this.registrar.serves(request.requestUri);
    if (!isOurs && !(await this.callers.admits(request))) return; // nobody calls the world through us unknown
    const proxy = request.getProxy();
    proxy.recordRoute = true;
    await proxy.proxyTo(isOurs ? await this.registrar.locate(request) : this.#wayOut(request.requestUri as SipUri));
  }

  /** Answers who asks whether we are there; a question for a device goes to it. */
  @Options()
  async onOptions(request: SipServletRequest): Promise<void> {
    if (!request.isInitial) return;
    if ((request.requestUri as SipUri).user === undefined) await request.createResponse(200).send();
    else await request.getProxy().proxyTo(await this.registrar.locate(request));
  }

  @AnyMethod()
  onOther(request: SipServletRequest): void {
    if (!request.isInitial || request.method === "ACK") return;
    throw new SipError(405, undefined, {
      headers: { Allow: "INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, REFER, REGISTER, SUBSCRIBE" },
    });
  }

  /** Another domain: by the peer that is known for it, else where DNS says. */
  #wayOut(uri: SipUri) {
    const peer = this.settings.peers.get(uri.host.toLowerCase());
    return peer === undefined ? uri : { uri, routes: [`<${peer};lr>`] };
  }
}
