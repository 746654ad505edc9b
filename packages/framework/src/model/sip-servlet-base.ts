import type { SipServletRequest, SipServletResponse } from "../api/object-model.js";
import type { SipServletConfig } from "../api/sip-servlet-config.js";
import type { SipServletContext } from "../api/sip-servlet-context.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";

/** What a handler gives back: nothing, now or later. */
type Handled = void | Promise<void>;

/**
 * Servlets in the class style: override the `do…` methods of what the servlet serves. JSR: `SipServlet`, JSR 289 §2.
 * (The name `SipServlet` belongs to the decorator.)
 *
 * What is not overridden: an initial request is answered 500, as the published API documents say; ACK, CANCEL,
 * subsequent requests and responses are left alone, for a proxy forwards them.
 */
export abstract class SipServletBase {
  #config: SipServletConfig | undefined;

  /** Called by the container once, before any message: keeps the configuration and calls `init`. */
  initialize(config: SipServletConfig): Handled {
    this.#config = config;
    return this.init();
  }

  /** To be overridden. Sending is not allowed yet; start signalling in a `SipServletListener`. */
  init(): Handled {}

  /** To be overridden: the servlet is being removed. */
  destroy(): Handled {}

  /** @throws IllegalStateError before `initialize`, so in the constructor. */
  get servletConfig(): SipServletConfig {
    if (this.#config !== undefined) return this.#config;
    throw new IllegalStateError("state.initialized", {
      detail: `${this.constructor.name} has no configuration yet; use it in init() or later, not in the constructor`,
    });
  }

  get servletName(): string {
    return this.servletConfig.servletName;
  }

  get servletContext(): SipServletContext {
    return this.servletConfig.servletContext;
  }

  getInitParameter(name: string): string | undefined {
    return this.servletConfig.initParameters[name];
  }

  /** Takes every message; exactly one argument is given. */
  service(request: SipServletRequest | undefined, response?: SipServletResponse): Handled {
    if (request !== undefined) return this.doRequest(request);
    if (response === undefined) return undefined;
    return response.isBranchResponse ? this.doBranchResponse(response) : this.doResponse(response);
  }

  /** Calls the method of the request's method, compared case-sensitively. */
  protected doRequest(request: SipServletRequest): Handled {
    const name = Object.hasOwn(requestMethods, request.method) ? requestMethods[request.method] : undefined;
    return name === undefined ? this.#refuse(request) : this[name](request);
  }

  /** Calls the method of the status class. */
  protected doResponse(response: SipServletResponse): Handled {
    if (response.status < 200) return this.doProvisionalResponse(response);
    if (response.status < 300) return this.doSuccessResponse(response);
    if (response.status < 400) return this.doRedirectResponse(response);
    return this.doErrorResponse(response);
  }

  protected doInvite(request: SipServletRequest): Handled {
    return this.#refuse(request);
  }
  protected doAck(_request: SipServletRequest): Handled {}
  protected doBye(request: SipServletRequest): Handled {
    return this.#refuse(request);
  }
  protected doCancel(_request: SipServletRequest): Handled {}
  protected doOptions(request: SipServletRequest): Handled {
    return this.#refuse(request);
  }
  protected doRegister(request: SipServletRequest): Handled {
    return this.#refuse(request);
  }
  protected doPrack(request: SipServletRequest): Handled {
    return this.#refuse(request);
  }
  protected doSubscribe(request: SipServletRequest): Handled {
    return this.#refuse(request);
  }
  protected doNotify(request: SipServletRequest): Handled {
    return this.#refuse(request);
  }
  protected doMessage(request: SipServletRequest): Handled {
    return this.#refuse(request);
  }
  protected doInfo(request: SipServletRequest): Handled {
    return this.#refuse(request);
  }
  protected doUpdate(request: SipServletRequest): Handled {
    return this.#refuse(request);
  }
  protected doRefer(request: SipServletRequest): Handled {
    return this.#refuse(request);
  }
  protected doPublish(request: SipServletRequest): Handled {
    return this.#refuse(request);
  }

  protected doProvisionalResponse(_response: SipServletResponse): Handled {}
  protected doSuccessResponse(_response: SipServletResponse): Handled {}
  protected doRedirectResponse(_response: SipServletResponse): Handled {}
  protected doErrorResponse(_response: SipServletResponse): Handled {}
  /** A final response of one branch of a proxied request. */
  protected doBranchResponse(_response: SipServletResponse): Handled {}

  #refuse(request: SipServletRequest): Handled {
    return request.isInitial ? request.createResponse(500).send() : undefined;
  }
}

type RequestMethodName =
  | "doInvite"
  | "doAck"
  | "doBye"
  | "doCancel"
  | "doOptions"
  | "doRegister"
  | "doPrack"
  | "doSubscribe"
  | "doNotify"
  | "doMessage"
  | "doInfo"
  | "doUpdate"
  | "doRefer"
  | "doPublish";

const requestMethods: Readonly<Record<string, RequestMethodName>> = {
  INVITE: "doInvite",
  ACK: "doAck",
  BYE: "doBye",
  CANCEL: "doCancel",
  OPTIONS: "doOptions",
  REGISTER: "doRegister",
  PRACK: "doPrack",
  SUBSCRIBE: "doSubscribe",
  NOTIFY: "doNotify",
  MESSAGE: "doMessage",
  INFO: "doInfo",
  UPDATE: "doUpdate",
  REFER: "doRefer",
  PUBLISH: "doPublish",
};
