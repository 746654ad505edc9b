import {
  Register,
  SipError,
  SipServlet,
  inject,
  type Address,
  type SipServletRequest,
  type SipUri,
} from "@siplet/framework";
import { LocationTable } from "./location-table.js";

const defaultExpires = 3600;

/** Remembers where phones are (RFC 3261 §10). */
@SipServlet({ name: "registrar" })
export class Registrar {
  constructor(@inject(LocationTable) private readonly locations: LocationTable) {}

  @Register()
  onRegister(request: SipServletRequest): Promise<void> {
    const user = userOf(request.to);
    const contacts = request.getAddressHeaders("Contact");
    if (contacts.some((contact) => contact.isWildcard)) this.#removeAll(request, user, contacts);
    else for (const contact of contacts) this.#update(request, user, contact);

    const response = request.createResponse(200);
    for (const binding of this.locations.find(user)) {
      const seconds = Math.round((binding.expiresAt - Date.now()) / 1000);
      response.addHeader("Contact", `<${binding.contact.toString()}>;expires=${seconds}`);
    }
    response.setHeader("Date", new Date().toUTCString());
    return response.send();
  }

  #removeAll(request: SipServletRequest, user: string, contacts: readonly Address[]): void {
    if (contacts.length > 1 || request.expires !== 0) {
      throw new SipError(400, "* needs Expires: 0 and no other Contact");
    }
    this.locations.unregister(user);
  }

  #update(request: SipServletRequest, user: string, { uri, expires }: Address): void {
    if (uri === undefined) return;
    const seconds = expires ?? request.expires ?? defaultExpires;
    const sequenceNumber = Number.parseInt(request.getHeader("CSeq") ?? "0", 10);
    const known = this.locations.find(user).find((binding) => binding.contact.equals(uri));
    if (known?.callId === request.callId && known.sequenceNumber >= sequenceNumber) {
      throw new SipError(500, "CSeq is not above that of the last registration");
    }
    if (seconds === 0) this.locations.unregister(user, uri);
    else {
      const expiresAt = Date.now() + seconds * 1000;
      this.locations.register(user, { contact: uri.clone(), expiresAt, callId: request.callId, sequenceNumber });
    }
  }
}

function userOf(address: Address): string {
  const uri = address.uri as SipUri | undefined;
  if (uri?.isSipUri === true && uri.user !== undefined) return uri.user;
  throw new SipError(404, "Only sip:user@host can register here");
}
