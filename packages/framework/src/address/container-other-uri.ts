import type { OtherUri } from "@siplet/core";
import { Uri } from "../api/uri.js";
import { UnsupportedOperationError } from "../errors/unsupported-operation-error.js";

/** A URI of a scheme that SIP only carries: `http:`, `urn:`, `im:`. It has no parts. */
export class ContainerOtherUri extends Uri {
  readonly isSipUri = false;
  /** The URI as the engine holds it. */
  readonly engineValue: OtherUri;

  constructor(value: OtherUri) {
    super();
    this.engineValue = value;
  }

  get scheme(): string {
    return this.engineValue.scheme;
  }

  getParameter(_name: string): undefined {
    return undefined;
  }

  setParameter(name: string): void {
    throw new UnsupportedOperationError("unsupported.operation", {
      detail: `${this.scheme}: URIs have no parameter ${name}`,
    });
  }

  removeParameter(_name: string): void {
    // there are none
  }

  getParameterNames(): readonly string[] {
    return [];
  }

  clone(): ContainerOtherUri {
    return new ContainerOtherUri(this.engineValue);
  }

  equals(other: unknown): boolean {
    return other instanceof ContainerOtherUri && this.engineValue.equals(other.engineValue);
  }

  toString(): string {
    return this.engineValue.toString();
  }
}
