import { SipApplicationSession } from "../api/object-model.js";
import type { Attributes } from "./attributes.js";

/** The attributes of an application session, as applications use them. */
export abstract class AttributedApplicationSession extends SipApplicationSession {
  abstract readonly application: { requireWritable(value: unknown, place: string): void };
  abstract readonly attributeStore: Attributes;

  /** @throws IllegalStateError `state.invalid-application-session` once it was invalidated */
  protected abstract requireValid(): void;

  getAttribute(name: string): unknown {
    this.requireValid();
    return this.attributeStore.get(name);
  }

  getAttributeNames(): readonly string[] {
    this.requireValid();
    return this.attributeStore.names();
  }

  setAttribute(name: string, value: unknown): void {
    this.requireValid();
    this.application.requireWritable(value, `attribute "${name}" of application session ${this.id}`);
    this.attributeStore.set(name, value);
  }

  removeAttribute(name: string): void {
    this.requireValid();
    this.attributeStore.remove(name);
  }

  clearAttributes(): void {
    this.requireValid();
    this.attributeStore.clear();
  }
}
