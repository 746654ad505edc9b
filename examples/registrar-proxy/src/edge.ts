import { AnyMethod, SipServlet, inject, type SipServletRequest } from "@siplet/framework";
import { Settings } from "./settings.js";

/**
 * An edge proxy (RFC 5626 §5): devices hang on it, the domain lives behind it. REGISTER gets its Path with the flow of the
 * device; what comes back by that Path goes down the flow; everything else goes to the home proxy.
 */
@SipServlet({ name: "edge" })
export class Edge {
  constructor(@inject(Settings) private readonly settings: Settings) {}

  @AnyMethod()
  async onRequest(request: SipServletRequest): Promise<void> {
    if (!request.isInitial || request.method === "ACK" || request.method === "CANCEL") return;
    const proxy = request.getProxy();
    proxy.addToPath = request.method === "REGISTER";
    proxy.recordRoute = request.method !== "REGISTER";
    const isForDevice = request.poppedRoute?.uri?.getParameter("ob") !== undefined; // our Path, with the token of a flow
    const uri = request.requestUri;
    await proxy.proxyTo(isForDevice ? uri : { uri, routes: [`<${this.settings.home};lr>`] });
  }
}
