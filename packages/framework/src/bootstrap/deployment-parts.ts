import type { Clock, Logger, RandomSource } from "@siplet/core";
import type { DnsResolver } from "../api/dns-resolver.js";
import type { Observers } from "../concurrency/observers.js";
import type { Scheduler } from "../concurrency/scheduler.js";
import type { StuckWatch } from "../concurrency/stuck-watch.js";
import type { AfterHandler } from "../dispatch/handler.js";
import type { SessionRequests } from "../message/session-requests.js";
import type { ApplicationDefinition } from "../model/application-definition.js";
import type { ApplicationModel } from "../model/application-model.js";
import type { RegistrarSurroundings } from "../registrar/registrar-surroundings.js";
import type { RegistrarTable } from "../registrar/registrar-table.js";
import type { HttpBridge } from "../spi/http-bridge.js";
import type { ContainerSecurity } from "../security/container-security.js";
import type { SessionRegistry } from "../session/session-registry.js";
import type { ContainerFacts } from "./container-servlet-context.js";

/** What a deployment needs of the container. */
export interface DeploymentParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: RandomSource;
  readonly registry: SessionRegistry;
  readonly scheduler: Scheduler;
  readonly stuckWatch: StuckWatch;
  readonly observers: Observers;
  readonly security: ContainerSecurity;
  /** Writes a session before its messages leave; absent with sessions in memory. */
  readonly commit: ((applicationSessionId: string) => Promise<void>) | undefined;
  readonly dnsResolver: DnsResolver;
  readonly requests: SessionRequests;
  /** The HTTP side; undefined where there is none. */
  readonly http: HttpBridge | undefined;
  readonly facts: ContainerFacts;
  readonly registrars: RegistrarTable;
  readonly registrarSurroundings: RegistrarSurroundings;
  readonly afterHandler: AfterHandler;
  /** Checks a definition again, with what its code registered while it was initialised. */
  readonly rescan: (definition: ApplicationDefinition) => Promise<ApplicationModel>;
}
