import type { InjectionSetup } from "../di/application-injector.js";
import { ContainerRegistrar } from "./container-registrar.js";
import { RegistrarHost } from "./registrar-host.js";
import type { RegistrarOptions } from "./registrar-options.js";
import { Registrar } from "./registrar.js";

/**
 * Gives an application a registrar, to be injected as `Registrar`: `configure: registrar({ domains: ["example.com"] })`.
 * Options that cannot work are told when the container starts.
 */
export function registrar(options: RegistrarOptions = {}): InjectionSetup {
  return (bind) => {
    bind(Registrar)
      .toDynamicValue((context) => {
        const host = context.get(RegistrarHost);
        const made = host.registrars.create(options, host, host.surroundings);
        return new ContainerRegistrar(() => made);
      })
      .inSingletonScope();
  };
}

/** Gives an application the registrar that another application of the container has made under a name. */
export function sharedRegistrar(name: string): InjectionSetup {
  return (bind) => {
    bind(Registrar)
      .toDynamicValue((context) => {
        const host = context.get(RegistrarHost);
        host.registrars.join(name, host);
        return new ContainerRegistrar(() => host.registrars.find(name));
      })
      .inSingletonScope();
  };
}
