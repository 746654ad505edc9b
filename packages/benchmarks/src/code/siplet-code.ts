import { createResponse, parseMessage, parseUri, serializeMessage, type SipRequest } from "@siplet/core";
import type { CodePeer } from "./code-peer.js";
import { sampleInvite } from "./sample-messages.js";

const bytes = Buffer.from(sampleInvite, "latin1");

function parsed(): SipRequest {
  const message = parseMessage(bytes);
  if (message.kind !== "request") throw new RangeError("the sample was not read as a request");
  return message;
}

function respond(request: SipRequest): number {
  const response = createResponse(request, 200, { toTag: "a6c85cf" }).addText("Contact", "<sip:bob@192.0.2.4>").build();
  return serializeMessage(response).length;
}

function readTen(request: SipRequest): number {
  const [via] = request.get("Via");
  const [contact] = request.get("Contact");
  return (
    (via?.host.length ?? 0) +
    (contact?.uri?.toString().length ?? 0) +
    (request.get("From")?.uri.toString().length ?? 0) +
    (request.get("To")?.uri.toString().length ?? 0) +
    request.callId.length +
    request.cseq.sequenceNumber +
    (request.maxForwards ?? 0) +
    (request.getText("User-Agent")?.length ?? 0) +
    (request.getText("Content-Type")?.length ?? 0) +
    (request.getText("Content-Length")?.length ?? 0)
  );
}

const sample = parsed();

/** Our own messages and URIs. */
export const sipletCode: CodePeer = {
  name: "siplet",
  answer: () => {
    const request = parsed();
    return readTen(request) + respond(request);
  },
  serialize: () => respond(sample),
  uri: (text) => {
    const uri = parseUri(text);
    return uri.kind === "sip" ? uri.host.length : 0;
  },
};
