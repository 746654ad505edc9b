import { DigestClient } from "../../auth/client/digest-client.js";
import type { DigestClientSession, DigestClientSnapshot } from "../../auth/client/digest-client-session.js";
import { needsSecureContact, needsSecureOwnContact } from "../../dialog/secure-contact.js";
import { EngineError } from "../../errors/engine-error.js";
import { NameAddress } from "../../headers/name-address.js";
import { createsDialog, refreshesTarget } from "../../message/methods.js";
import { RequestBuilder } from "../../message/request-builder.js";
import type { ResponseBuilder } from "../../message/response-builder.js";
import type { SipRequest } from "../../message/sip-request.js";
import { transactionTimeout } from "../../transaction/timer-values.js";
import type { SendRequestOptions } from "../../transaction/sent-request.js";
import type { RequestSender } from "../../transaction/request-sender.js";
import type { Connection } from "../../transport/transport.js";
import { parseUri } from "../../uri/parse-uri.js";
import { requestParts } from "../../uri/request-parts.js";
import type { CallAgent, CallSettings } from "../session/call-agent.js";
import { RequestChecks } from "../checks/request-checks.js";
import { localContact } from "../exchange/local-contact.js";
import { lenientRead } from "../lenient-read.js";
import { addOptionTag } from "../option-tags.js";
import type { UsageContext } from "../usage-context.js";
import { DialogTable } from "../session/dialog-table.js";
import type { UserAgentOptions, UserAgentStack } from "./user-agent-options.js";

/** What names a request outside a dialog and its attempts. */
export interface RequestIdentity {
  readonly callId: string;
  readonly fromTag: string;
}

const methods = [
  "INVITE",
  "ACK",
  "CANCEL",
  "BYE",
  "OPTIONS",
  "PRACK",
  "UPDATE",
  "INFO",
  "MESSAGE",
  "REFER",
  "NOTIFY",
  "SUBSCRIBE",
];
const optionTags = ["100rel", "replaces", "join", "norefersub", "nosub", "199"];
/** Requests that tell what we take (RFC 3261 §20.5, §20.37). */
const tellingMethods = new Set(["INVITE", "UPDATE", "OPTIONS", "REFER"]);
const usualTimer = { interval: 1800 };

/** What all requests and answers of a user agent have in common: identity, capabilities, credentials. RFC 3261 §8 */
export class AgentCore implements CallAgent {
  readonly context: UsageContext;
  readonly sender: RequestSender;
  readonly dialogs: DialogTable;
  readonly settings: CallSettings;
  readonly #options: UserAgentOptions;
  readonly #user: string | undefined;
  readonly #from: string;
  readonly #digest: DigestClient | undefined;

  /** @throws EngineError `ua.options`, `uri.malformed` */
  constructor(stack: UserAgentStack, options: UserAgentOptions) {
    const { clock, random, log, transactions, sender } = stack;
    const uri = parseUri(options.uri);
    if (uri.kind === "other") {
      throw new EngineError("ua.options", { detail: `"${options.uri}" is no sip, sips or tel URI` });
    }
    this.context = { clock, random, log, timers: transactions.timers };
    this.sender = sender;
    this.dialogs = new DialogTable(clock, transactionTimeout(transactions.timers));
    this.settings = settingsOf(options);
    this.#options = options;
    this.#user = uri.kind === "sip" ? uri.user : undefined;
    this.#from = String(NameAddress.create({ displayName: options.displayName, uri }));
    this.#digest = digestOf(options, stack);
  }

  createDigest(snapshot?: DigestClientSnapshot): DigestClientSession | undefined {
    return this.#digest?.createSession(snapshot);
  }

  createTag(): string {
    return this.context.random.token(64);
  }

  /** Names for a new request outside a dialog. RFC 3261 §8.1.1 */
  createIdentity(): RequestIdentity {
    return { callId: this.context.random.token(128), fromTag: this.createTag() };
  }

