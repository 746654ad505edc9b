import { ForkingContext, type AutomaticProcessingListener, type SipServletRequest } from "../api/object-model.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { IllegalStateError } from "../errors/illegal-state-error.js";
import { Attributes } from "../session/attributes.js";
import type { ContainerSipSession } from "../session/container-sip-session.js";
import type { FamilyData } from "../session/session-data.js";

/** A session with all that were derived from it by forking (JSR 359). */
export class ContainerForkingContext extends ForkingContext {
  readonly #members: ContainerSipSession[] = [];
  readonly #attributes = new Attributes();
  #termination: { readonly listener: AutomaticProcessingListener | undefined } | undefined;

  /** Takes a session in; one that comes after `terminateDialogs` is ended too. */
  add(session: ContainerSipSession): void {
    this.#members.push(session);
    if (this.#termination !== undefined) void session.terminateDialog(this.#termination.listener);
  }

  get sipSessions(): readonly ContainerSipSession[] {
    return this.#members.filter((session) => session.isValid);
  }

  get isValid(): boolean {
    return this.sipSessions.length > 0;
  }

  createRequest(method: "NOTIFY"): SipServletRequest {
    if (method !== "NOTIFY") {
      throw new IllegalArgumentError("argument.method", {
        detail: `${String(method)}; only NOTIFY makes a further dialog`,
      });
    }
    const [original] = this.sipSessions;
    if (original === undefined) throw new IllegalStateError("state.invalid-session", { detail: "no member is left" });
    return original.application.messages.createForkedNotify(original);
  }

  async terminateDialogs(listener?: AutomaticProcessingListener): Promise<void> {
    if (this.#members.some((session) => session.role === "proxy")) {
      throw new IllegalStateError("state.proxy", { detail: "the dialogs of a proxy belong to others" });
    }
    this.#termination = { listener };
    await Promise.all(this.sipSessions.map((session) => session.terminateDialog(listener)));
  }

  /** Its members and attributes as plain data. */
  snapshot(): FamilyData {
    return {
      members: this.sipSessions.map(({ id }) => id),
      attributes: Object.fromEntries(this.#attributes.entries()),
    };
  }

  /** Puts the attributes back that were written down. */
  restore({ attributes }: FamilyData): void {
    this.#attributes.restore(Object.entries(attributes));
  }

  getAttribute(name: string): unknown {
    return this.#attributes.get(name);
  }

  getAttributeNames(): readonly string[] {
    return this.#attributes.names();
  }

  setAttribute(name: string, value: unknown): void {
    this.#attributes.set(name, value);
  }

  removeAttribute(name: string): void {
    this.#attributes.remove(name);
  }

  clearAttributes(): void {
    this.#attributes.clear();
  }
}
