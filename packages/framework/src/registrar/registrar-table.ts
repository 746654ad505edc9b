import type { RegistrarCore, SipUri } from "@siplet/core";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import type { RegistrarOptions } from "./registrar-options.js";
import type { RegistrarSurroundings, RegistrarUser } from "./registrar-surroundings.js";
import { SharedRegistrar } from "./shared-registrar.js";

/** The registrars of a container: each is made by one application and lives as long as one that uses it. */
export class RegistrarTable {
  readonly #registrars = new Map<string, SharedRegistrar>();
  /** Applications that use a registrar by its name, made or not. */
  readonly #users = new Map<string, Set<RegistrarUser>>();

  /** How much all of them keep. */
  get count(): RegistrarCore["count"] {
    let [addresses, flows] = [0, 0];
    for (const { core } of this.#registrars.values()) {
      addresses += core.count.addresses;
      flows += core.count.flows;
    }
    return { addresses, flows };
  }

  /** Makes the registrar of an application. @throws IllegalArgumentError `argument.invalid` when the name is taken */
  create(options: RegistrarOptions, user: RegistrarUser, surroundings: RegistrarSurroundings): SharedRegistrar {
    const name = options.name ?? privateName(user);
    const other = this.#registrars.get(name);
    if (other !== undefined) {
      throw new IllegalArgumentError("argument.invalid", {
        detail:
          options.name === undefined
            ? `the application "${user.applicationName}" has two registrars; give them to two applications, or bind one`
            : `there is a registrar "${name}" already; take it by sharedRegistrar("${name}")`,
      });
    }
    const registrar = new SharedRegistrar(options, surroundings, this.join(name, user));
    this.#registrars.set(name, registrar);
    return registrar;
  }

  /** One more application uses the registrar of a name, which may be made later; gives all who do. */
  join(name: string, user: RegistrarUser): ReadonlySet<RegistrarUser> {
    const users = this.#users.get(name) ?? new Set();
    this.#users.set(name, users.add(user));
    return users;
  }

  /** The registrar of a name. @throws IllegalStateError `state.registrar` when there is none */
  find(name: string): SharedRegistrar {
    const registrar = this.#registrars.get(name);
    if (registrar !== undefined) return registrar;
    throw new IllegalStateError("state.registrar", {
      detail: `none is called "${name}"; an application of this container makes it by configure: registrar({ name: "${name}", … })`,
    });
  }

  /** The device behind a GRUU of a domain here; undefined for other domains. RFC 5627 §5.4 */
  readonly locateGruu = (gruu: SipUri): ReturnType<RegistrarCore["lookUp"]> | undefined => {
    for (const { core } of this.#registrars.values()) if (core.serves(gruu)) return core.lookUp(gruu);
    return undefined;
  };

  /** An application has ended; a registrar ends with the last that uses it. */
  release(user: RegistrarUser): void {
    for (const [name, users] of this.#users) {
      if (!users.delete(user) || users.size > 0) continue;
      this.#users.delete(name);
      this.#registrars.get(name)?.close();
      this.#registrars.delete(name);
    }
  }
}

/** No name that can be given: they hold no line break. */
function privateName({ applicationName }: RegistrarUser): string {
  return `\n${applicationName}`;
}
