import {
  Bye,
  inject,
  Invite,
  SipError,
  SipFactory,
  SipResponseCode,
  SipServlet,
  type Proxy,
  type SipServletRequest,
  type SipServletResponse,
  type SipUri,
} from "@siplet/framework";
import { Journal } from "./journal.js";
import { Settings } from "./settings.js";

/** Finds the telephone of the one who is called, and of the one who gets the call when that is busy. */
@SipServlet({ name: "call-forwarding" })
export class CallForwarding {
  constructor(
    @inject(Settings) private readonly settings: Settings,
    @inject(SipFactory) private readonly factory: SipFactory,
    @inject(Journal) private readonly journal: Journal,
  ) {}

  @Invite()
  async onCall(request: SipServletRequest): Promise<void> {
    if (!request.isInitial) return;
    const proxy = request.getProxy();
    proxy.recordRoute = true;
    await this.ring(proxy, nameOf(request));
  }

  @Invite()
  @SipResponseCode(486)
  async onBusy({ request, proxy }: SipServletResponse): Promise<void> {
    const busy = request === undefined ? "" : nameOf(request);
    const other = this.settings.forward.get(busy);
    if (proxy === undefined || other === undefined || proxy.proxyBranches.length > 1) return; // busy it is
    this.journal.write(`forwarding: ${busy} is busy, ${other} gets the call`);
    await this.ring(proxy, other);
  }

  @Bye()
  onBye(): void {
    this.journal.write("forwarding: the call is over");
  }

  private async ring(proxy: Proxy, name: string): Promise<void> {
    const phone = this.settings.phones.get(name);
    if (phone === undefined) throw new SipError(404, `There is no telephone ${name}`);
    await proxy.proxyTo(this.factory.createUri(phone));
  }
}

function nameOf(request: SipServletRequest): string {
  return (request.requestUri as SipUri).user ?? "";
}
