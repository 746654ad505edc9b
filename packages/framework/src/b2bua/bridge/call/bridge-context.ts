import type { Clock, Logger, RandomSource } from "@siplet/core";
import type { BridgeHooks } from "../../../api/bridge.js";
import type { SipFactory } from "../../../api/sip-factory.js";
import type { Uri } from "../../../api/uri.js";
import type { ContainerSipServletRequest } from "../../../message/container-sip-servlet-request.js";
import type { RequestCopier } from "../../../message/request-copier.js";
import type { ContainerSipSession } from "../../../session/container-sip-session.js";

/** What the bridges of one application need of its container. */
export interface BridgeContext {
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: RandomSource;
  readonly copier: RequestCopier;
  readonly factory: SipFactory;
  /** The bean with the hooks of that name. @throws IllegalArgumentError when the application has none */
  readonly hooksNamed: (name: string) => BridgeHooks;
  /** Where this container is reached, for an INVITE that replaces a leg of one of its bridges (RFC 3891). */
  readonly ownUriFor: (invite: ContainerSipServletRequest) => Uri | undefined;
  /** Runs work of the container in the queue of a session. */
  readonly runInSession: (session: ContainerSipSession, description: string, work: () => unknown) => void;
}
