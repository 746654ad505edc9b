import type {
  AutomaticProcessingListener,
  SipServletMessage,
  SipServletRequest,
  SipServletResponse,
} from "../api/object-model.js";
import type { UaMode } from "../api/ua-mode.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import { tellAutomatic, type SessionTermination } from "./session-termination.js";
import type { Signalling } from "./signalling.js";

/** What ends when a proxied call is terminated. */
export interface ProxiedTerminationParts {
  readonly session: ContainerSipSession;
  readonly signalling: Signalling;
  /** The end that is told; both when undefined. */
  readonly mode: UaMode | undefined;
  readonly listener: AutomaticProcessingListener | undefined;
}

/**
 * The end of a proxied call by the container (JSR 359): a BYE to each end, or the end of the INVITE where nobody has answered
 * yet. What the ends send meanwhile is answered here.
 */
export class ProxiedDialogTermination implements SessionTermination {
  readonly #parts: ProxiedTerminationParts;
  #isActing = false;
  #unanswered = 0;

  constructor(parts: ProxiedTerminationParts) {
    this.#parts = parts;
  }

  get isActing(): boolean {
    return this.#isActing;
  }

  /** Begins. */
  start(): Promise<void> {
    const { session, mode } = this.#parts;
    if (session.dialogState !== "CONFIRMED") return this.#cancel();
    const sides: readonly UaMode[] = mode === undefined ? ["UAC", "UAS"] : [mode];
    const byes = sides.map((side) =>
      session.application.messages.createProxiedBye(session, side, (answer) => this.#receiveAnswer(answer)),
    );
    this.#unanswered = byes.length;
    return Promise.all(byes.map((bye) => this.#send(bye, "outgoingRequest", () => this.#end()))).then(() => undefined);
  }

  receiveRequest(request: SipServletRequest): void {
    this.#tell("incomingRequest", request);
    if (request.method === "ACK" || request.method === "CANCEL") return;
    void this.#send(request.createResponse(request.method === "BYE" ? 200 : 481), "outgoingResponse");
  }

  /** A response that goes on by itself. */
  receiveResponse(response: SipServletResponse): void {
    this.#tell("incomingResponse", response);
  }

  proceed(): void {}

  close(): void {}

  /** The caller gets the 487 of the branches. */
  #cancel(): Promise<void> {
    const invite = this.#parts.session.ongoing.find(({ method, isServer }) => isServer && method === "INVITE");
    return invite?.servletRequest.getProxy(false)?.cancel() ?? Promise.resolve();
  }

  #receiveAnswer(response: SipServletResponse): void {
    this.#tell("incomingResponse", response);
    if (response.status >= 200) this.#end();
  }

  #end(): void {
    this.#unanswered -= 1;
    if (this.#unanswered > 0) return;
    const { session, signalling } = this.#parts;
    session.moveTo("TERMINATED");
    if (session.isValid) signalling.deliveries.settle(session);
  }

  async #send(
    message: SipServletRequest | SipServletResponse,
    event: keyof AutomaticProcessingListener,
    onFailure?: () => void,
  ): Promise<void> {
    this.#tell(event, message);
    try {
      await this.#act(message);
    } catch (error) {
      const { callId } = message;
      this.#parts.signalling.log.warn({ error, callId }, "a proxied call could not be ended in good order");
      onFailure?.();
    }
  }

  #act(message: SipServletRequest | SipServletResponse): Promise<void> {
    this.#isActing = true;
    try {
      return message.send();
    } finally {
      this.#isActing = false;
    }
  }

  #tell(event: keyof AutomaticProcessingListener, message: SipServletMessage): void {
    const { listener, signalling } = this.#parts;
    tellAutomatic(listener, event, message, signalling.log);
  }
}