  /**
   * Begins a request outside a dialog; header fields that the URI proposes go into it. RFC 3261 §8.1.1, §19.1.5
   * @throws EngineError `uri.malformed`
   */
  createRequest(method: string, target: string, identity: RequestIdentity, sequenceNumber: number): RequestBuilder {
    const uri = parseUri(target);
    const parts = uri.kind === "sip" ? requestParts(uri) : undefined;
    const requestUri = parts?.requestUri ?? uri;
    const request = new RequestBuilder(method, requestUri);
    for (const route of this.#options.routes ?? []) request.addText("Route", route);
    request.addText("From", `${this.#from};tag=${identity.fromTag}`).addText("To", `<${String(requestUri)}>`);
    request.addText("Call-ID", identity.callId).addText("CSeq", `${sequenceNumber} ${method}`);
    request.addText("Max-Forwards", "70");
    for (const { name, value } of parts?.headers ?? []) request.addText(name, value);
    return request;
  }

  sendOptions(): SendRequestOptions {
    const { connection } = this.#options;
    const onConnection = (request: RequestBuilder, path: Connection): void => this.#addContact(request, path);
    return { onConnection, connection: connection?.isOpen === true ? connection : undefined };
  }

  completeRequest(draft: RequestBuilder): void {
    const { checks, product } = this.settings;
    if (tellingMethods.has(draft.method)) {
      draft.set("Allow", checks.allow);
      if (draft.has("Supported")) for (const tag of checks.supported.split(", ")) addOptionTag(draft, "Supported", tag);
      else draft.addText("Supported", checks.supported);
    }
    if (product !== undefined) draft.set("User-Agent", product);
  }

  completeResponse(draft: ResponseBuilder, request: SipRequest, connection: Connection): void {
    const { statusCode } = draft;
    const { checks, product } = this.settings;
    const { method } = request;
    if (product !== undefined) draft.set("Server", product);
    if (statusCode <= 100 || statusCode >= 300) return;
    if ((createsDialog(method) || refreshesTarget(method)) && !draft.has("Contact")) {
      const isSecure = lenientRead(() => needsSecureContact(request)) ?? false;
      draft.addText("Contact", this.#contactFor(connection, isSecure));
    }
    if (!tellingMethods.has(method) || method === "REFER") return;
    draft.set("Allow", checks.allow).set("Supported", checks.supported);
    if (method === "OPTIONS") draft.set("Accept", "application/sdp");
  }

  #addContact(request: RequestBuilder, connection: Connection): void {
    const { method } = request;
    if ((!createsDialog(method) && !refreshesTarget(method)) || request.has("Contact")) return;
    const isSecure = lenientRead(() => needsSecureOwnContact(request.build())) ?? false;
    request.addText("Contact", this.#contactFor(connection, isSecure));
  }

  #contactFor(connection: Connection, isSecure: boolean): string {
    const { contact } = this.#options;
    if (typeof contact === "string") return contact;
    return contact?.(connection) ?? `<${String(localContact(connection, { user: this.#user, isSecure }))}>`;
  }
}

function settingsOf(options: UserAgentOptions): CallSettings {
  const { sessionTimer = usualTimer, infoPackages, product, messageTypes = ["text/*"] } = options;
  const sdp = { types: ["application/sdp"] };
  const timerTags = sessionTimer === false ? [] : ["timer"];
  const checks = new RequestChecks({
    methods,
    optionTags: [...optionTags, ...timerTags, ...(options.optionTags ?? [])],
    bodies: { INVITE: sdp, UPDATE: sdp, PRACK: sdp, MESSAGE: { types: messageTypes } },
  });
  return { checks, sessionTimer: sessionTimer === false ? undefined : sessionTimer, infoPackages, product };
}

function digestOf({ credentials }: UserAgentOptions, { random }: UserAgentStack): DigestClient | undefined {
  if (credentials === undefined) return undefined;
  return new DigestClient({ random, credentials: typeof credentials === "function" ? credentials : () => credentials });
}
