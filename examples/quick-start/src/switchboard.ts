import {
  AnyMethod,
  Bye,
  ErrorResponse,
  Invite,
  Message,
  Options,
  Register,
  SipError,
  SipServlet,
  SuccessResponse,
  inject,
  type SipServletRequest,
  type SipServletResponse,
  type SipUri,
} from "@siplet/framework";
import { Registrar } from "@siplet/framework/registrar";

/** Remembers where phones are, and brings calls and messages to those of the one who is asked for. */
@SipServlet({ name: "switchboard" })
export class Switchboard {
  constructor(@inject(Registrar) private readonly registrar: Registrar) {}

  @Register()
  onRegister(request: SipServletRequest): Promise<void> {
    return this.registrar.handle(request);
  }

  @Invite()
  @Message()
  async onRequest(request: SipServletRequest): Promise<void> {
    if (!request.isInitial) return; // within a call the container forwards by itself
    const location = await this.registrar.lookUp(request);
    if (location.kind === "missing") throw new SipError(404, `Nobody is registered as ${partyOf(request.requestUri)}`);
    const proxy = request.getProxy();
    proxy.recordRoute = true;
    await proxy.proxyTo(location.targets);
  }

  @Options()
  onOptions(request: SipServletRequest): Promise<void> | undefined {
    return request.isInitial ? request.createResponse(200).send() : undefined;
  }

  @Invite()
  @SuccessResponse()
  onAnswered(response: SipServletResponse): void {
    log(`${partyOf(response.from.uri)} talks to ${partyOf(response.to.uri)}`);
  }

  @Invite()
  @ErrorResponse()
  onFailed(response: SipServletResponse): void {
    log(
      `${partyOf(response.from.uri)} did not reach ${partyOf(response.to.uri)}: ${response.status} ${response.reasonPhrase}`,
    );
  }

  @Bye()
  onBye(request: SipServletRequest): void {
    log(`${partyOf(request.from.uri)} hangs up`);
  }

  @AnyMethod()
  onOther(request: SipServletRequest): void {
    if (request.isInitial && request.method !== "ACK") {
      throw new SipError(405, undefined, {
        headers: { Allow: "INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, REGISTER" },
      });
    }
  }
}

function partyOf(uri: unknown): string {
  return (uri as SipUri | undefined)?.user ?? String(uri);
}

function log(line: string): void {
  process.stdout.write(`${line}\n`);
}
