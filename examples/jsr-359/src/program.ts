import type { ContainerApplication, SipContainer } from "@siplet/framework";

/** One of the programs of this folder. */
export interface Program {
  readonly application: ContainerApplication;
  /** What stands around the container; gives what ends it. */
  readonly start?: (container: SipContainer) => Promise<() => Promise<void>>;
}
