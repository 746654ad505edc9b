import type { RequestBuilder } from "../../message/request-builder.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { InviteClientBranch } from "../invite/invite-client-branch.js";
import { responseNumberOf } from "../response-number.js";
import type { SessionRole } from "../offer-answer/session-role.js";
import type { SessionCore } from "./session-core.js";

/**
 * Takes a provisional response to an INVITE of ours into a session; a reliable one gets its PRACK, with the answer when it
 * brought an offer. Gives the role of its description. RFC 3262 §4, §5
 */
export function takeProvisional(core: SessionCore, response: SipResponse, branch: InviteClientBranch): SessionRole {
  const role = core.offerAnswer.receive(response);
  if (responseNumberOf(response) === undefined) return role;
  core.learn(response);
  if (role !== "offer") sendPrack(core, response, branch, undefined);
  else {
    const offer = core.offerAnswer.open?.description ?? "";
    core.withAnswer(offer, (answer) => sendPrack(core, response, branch, core.answerAtLeast(offer, answer)));
  }
  if (role === "answer") core.tellAgreed();
  return role;
}

function sendPrack(
  core: SessionCore,
  response: SipResponse,
  branch: InviteClientBranch,
  answer: string | undefined,
): void {
  if (core.dialog.state === "terminated") return;
  let isTold = answer === undefined;
  const draft = (): RequestBuilder => {
    const prack = branch.createPrack(response);
    if (answer !== undefined) prack.setBody(answer, "application/sdp");
    core.agent.completeRequest(prack);
    if (!isTold) core.offerAnswer.send(prack.build());
    isTold = true;
    return prack;
  };
  core.exchange(draft, ({ statusCode }) => core.noteFailure(statusCode));
  if (answer !== undefined) core.tellAgreed();
}
