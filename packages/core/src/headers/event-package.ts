import type { ParametersInit } from "../grammar/parameter-list.js";
import type { Parameters } from "../grammar/parameters.js";
import { checkToken } from "../grammar/token.js";
import { ParameterizedValue, namedParameters, parameterizedCodec } from "./parameterized-value.js";

/** What an Event can be made from. */
export interface EventPackageParts {
  /** Package with its templates, such as `presence.winfo`. */
  readonly eventType: string;
  readonly id?: string;
  readonly parameters?: ParametersInit;
}

/** What a subscription is about: the value of Event, RFC 6665 §8.2.1. */
export class EventPackage extends ParameterizedValue<EventPackage> {
  constructor(
    /** Package with its templates; compares with case. */
    readonly eventType: string,
    parameters: Parameters,
    text?: string,
  ) {
    super(parameters, text);
  }

  /** Makes a value from its parts. Throws `header.malformed`. */
  static create(parts: EventPackageParts): EventPackage {
    const parameters = namedParameters({ id: parts.id }, parts.parameters);
    return new EventPackage(checkToken(parts.eventType, "Event"), parameters);
  }

  /** The package alone: `presence` of `presence.winfo`. */
  get packageName(): string {
    const dot = this.eventType.indexOf(".");
    return dot < 0 ? this.eventType : this.eventType.slice(0, dot);
  }

  /** The templates applied to the package, in order: `["winfo"]` of `presence.winfo`. */
  get templates(): readonly string[] {
    return this.eventType.split(".").slice(1);
  }

  /** Tells subscriptions of one package in one dialog apart; compares with case. */
  get id(): string | undefined {
    return this.parameters.get("id");
  }

  /** Equality by package, templates and id; other parameters do not count (RFC 6665 §4.1.3). */
  matches(other: EventPackage): boolean {
    return this.eventType === other.eventType && this.id === other.id;
  }

  override withParameters(parameters: Parameters): EventPackage {
    return new EventPackage(this.eventType, parameters);
  }

  protected override writeLead(): string {
    return this.eventType;
  }
}

/** Reads and writes Event. */
export const eventPackageCodec = parameterizedCodec(
  (reader) => reader.token("an event package"),
  (eventType, parameters, text) => new EventPackage(eventType, parameters, text),
);
