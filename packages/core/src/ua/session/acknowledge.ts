import type { DigestClientSession } from "../../auth/client/digest-client-session.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import type { SipResponse } from "../../message/sip-response.js";
import { ClientExchange } from "../exchange/client-exchange.js";
import type { InviteClientBranch } from "../invite/invite-client-branch.js";
import { lenientRead } from "../lenient-read.js";
import { sessionDescriptionOf } from "../offer-answer/session-description-of.js";
import { refuseOffer } from "../sdp/create-answer.js";
import type { CallAgent } from "./call-agent.js";
import type { SessionCore } from "./session-core.js";

/**
 * Takes the 2xx to an INVITE of ours into its session and acknowledges it, with the answer when it brought the offer.
 * `onDone` hears whether both ends have what they need of each other's descriptions. RFC 3261 §13.2.2.4, RFC 6337 §2.2
 */
export function acknowledgeSuccess(
  core: SessionCore,
  response: SipResponse,
  branch: InviteClientBranch,
  onDone: (isComplete: boolean) => void,
): void {
  const role = core.offerAnswer.receive(response);
  core.learn(response);
  core.timer?.receiveResponse(response);
  const finish = (answer: string | undefined): void => {
    const ack = branch.createAck();
    if (answer !== undefined) ack.setBody(answer, "application/sdp");
    core.offerAnswer.send(ack.build());
    branch.sendAck(ack);
    if (role === "answer" || (role === "offer" && answer !== undefined)) core.tellAgreed();
    onDone(role !== "missing");
  };
  if (role !== "offer") return finish(undefined);
  const offer = core.offerAnswer.open?.description ?? "";
  core.withAnswer(offer, (answer) => finish(core.answerAtLeast(offer, answer)));
}

/** What is known of a dialog that nobody wants. */
export interface UnwantedDialog {
  readonly response: SipResponse;
  readonly branch: InviteClientBranch;
  /** Whether the INVITE had the offer: then the ACK needs no answer. */
  readonly hadOffer: boolean;
  readonly digest: DigestClientSession | undefined;
}

/**
 * Ends a dialog that nobody wants: the ACK, with an answer that takes nothing when the 2xx brought an offer, then BYE.
 * RFC 3261 §13.2.2.4
 */
export function endUnwanted(agent: CallAgent, { response, branch, hadOffer, digest }: UnwantedDialog): void {
  const { sender, context } = agent;
  const { dialog } = branch;
  try {
    const ack = branch.createAck();
    const offer = hadOffer ? undefined : sessionDescriptionOf(response);
    const answer = offer === undefined ? undefined : lenientRead(() => refuseOffer(offer));
    if (answer !== undefined) ack.setBody(answer, "application/sdp");
    branch.sendAck(ack);
  } catch (error) {
    context.log.warn({ error, callId: response.callId }, "a dialog that nobody wants could not be acknowledged");
  }
  const draft = (): RequestBuilder => {
    const bye = dialog.createRequest("BYE");
    agent.completeRequest(bye);
    return bye;
  };
  const plan = { draft, options: agent.sendOptions(), onOutcome: () => dialog.terminate() };
  new ClientExchange({ sender, digest, log: context.log }, plan).start();
}
