import { NameAddress, RequestBuilder, type RandomSource } from "@siplet/core";
import { addressOf, createAddress } from "../address/container-address.js";
import { createParameterable } from "../address/container-parameterable.js";
import { ContainerSipUri } from "../address/container-sip-uri.js";
import { createUri, engineUri } from "../address/uris.js";
import { Address } from "../api/address.js";
import type { AuthInfo } from "../api/auth-info.js";
import { SipServletRequest, type SipApplicationSession } from "../api/object-model.js";
import type { Parameterable } from "../api/parameterable.js";
import { SipFactory } from "../api/sip-factory.js";
import type { SipUri } from "../api/sip-uri.js";
import type { Uri } from "../api/uri.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { requireText } from "../errors/require-text.js";
import { ServletParseError } from "../errors/servlet-parse-error.js";
import type { ContainerSipApplicationSession } from "../session/container-sip-application-session.js";
import { requireMethod } from "../session/require-method.js";
import type { SessionRegistry } from "../session/session-registry.js";
import { ContainerAuthInfo } from "./container-auth-info.js";
import { RequestCopier } from "./request-copier.js";
import type { SessionRequests } from "./session-requests.js";

/** What the factory of one application needs. */
export interface SipFactoryParts {
  readonly requests: SessionRequests;
  readonly random: RandomSource;
  readonly registry: SessionRegistry;
  /** Name of the servlet that gets the answers. */
  readonly defaultHandler: () => string;
  /** A new application session, or the one of a key. */
  readonly applicationSession: (key?: string) => ContainerSipApplicationSession;
  /** The session itself, or the running one where the injected reference is given. */
  readonly ownerOf: (session: unknown) => ContainerSipApplicationSession | undefined;
}

/** The factory of one application (JSR 289 §4). */
export class ContainerSipFactory extends SipFactory {
  readonly #parts: SipFactoryParts;
  readonly #copier: RequestCopier;

  constructor(parts: SipFactoryParts) {
    super();
    this.#parts = parts;
    this.#copier = new RequestCopier(parts);
  }

  createUri(text: string): Uri {
    return createUri(text);
  }

  createSipUri(user: string | undefined, host: string): SipUri {
    const uri = createUri(`sip:${requireText(host, "the host")}`);
    if (!(uri instanceof ContainerSipUri)) throw new ServletParseError("parse.uri", { detail: host });
    if (user !== undefined) uri.user = user;
    return uri;
  }

  createAddress(text: string): Address;
  createAddress(uri: Uri, displayName?: string): Address;
  createAddress(value: string | Uri, displayName?: string): Address {
    return typeof value === "object" && value !== null ? addressOf(value, displayName) : createAddress(value);
  }

  createParameterable(text: string): Parameterable {
    requireText(text, "a value");
    try {
      return createParameterable(text);
    } catch (cause) {
      throw new ServletParseError("parse.parameterable", { detail: `"${text}"`, cause });
    }
  }

  createRequest(
    applicationSession: SipApplicationSession,
    method: string,
    from: Address | Uri | string,
    to: Address | Uri | string,
  ): SipServletRequest;
  createRequest(originalRequest: SipServletRequest, sameCallId: boolean): SipServletRequest;
  createRequest(...parameters: unknown[]): SipServletRequest {
    const [owner, method, from, to] = parameters;
    if (owner instanceof SipServletRequest) {
      return this.#copier.copyInitial(owner, { sameCallId: method === true });
    }
    const applicationSession = this.#parts.ownerOf(owner);
    if (applicationSession === undefined) {
      throw new IllegalArgumentError("argument.missing", {
        detail: "an application session, or a request to be copied",
      });
    }
    requireMethod(method);
    if (!applicationSession.isOpen) {
      throw new IllegalArgumentError("argument.session", {
        detail: `application session ${applicationSession.id} is invalid`,
      });
    }
    const fromAddress = partyOf(from);
    const toAddress = partyOf(to);
    const localTag = this.#parts.random.token(64);
    const local = fromAddress.with({ tag: localTag }).toString();
    const session = this.#parts.registry.createSession({
      applicationSession,
      role: "uac",
      callId: this.#parts.random.token(128),
      localTag,
      local,
      remote: toAddress.toString(),
      handler: this.#parts.defaultHandler(),
    });
    session.lastSequenceNumber = 1;
    const builder = new RequestBuilder(method, requestUriOf(to));
    builder.addText("From", local).addText("To", toAddress.toString()).addText("Call-ID", session.callId);
    builder.addText("CSeq", `1 ${method}`).addText("Max-Forwards", "70");
    return this.#parts.requests.wrap(builder, session, method, { isInitial: true });
  }

  createApplicationSession(): SipApplicationSession {
    return this.#parts.applicationSession();
  }

  createApplicationSessionByKey(key: string): SipApplicationSession {
    if (typeof key !== "string") throw new IllegalArgumentError("argument.missing", { detail: "a key is required" });
    return this.#parts.applicationSession(key);
  }

  createAuthInfo(): AuthInfo {
    return new ContainerAuthInfo();
  }
}

function addressFrom(value: unknown): Address {
  if (typeof value === "string") return createAddress(value);
  if (value instanceof Address) return value;
  return addressOf(value as Uri);
}

/** From and To take neither tag nor the URI parts that belong to routing (RFC 3261 §19.1.1 table 1). */
function partyOf(value: unknown): NameAddress {
  const address = addressFrom(value);
  if (address.uri === undefined) {
    throw new IllegalArgumentError("argument.invalid", { detail: "* is no party of a request" });
  }
  const uri = engineUri(address.uri);
  if (uri.kind !== "sip") return NameAddress.create({ displayName: address.displayName, uri });
  let party = uri.with({ port: undefined, headers: [] });
  for (const name of ["maddr", "ttl", "transport", "lr", "method"]) party = party.withoutParameter(name);
  return NameAddress.create({ displayName: address.displayName, uri: party });
}

function requestUriOf(value: unknown): string {
  const { uri } = addressFrom(value);
  const engine = uri === undefined ? undefined : engineUri(uri);
  return engine === undefined ? "" : String(engine.kind === "sip" ? engine.toRequestUri() : engine);
}
