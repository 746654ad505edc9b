import { liveBindings, type Binding, type LocationRecord, type SipResponse } from "@siplet/core";
import { createUri, engineUri } from "../address/uris.js";
import type { SipServletRequest, SipServletResponse } from "../api/object-model.js";
import type { ProxyTarget } from "../api/proxy-target.js";
import type { RegisteredContact } from "../api/registration-listener.js";
import { Uri } from "../api/uri.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { SipError } from "../errors/sip-error.js";
import { UnsupportedOperationError } from "../errors/unsupported-operation-error.js";
import { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import { locationOf } from "./location.js";
import { Registrar, type Location, type RegistrarCount, type Registration } from "./registrar.js";
import { registeredContact } from "./registration-event.js";
import type { SharedRegistrar } from "./shared-registrar.js";

/** The registrar as one application has it. */
export class ContainerRegistrar extends Registrar {
  readonly #find: () => SharedRegistrar;
  #found: SharedRegistrar | undefined;

  /** @param find gives the registrar when it is first used: another application may make it later */
  constructor(find: () => SharedRegistrar) {
    super();
    this.#find = find;
  }

  get #shared(): SharedRegistrar {
    return (this.#found ??= this.#find());
  }

  get count(): RegistrarCount {
    return this.#shared.core.count;
  }

  async handle(request: SipServletRequest): Promise<void> {
    const response = await this.answer(request);
    await response.send();
  }

  async answer(request: SipServletRequest): Promise<SipServletResponse> {
    const { state, remoteUser } = requireRegister(request);
    const answer = await this.#shared.core.receiveRegister(state.request(), state.connection, remoteUser);
    return servletResponse(request, answer);
  }

  async lookUp(wanted: Uri | SipServletRequest): Promise<Location> {
    const { core, surroundings } = this.#shared;
    const uri = wanted instanceof Uri ? wanted : wanted.requestUri;
    if (!this.serves(uri)) return { kind: "missing", statusCode: 404 };
    const request = wanted instanceof ContainerSipServletRequest ? wanted.state.request() : undefined;
    return locationOf(await core.lookUp(engineUri(uri)), surroundings.flows, request);
  }

  async locate(wanted: Uri | SipServletRequest): Promise<readonly ProxyTarget[]> {
    const location = await this.lookUp(wanted);
    if (location.kind === "found") return location.targets;
    throw new SipError(location.statusCode);
  }

  async contacts(addressOfRecord: Uri | string): Promise<readonly RegisteredContact[]> {
    const bindings = await this.#shared.core.bindings(engineUri(asUri(addressOfRecord)));
    return bindings.map(registeredContact);
  }

  async registrations(): Promise<readonly Registration[]> {
    const { store, surroundings } = this.#shared;
    if (store.records === undefined) {
      throw new UnsupportedOperationError("unsupported.operation", {
        detail: "registrations(): the location store has no records(); give it that method, or ask contacts(address)",
      });
    }
    const found: Registration[] = [];
    for await (const record of store.records()) {
      const contacts = liveBindings(record, surroundings.clock.now()).map(registeredContact);
      if (contacts.length > 0) found.push({ addressOfRecord: addressOf(record), contacts });
    }
    return found;
  }

  async remove(addressOfRecord: Uri | string, contact?: Uri | string): Promise<void> {
    const wanted = contact === undefined ? undefined : asUri(contact);
    const isMeant = (binding: Binding): boolean => wanted === undefined || wanted.equals(createUri(binding.contactUri));
    await this.#shared.core.remove(engineUri(asUri(addressOfRecord)), isMeant);
  }

  serves(uri: Uri): boolean {
    return this.#shared.core.serves(engineUri(uri));
  }
}

function requireRegister(request: SipServletRequest): ContainerSipServletRequest {
  if (request instanceof ContainerSipServletRequest && request.method === "REGISTER") return request;
  throw new IllegalArgumentError("argument.invalid", {
    detail: `a registrar answers REGISTER, not ${request.method}; call it from a method with @Register()`,
  });
}

/** The fields that the container writes by itself. */
const ownFields: ReadonlySet<string> = new Set(["via", "from", "to", "call-id", "cseq", "content-length"]);

function servletResponse(request: SipServletRequest, answer: SipResponse): SipServletResponse {
  const response = request.createResponse(answer.statusCode, answer.reasonPhrase);
  for (const { key, name, text } of answer.fields) if (!ownFields.has(key)) response.addHeader(name, text);
  return response;
}

function asUri(uri: Uri | string): Uri {
  return typeof uri === "string" ? createUri(uri) : uri;
}

function addressOf({ addressOfRecord }: LocationRecord): Uri {
  return createUri(addressOfRecord);
}
