import {
  BranchResponse,
  Bye,
  Cancel,
  ErrorResponse,
  Invite,
  Register,
  SipError,
  SipServlet,
  SuccessResponse,
  inject,
  type Proxy,
  type ProxyTarget,
  type SipServletRequest,
  type SipServletResponse,
  type SipUri,
  type Uri,
} from "@siplet/framework";
import { Registrar } from "@siplet/framework/registrar";
import { Groups, type HuntGroup } from "./groups.js";
import { Journal } from "./journal.js";

/** Proxies calls for a group to the phones of its members; calls for anybody else to that one's own. */
@SipServlet({ name: "hunt" })
export class Hunt {
  constructor(
    @inject(Registrar) private readonly registrar: Registrar,
    @inject(Groups) private readonly groups: Groups,
    @inject(Journal) private readonly journal: Journal,
  ) {}

  @Register()
  onRegister(request: SipServletRequest): Promise<void> {
    return this.registrar.handle(request);
  }

  @Invite()
  async onInvite(request: SipServletRequest): Promise<void> {
    if (!request.isInitial) return; // within a call the container forwards by itself
    const proxy = request.getProxy();
    proxy.recordRoute = true;
    const group = this.groups.find(userOf(request.requestUri));
    if (group === undefined) return proxy.proxyTo(await this.registrar.locate(request));
    const phones = await this.phonesOf(group, request);
    if (phones.length === 0) return this.callDesk(request, proxy);
    proxy.parallel = group.isParallel;
    proxy.proxyTimeout = this.groups.ringTime;
    proxy.getRecordRouteUri().setParameter("group", group.name);
    this.journal.write(`${userOf(request.from.uri)} calls ${group.name}`);
    await proxy.proxyTo(phones);
  }

  /** One phone of several has not taken the call; the others go on ringing, or the next one begins. */
  @Invite()
  @BranchResponse()
  onDeclined(response: SipServletResponse): void {
    this.journal.write(`${userOf(response.proxyBranch?.request.requestUri)} did not take it: ${response.status}`);
  }

  @Invite()
  @SuccessResponse()
  onAnswered(response: SipServletResponse): void {
    this.journal.write(`${userOf(response.proxyBranch?.request.requestUri)} took it`);
  }

  /** Nobody has taken the call. It is not answered yet: the desk may still have it. */
  @Invite()
  @ErrorResponse()
  onNobody({ request, proxy, status }: SipServletResponse): Promise<void> | undefined {
    if (request === undefined || proxy === undefined || request.getAttribute("desk") !== undefined) return undefined;
    const isGroup = this.groups.find(userOf(request.requestUri)) !== undefined;
    if (!isGroup || status === 487 || status >= 600) return undefined;
    return this.callDesk(request, proxy);
  }

  @Cancel()
  onCancel(request: SipServletRequest): void {
    this.journal.write(`${userOf(request.from.uri)} gave up`);
  }

  /** The parameter that was put on Record-Route comes back with each request of the call. */
  @Bye()
  onBye(request: SipServletRequest): void {
    const group = request.getParameter("group");
    if (group !== undefined) this.journal.write(`a call for ${group} has ended`);
  }

  private async callDesk(request: SipServletRequest, proxy: Proxy): Promise<void> {
    request.setAttribute("desk", true);
    const desk = request.requestUri.clone() as SipUri;
    desk.user = this.groups.desk;
    const location = await this.registrar.lookUp(desk);
    if (location.kind === "found") {
      this.journal.write("the desk is called");
      await proxy.proxyTo(location.targets);
    } else if (proxy.proxyBranches.length === 0) throw new SipError(480, "Nobody is here");
  }

  private async phonesOf(group: HuntGroup, request: SipServletRequest): Promise<readonly ProxyTarget[]> {
    const locations = await Promise.all(
      group.members.map((member) => {
        const address = request.requestUri.clone() as SipUri;
        address.user = member;
        return this.registrar.lookUp(address);
      }),
    );
    return locations.flatMap((location) => (location.kind === "found" ? location.targets : []));
  }
}

function userOf(uri: Uri | undefined): string | undefined {
  return uri?.isSipUri === true ? (uri as SipUri).user : uri?.toString();
}
