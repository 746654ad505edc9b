import { RequestBuilder } from "@siplet/core";
import { createAddress } from "../address/container-address.js";
import { systemValue } from "../address/change-guard.js";
import type { Address } from "../api/address.js";
import type { SipServletRequest, SipSession } from "../api/object-model.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import type { MessageFactory } from "../session/application-context.js";
import { ContainerSipSession } from "../session/container-sip-session.js";
import { ClientExchange } from "./client-exchange.js";
import { ContainerSipServletRequest } from "./container-sip-servlet-request.js";
import { MessageState } from "./message-state.js";
import type { Signalling } from "./signalling.js";

/** Makes the requests of sessions: inside a dialog, or the next of their Call-ID (JSR 289 §6.2.3). */
export class SessionRequests implements MessageFactory {
  readonly #signalling: Signalling;

  constructor(signalling: Signalling) {
    this.#signalling = signalling;
  }

  createRequest(session: SipSession, method: string): SipServletRequest {
    if (!(session instanceof ContainerSipSession)) {
      throw new IllegalArgumentError("argument.session", { detail: "the session belongs to another container" });
    }
    const { dialog } = session;
    const builder = dialog === undefined ? outsideDialog(session, method) : dialog.createRequest(method);
    return this.wrap(builder, session, method, false);
  }

  /** A request made here, ready to be filled and sent. */
  wrap(
    builder: RequestBuilder,
    session: ContainerSipSession,
    method: string,
    isInitial: boolean,
  ): ContainerSipServletRequest {
    const outgoing = new ClientExchange(method, session, this.#signalling);
    return new ContainerSipServletRequest({ state: new MessageState(builder), session, method, isInitial, outgoing });
  }

  createSystemAddress(text: string): Address {
    return createAddress(text, systemValue);
  }
}

/** Another request of a session that has no dialog: same Call-ID and parties, the next number. */
function outsideDialog(session: ContainerSipSession, method: string): RequestBuilder {
  const { local, remote } = session.parties;
  session.lastSequenceNumber += 1;
  const builder = new RequestBuilder(method, uriOfAddress(remote));
  builder.addText("From", local).addText("To", remote).addText("Call-ID", session.callId);
  return builder.addText("CSeq", `${session.lastSequenceNumber} ${method}`).addText("Max-Forwards", "70");
}

function uriOfAddress(address: string): string {
  return createAddress(address).uri?.toString() ?? address;
}
