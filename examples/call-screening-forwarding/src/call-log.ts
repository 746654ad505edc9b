import {
  Bye,
  ErrorResponse,
  inject,
  Invite,
  SipServlet,
  SuccessResponse,
  type SipServletRequest,
  type SipServletResponse,
} from "@siplet/framework";
import { Journal } from "./journal.js";

/** Writes down every call. It knows nothing of the applications behind it: it proxies to where the call wants to go. */
@SipServlet({ name: "call-log" })
export class CallLog {
  constructor(@inject(Journal) private readonly journal: Journal) {}

  @Invite()
  async onCall(request: SipServletRequest): Promise<void> {
    if (!request.isInitial) return;
    const proxy = request.getProxy();
    proxy.recordRoute = true; // stays on the path, so that the BYE comes by
    await proxy.proxyTo(request.requestUri);
  }

  @Invite()
  @SuccessResponse()
  onAnswered(response: SipServletResponse): void {
    this.journal.write(`log: ${nameOf(response)} answered`);
  }

  @Invite()
  @ErrorResponse()
  onFailed(response: SipServletResponse): void {
    this.journal.write(`log: ${nameOf(response)} failed with ${response.status}`);
  }

  @Bye()
  onBye(request: SipServletRequest): void {
    this.journal.write(`log: ${String(request.from.uri)} hung up`);
  }
}

function nameOf({ from, to }: SipServletResponse): string {
  return `${String(from.uri)} to ${String(to.uri)}`;
}
