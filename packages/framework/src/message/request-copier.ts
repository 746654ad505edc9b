import { peekTag, RequestBuilder, type HeaderField, type RandomSource } from "@siplet/core";
import type { HeaderMap } from "../api/b2bua-helper.js";
import { SipServletRequest, type SipSession } from "../api/object-model.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { TooManyHopsError } from "../errors/too-many-hops-error.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { SessionRegistry } from "../session/session-registry.js";
import { ContainerSipServletRequest } from "./container-sip-servlet-request.js";
import { HeaderOverrides, type OverridableHeader } from "./header-overrides.js";
import type { MessageState } from "./message-state.js";
import type { SessionRequests } from "./session-requests.js";

/** What copying requests needs. */
export interface RequestCopierParts {
  readonly registry: SessionRegistry;
  readonly requests: SessionRequests;
  readonly random: RandomSource;
}

/** Chooses the header fields that pass from one request to its copy. */
export type FieldChoice = (fields: readonly HeaderField[]) => HeaderField[];

/** How a request is copied. */
export interface CopyOptions {
  readonly sameCallId?: boolean;
  readonly headerMap?: HeaderMap | undefined;
  /** Everything that is no system header when left out. */
  readonly choose?: FieldChoice;
}

const initialHeaders: ReadonlySet<OverridableHeader> = new Set(["from", "to", "contact", "route"]);
const subsequentHeaders: ReadonlySet<OverridableHeader> = new Set(["from", "to", "contact"]);

/** What a copy gets anew, or does without. */
const ownOfEach: ReadonlySet<string> = new Set([
  "via",
  "record-route",
  "from",
  "to",
  "call-id",
  "cseq",
  "max-forwards",
  "content-length",
  "rseq",
  "rack",
]);

/** Makes requests modelled on others: the requests of a back-to-back user agent (JSR 289 §12). */
export class RequestCopier {
  readonly #parts: RequestCopierParts;

  constructor(parts: RequestCopierParts) {
    this.#parts = parts;
  }

  /**
   * An initial request like another one, in a new session of the same application session.
   * @throws IllegalArgumentError when the request is not initial, TooManyHopsError when its Max-Forwards is used up
   */
  copyInitial(original: SipServletRequest, options: CopyOptions = {}): ContainerSipServletRequest {
    const { sameCallId = false, headerMap, choose = chooseInitial(original.method) } = options;
    const model = ownRequest(original);
    const { method } = model;
    if (!model.isInitial) {
      throw new IllegalArgumentError("argument.invalid", {
        detail: `this ${method} is not initial; createRequest(session, request) copies it into the session of the other leg`,
      });
    }
    const overrides = new HeaderOverrides(headerMap, method, initialHeaders);
    const hops = takeHop(model);
    const { random, requests } = this.#parts;
    const localTag = random.token(64);
    const local = overrides.party("from", textOf(model, "from"), localTag);
    const remote = overrides.party("to", textOf(model, "to"));
    const callId = sameCallId ? model.callId : random.token(128);
    const session = this.#createSession(model.session, { callId, localTag, local, remote });
    const draft = new RequestBuilder(method, model.state.request().requestUriText);
    draft.addText("From", local).addText("To", remote).addText("Call-ID", callId);
    draft.addText("CSeq", `1 ${method}`).addText("Max-Forwards", hops);
    copyContent(model.state, draft, choose);
    overrides.apply(draft);
    const copy = requests.wrap(draft, session, method, { isInitial: true });
    copy.setRoutingDirective("CONTINUE", model);
    return copy;
  }

  /**
   * A request in a session like one of another session.
   * @throws IllegalArgumentError for ACK, PRACK and CANCEL, TooManyHopsError when Max-Forwards is used up
   */
  copySubsequent(
    session: SipSession,
    original: SipServletRequest,
    { headerMap, choose = chooseSubsequent }: CopyOptions = {},
  ): ContainerSipServletRequest {
    const model = ownRequest(original);
    const { method } = model;
    if (method === "ACK" || method === "PRACK" || method === "CANCEL") {
      throw new IllegalArgumentError("argument.method", { detail: `${method}; ${makers[method]} makes it` });
    }
    const overrides = new HeaderOverrides(headerMap, method, subsequentHeaders);
    const hops = takeHop(model);
    const copy = session.createRequest(method);
    if (!(copy instanceof ContainerSipServletRequest)) throw foreign();
    const draft = copy.state.draft() as RequestBuilder;
    copyContent(model.state, draft, choose);
    for (const key of ["from", "to"] as const) {
      if (overrides.has(key)) draft.set(key, overrides.party(key, "", peekTag(draft.getText(key) ?? "")));
    }
    draft.set("Max-Forwards", Number(hops));
    overrides.apply(draft);
    return copy;
  }

  #createSession(
    original: ContainerSipSession,
    parts: { readonly callId: string; readonly localTag: string; readonly local: string; readonly remote: string },
  ): ContainerSipSession {
    const { applicationSession, handler } = original;
    const session = this.#parts.registry.createSession({ ...parts, applicationSession, role: "uac", handler });
    session.lastSequenceNumber = 1;
    return session;
  }
}

const makers = {
  ACK: "response.createAck()",
  PRACK: "response.createPrack()",
  CANCEL: "createCancel(session)",
} as const;

/** @throws IllegalArgumentError `argument.missing`, `argument.invalid` */
export function ownRequest(request: SipServletRequest): ContainerSipServletRequest {
  if (request instanceof ContainerSipServletRequest) return request;
  if (request instanceof SipServletRequest) throw foreign();
  throw new IllegalArgumentError("argument.missing", { detail: "the request to be copied" });
}

function foreign(): IllegalArgumentError {
  return new IllegalArgumentError("argument.invalid", { detail: "the request belongs to another container" });
}

/** Max-Forwards of the copy. A request that has no hop left is answered 483 (RFC 3261 §16.3). */
function takeHop(model: ContainerSipServletRequest): string {
  const { maxForwards = 71 } = model;
  if (maxForwards > 0) return String(maxForwards - 1);
  if (model.incoming?.isOpen === true) void model.createResponse(483).send();
  throw new TooManyHopsError({ detail: `${model.method} ${model.callId}` });
}

/** Route passes from one initial request to the other; Contact only where it is the application's. */
const chooseInitial =
  (method: string): FieldChoice =>
  (fields) =>
    fields.filter(({ key }) => !ownOfEach.has(key) && (key !== "contact" || method === "REGISTER"));

const chooseSubsequent: FieldChoice = (fields) =>
  fields.filter(({ key }) => !ownOfEach.has(key) && key !== "contact" && key !== "route");

/** Header fields and body that belong to the application. */
function copyContent(model: MessageState, draft: RequestBuilder, choose: FieldChoice): void {
  draft.addFields(choose(model.fields));
  const isTyped = model.field("content-type") !== undefined;
  if (model.body.length > 0) draft.setBody(model.body, isTyped ? undefined : "application/octet-stream");
}

function textOf(request: ContainerSipServletRequest, key: "from" | "to"): string {
  return request.state.field(key)?.text ?? "";
}
