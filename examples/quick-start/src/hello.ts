import {
  Ack,
  Bye,
  Invite,
  Message,
  Options,
  SipError,
  SipServlet,
  inject,
  type SipServletRequest,
  type SipUri,
} from "@siplet/framework";
import { EchoPort } from "./echo-port.js";

/** Answers every call to sip:hello@… and sends back what it hears; answers messages too. */
@SipServlet({ name: "hello" })
export class Hello {
  constructor(@inject(EchoPort) private readonly echo: EchoPort) {}

  @Invite()
  async onInvite(request: SipServletRequest): Promise<void> {
    const offer = request.getContent();
    const answer = this.echo.answer(typeof offer === "string" ? offer : undefined, request.localAddr);
    // browsers offer encrypted audio alone, which the echo does not take
    if (answer === undefined) throw new SipError(488);
    if (request.isInitial) await request.createResponse(180).send();
    const response = request.createResponse(200);
    response.setContent(answer, "application/sdp");
    await response.send();
  }

  @Ack()
  onAck(): void {
    // the call stands; the echo needs no state of its own
  }

  @Bye()
  @Message()
  @Options()
  async onRequest(request: SipServletRequest): Promise<void> {
    const response = request.createResponse(200);
    if (request.method === "MESSAGE") {
      const { user } = request.from.uri as SipUri;
      const text = request.getContent();
      process.stdout.write(`message from ${user ?? "somebody"}: ${typeof text === "string" ? text : ""}\n`);
    }
    await response.send();
  }
}
