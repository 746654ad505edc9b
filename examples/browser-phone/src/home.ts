import { inject, Invite, Message, Options, Register, SipServlet, type SipServletRequest } from "@siplet/framework";
import { Registrar } from "@siplet/framework/registrar";

/** The home of all phones: remembers where they are, and brings calls and messages to them. */
@SipServlet({ name: "home" })
export class Home {
  constructor(@inject(Registrar) private readonly registrar: Registrar) {}

  @Register()
  onRegister(request: SipServletRequest): Promise<void> {
    return this.registrar.handle(request);
  }

  @Invite()
  @Message()
  async onRequest(request: SipServletRequest): Promise<void> {
    if (!request.isInitial) return; // within a call the container forwards by itself
    const proxy = request.getProxy();
    proxy.recordRoute = true;
    await proxy.proxyTo(await this.registrar.locate(request));
  }

  @Options()
  onOptions(request: SipServletRequest): Promise<void> | undefined {
    return request.isInitial ? request.createResponse(200).send() : undefined;
  }
}
