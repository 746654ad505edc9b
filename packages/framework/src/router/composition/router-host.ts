import type { Logger } from "@siplet/core";
import type { SipApplicationRouter } from "../../spi/sip-application-router.js";

/** What the host of a router needs. */
export interface RouterHostParts {
  readonly log: Logger;
  /** What `init` is told: the properties of the JSR. */
  readonly properties: Readonly<Record<string, string>>;
  /** Names of the applications that are deployed now. */
  readonly applicationNames: () => readonly string[];
}

/** The application router at work, and what it hears of the container (JSR 289 §15.3). */
export class RouterHost {
  readonly #parts: RouterHostParts;
  #router: SipApplicationRouter | undefined;
  /** They are asked on about the requests that they began with. */
  readonly #replaced = new Set<SipApplicationRouter>();

  constructor(parts: RouterHostParts) {
    this.#parts = parts;
  }

  get router(): SipApplicationRouter | undefined {
    return this.#router;
  }

  /** Puts a router to work, or none. The one before stays when the new one refuses: then this rejects. */
  async use(router: SipApplicationRouter | undefined): Promise<void> {
    if (router === this.#router) return;
    const { properties, applicationNames } = this.#parts;
    await router?.init?.(properties);
    router?.applicationDeployed?.(applicationNames());
    if (this.#router !== undefined) this.#replaced.add(this.#router);
    this.#router = router;
  }

  /** Applications came in. */
  deployed(names: readonly string[]): void {
    this.#tell("applicationDeployed", names);
  }

  /** Applications went. */
  undeployed(names: readonly string[]): void {
    this.#tell("applicationUndeployed", names);
  }

  /** Ends the router, and those that were replaced: no request of theirs is left. */
  async close(): Promise<void> {
    const routers = [...this.#replaced, ...(this.#router === undefined ? [] : [this.#router])];
    this.#replaced.clear();
    this.#router = undefined;
    for (const router of routers) await this.#destroy(router);
  }

  async #destroy(router: SipApplicationRouter): Promise<void> {
    try {
      await router.destroy?.();
    } catch (error) {
      this.#parts.log.error({ error }, "the application router could not be destroyed");
    }
  }

  #tell(event: "applicationDeployed" | "applicationUndeployed", names: readonly string[]): void {
    for (const router of [...this.#replaced, ...(this.#router === undefined ? [] : [this.#router])]) {
      try {
        router[event]?.(names);
      } catch (error) {
        this.#parts.log.error({ error, event, names }, "the application router failed; it is asked on");
      }
    }
  }
}
