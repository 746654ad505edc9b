import type { Clock, Logger, RandomSource } from "@siplet/core";
import type { RegistrationListener } from "../api/registration-listener.js";
import type { ContainerFlows } from "../message/container-flows.js";

/** What a registrar needs of the container around it. */
export interface RegistrarSurroundings {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Logger;
  readonly flows: ContainerFlows;
  /** The same in every container that shares a secret with this one. */
  readonly gruuKey: Uint8Array;
  /** Whether a host, in its canonical spelling, is an address of this container. */
  isOwnHost(host: string): boolean;
}

/** An application that has a registrar. */
export interface RegistrarUser {
  readonly applicationName: string;
  readonly listeners: readonly RegistrationListener[];
}
