import type { Binding, BindingChange, LocationRecord } from "@siplet/core";
import { createUri } from "../address/uris.js";
import type { RegisteredContact, RegistrationEvent } from "../api/registration-listener.js";

/** A binding of the engine as applications see it. */
export function registeredContact(binding: Binding): RegisteredContact {
  const { contact, contactUri, q, expiresAt, updatedAt, path, instanceId, registrationId, userAgent } = binding;
  const uri = createUri(contactUri);
  const source = binding.received;
  return { uri, contact, q, expiresAt, updatedAt, path, instanceId, registrationId, userAgent, source };
}

/** A change of the engine as applications hear of it. */
export function registrationEvent({ kind, binding }: BindingChange, record: LocationRecord): RegistrationEvent {
  return {
    kind: kind === "created" ? "added" : kind,
    addressOfRecord: createUri(record.addressOfRecord),
    contact: registeredContact(binding),
    contacts: record.bindings.map(registeredContact),
  };
}
