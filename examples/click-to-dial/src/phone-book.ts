import { SipFactory, inject, type SipServletRequest, type SipUri, type Uri } from "@siplet/framework";
import { Registrar } from "@siplet/framework/registrar";
import { Place } from "./place.js";

/** A phone that can be called. */
export interface Phone {
  readonly name: string;
  readonly uri: string;
  readonly device: string | undefined;
}

/** Who can be called, and where. */
export class PhoneBook {
  constructor(
    @inject(Registrar) private readonly registrar: Registrar,
    @inject(SipFactory) private readonly factory: SipFactory,
    @inject(Place) private readonly place: Place,
  ) {}

  /** The phones that are registered now, by name. */
  async phones(): Promise<readonly Phone[]> {
    const registrations = await this.registrar.registrations();
    const phones = registrations.map(({ addressOfRecord, contacts }) => ({
      name: nameOf(addressOfRecord),
      uri: addressOfRecord.toString(),
      device: contacts[0]?.userAgent,
    }));
    return phones.toSorted((one, other) => one.name.localeCompare(other.name));
  }

  /** What somebody typed, as an address: a name of this house, or a SIP address from anywhere. */
  addressOf(typed: string): Uri {
    const text = typed.trim();
    if (/^(?:sips?|tel):/i.test(text)) return this.factory.createUri(text);
    return this.factory.createUri(text.includes("@") ? `sip:${text}` : `sip:${text}@${this.place.domain}`);
  }

  /**
   * Sends a request to where its user is registered; strangers are called at their address.
   * @throws SipError 404 or 480 when nobody of this house is there
   */
  async direct(request: SipServletRequest): Promise<void> {
    const { requestUri } = request;
    if (!this.isOfThisHouse(requestUri) || this.place.services.includes(nameOf(requestUri))) return;
    const [target] = await this.registrar.locate(requestUri);
    if (target === undefined || !("uri" in target)) return;
    request.requestUri = target.uri;
    for (const route of (target.routes ?? []).toReversed()) request.pushRoute(this.factory.createAddress(route));
    if (target.flow !== undefined) request.session.flow = request.servletContext.getFlow(target.flow);
  }

  /** Another program on this machine has another port. */
  private isOfThisHouse(uri: Uri): boolean {
    const { port } = uri as SipUri;
    return this.registrar.serves(uri) && (port === undefined || port === this.place.port);
  }
}

/** How people call the owner of an address. */
export function nameOf(uri: Uri): string {
  return (uri as SipUri).user ?? uri.toString();
}
