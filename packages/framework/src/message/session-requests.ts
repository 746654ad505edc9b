import { createResponse, Dialog, RequestBuilder } from "@siplet/core";
import { createAddress } from "../address/container-address.js";
import { systemValue } from "../address/change-guard.js";
import type { Address } from "../api/address.js";
import type { B2buaHelper, SipServletRequest, SipSession } from "../api/object-model.js";
import type { UaMode } from "../api/ua-mode.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import type { MessageFactory } from "../session/application-context.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { ContainerSipSession } from "../session/container-sip-session.js";
import type { SessionSignalling } from "../session/session-signalling.js";
import { ClientExchange, type AnswerCallback, type ClientExchangeParts } from "./client-exchange.js";
import { ContainerSipServletRequest } from "./container-sip-servlet-request.js";
import { MessageState } from "./message-state.js";
import { createProxiedBye } from "./proxied-bye.js";
import { deriveSession, SessionUsage, usageOf } from "./session-usage.js";
import type { Signalling } from "./signalling.js";

/** Makes the requests of sessions: inside a dialog, or the next of their Call-ID (JSR 289 §6.2.3). */
export class SessionRequests implements MessageFactory {
  readonly #signalling: Signalling;

  constructor(signalling: Signalling) {
    this.#signalling = signalling;
  }

  createRequest(session: SipSession, method: string): SipServletRequest {
    return this.#create(own(session), method);
  }

  createAutomaticRequest(session: SipSession, method: string, onAnswer: AnswerCallback): SipServletRequest {
    return this.#create(own(session), method, onAnswer);
  }

  createForkedNotify(session: SipSession): SipServletRequest {
    const original = own(session);
    const { acceptedSubscribe } = usageOf(original);
    if (acceptedSubscribe === undefined) {
      throw new IllegalStateError("state.dialog", {
        detail: "the session was not made by a SUBSCRIBE or REFER received",
      });
    }
    const localTag = this.#signalling.random.token(64);
    const derived = deriveSession(original, localTag, this.#signalling);
    derived.enterDialog(
      Dialog.ofServer(acceptedSubscribe, createResponse(acceptedSubscribe, 200, { toTag: localTag }).build()),
    );
    derived.moveTo("CONFIRMED");
    usageOf(derived).subscriptions.begin(acceptedSubscribe, true);
    return this.#create(derived, "NOTIFY");
  }

  b2buaHelperFor(request: SipServletRequest): B2buaHelper {
    return this.#signalling.b2bua.helperFor(request);
  }

  createProxiedBye(session: SipSession, toward: UaMode, onAnswer: AnswerCallback): SipServletRequest {
    const proxied = own(session);
    if (proxied.proxied === undefined) {
      throw new IllegalStateError("state.proxy", { detail: "no call runs through this session" });
    }
    const { builder, via } = createProxiedBye(proxied, proxied.proxied, toward, this.#signalling);
    return this.wrap(builder, proxied, "BYE", { isInitial: false, onAnswer, via });
  }

  createSignalling(session: SipSession): SessionSignalling {
    return new SessionUsage(own(session), this.#signalling);
  }

  /** A request made here, ready to be filled and sent. */
  wrap(
    builder: RequestBuilder,
    session: ContainerSipSession,
    method: string,
    options: Pick<ClientExchangeParts, "onAnswer" | "via"> & { readonly isInitial: boolean },
  ): ContainerSipServletRequest {
    const { isInitial, onAnswer, via } = options;
    const signalling = this.#signalling;
    const outgoing = new ClientExchange({ method, session, signalling, onAnswer, via });
    const authentication = (): SessionUsage["authentication"] => usageOf(session).authentication;
    const state = new MessageState(builder);
    const { transport } = signalling;
    return new ContainerSipServletRequest({ state, session, method, isInitial, outgoing, authentication, transport });
  }

  #create(session: ContainerSipSession, method: string, onAnswer?: AnswerCallback): ContainerSipServletRequest {
    const { dialog } = session;
    const builder = dialog === undefined ? outsideDialog(session, method) : dialog.createRequest(method);
    return this.wrap(builder, session, method, { isInitial: false, onAnswer });
  }

  createSystemAddress(text: string): Address {
    return createAddress(text, systemValue);
  }
}

function own(session: SipSession): ContainerSipSession {
  if (session instanceof ContainerSipSession) return session;
  throw new IllegalArgumentError("argument.session", { detail: "the session belongs to another container" });
}

/** Another request of a session that has no dialog: same Call-ID and parties, the next number. */
function outsideDialog(session: ContainerSipSession, method: string): RequestBuilder {
  const { local, remote } = session.parties;
  session.lastSequenceNumber += 1;
  const builder = new RequestBuilder(method, session.lastRequestUri ?? uriOfAddress(remote));
  builder.addText("From", local).addText("To", remote).addText("Call-ID", session.callId);
  return builder.addText("CSeq", `${session.lastSequenceNumber} ${method}`).addText("Max-Forwards", "70");
}

function uriOfAddress(address: string): string {
  return createAddress(address).uri?.toString() ?? address;
}
