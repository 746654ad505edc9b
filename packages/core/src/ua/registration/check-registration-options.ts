import { EngineError } from "../../errors/engine-error.js";
import type { RegistrationOptions } from "./registration-options.js";

/** Seconds to ask for when nothing else is said. */
export const defaultRegistrationExpires = 3600;

const largestRegistrationId = 2_147_483_647;

/** Refuses what cannot be registered like this. @throws EngineError `registration.options` */
export function checkRegistrationOptions(options: RegistrationOptions): void {
  const fault = faultOf(options);
  if (fault !== undefined) throw new EngineError("registration.options", { detail: fault });
}

function faultOf({
  outbound,
  expires = defaultRegistrationExpires,
  snapshot,
}: RegistrationOptions): string | undefined {
  if (snapshot !== undefined && snapshot.version !== 1) {
    return `snapshot version ${String(snapshot.version)}, known is 1`;
  }
  if (!Number.isInteger(expires) || expires < 1) return `expires of ${expires} s; take a whole number above 0`;
  if (outbound === undefined) return undefined;
  const { registrationId, instanceId } = outbound;
  const isId = Number.isInteger(registrationId) && registrationId >= 1 && registrationId <= largestRegistrationId;
  if (!isId) return `reg-id ${registrationId}; it is 1 to 2^31-1 (RFC 5626 §4.2)`;
  return instanceId.toLowerCase().startsWith("urn:") ? undefined : `instance "${instanceId}"; it is a URN, urn:uuid:…`;
}
