import type { RegistrationListener } from "../api/registration-listener.js";
import type { RegistrarSurroundings, RegistrarUser } from "./registrar-surroundings.js";
import type { RegistrarTable } from "./registrar-table.js";

/** What the registrars of one application stand on: the container offers it to be injected. */
export abstract class RegistrarHost implements RegistrarUser {
  abstract readonly applicationName: string;
  abstract readonly listeners: readonly RegistrationListener[];
  abstract readonly surroundings: RegistrarSurroundings;
  /** The registrars of the whole container. */
  abstract readonly registrars: RegistrarTable;
}
