import type { SipRequest } from "@siplet/core";
import type { SipServletRequest } from "../api/object-model.js";
import type { SessionRegistry } from "../session/session-registry.js";
import type { SessionTable } from "../session/session-table.js";
import type { SessionLookup } from "../spi/session-store.js";
import type { DeployedApplication } from "./deployed-application.js";
import { referencedDialog } from "../router/composition/dialog-reference.js";

/** A name of a stored session, or its id; with an application, only of that one. */
export type RecoveryLookup = (SessionLookup | { readonly kind: "id"; readonly value: string }) & {
  readonly applicationName?: string;
};

/** What finding stored sessions for initial requests needs. */
export interface InitialRecoveryParts {
  readonly applications: readonly DeployedApplication[];
  readonly sessions: SessionTable;
  readonly registry: SessionRegistry;
  readonly recover: (lookup: RecoveryLookup) => Promise<boolean>;
}

/**
 * Fetches the sessions an initial request is targeted at from the store before the request is dispatched: those of an encoded
 * URI, of Join and Replaces, and of application keys (JSR 289 §15.11).
 */
export class InitialRecovery {
  readonly #parts: InitialRecoveryParts;

  constructor(parts: InitialRecoveryParts) {
    this.#parts = parts;
  }

  /** Undefined when nothing is missing here, which is the rule. */
  fetch(request: SipRequest, wrap: () => SipServletRequest): Promise<void> | undefined {
    const missing = [...this.#targets(request), ...this.#dialogs(request), ...this.#keys(wrap)];
    return missing.length === 0 ? undefined : this.#recoverAll(missing);
  }

  async #recoverAll(lookups: readonly RecoveryLookup[]): Promise<void> {
    for (const lookup of lookups) await this.#parts.recover(lookup);
  }

  #targets(request: SipRequest): RecoveryLookup[] {
    const { registry, sessions } = this.#parts;
    const texts = [request.requestUriText, request.field("route")?.text ?? ""];
    const targets = texts.map((text) => registry.targetOf(text)).filter((target) => target !== undefined);
    return targets
      .filter(({ applicationSessionId }) => sessions.findById(applicationSessionId) === undefined)
      .map(({ applicationSessionId: value, applicationName }) => ({ kind: "id", value, applicationName }));
  }

  #dialogs(request: SipRequest): RecoveryLookup[] {
    const value = referencedDialog(request);
    if (value === undefined || this.#parts.sessions.findByDialog(value).length > 0) return [];
    return [{ kind: "dialog", value }];
  }

  /** The keys of applications that are stored: computed before one of them is chosen, and once more when it is. */
  #keys(wrap: () => SipServletRequest): RecoveryLookup[] {
    const keyed = this.#parts.applications.filter(
      ({ commit, model }) => commit !== undefined && model.applicationKey !== undefined,
    );
    return keyed.flatMap(({ name: applicationName, model }) => {
      const value = keyOf(() => model.applicationKey?.(wrap()));
      const isMissing = value !== undefined && this.#parts.sessions.findByKey(applicationName, value) === undefined;
      return isMissing ? [{ kind: "key", value, applicationName } as const] : [];
    });
  }
}

/** A key that cannot be computed fails where the application is chosen. */
function keyOf(compute: () => string | undefined): string | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}
