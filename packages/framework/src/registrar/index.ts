// A registrar and the location service behind it, as parts of applications. Reached as `@siplet/framework/registrar`.
export { registrar, sharedRegistrar } from "./bind-registrar.js";
export { Registrar, type Location, type RegistrarCount, type Registration } from "./registrar.js";
export type { RegistrarAuthentication, RegistrarOptions, RegistrationAttempt } from "./registrar-options.js";
export { RegistrationListener, type RegisteredContact, type RegistrationEvent } from "../api/registration-listener.js";
export { MemoryLocationStore } from "@siplet/core";
