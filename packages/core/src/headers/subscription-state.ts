import type { ParametersInit } from "../grammar/parameter-list.js";
import type { Parameters } from "../grammar/parameters.js";
import { checkToken } from "../grammar/token.js";
import { secondsParameter } from "./delta-seconds.js";
import { ParameterizedValue, namedParameters, parameterizedCodec } from "./parameterized-value.js";

/** What a Subscription-State can be made from. */
export interface SubscriptionStateParts {
  readonly state: string;
  /** Seconds left, for `active` and `pending`. */
  readonly expires?: number;
  /** Why it is terminated: `deactivated`, `probation`, `rejected`, `timeout`, `giveup`, `noresource`, `invariant`. */
  readonly reason?: string;
  /** Seconds to wait before subscribing again. */
  readonly retryAfter?: number;
  readonly parameters?: ParametersInit;
}

/** The state of a subscription as the notifier tells it: the value of Subscription-State, RFC 6665 §8.2.3. */
export class SubscriptionState extends ParameterizedValue<SubscriptionState> {
  constructor(
    /** `active`, `pending`, `terminated` or an extension, in lower case. */
    readonly state: string,
    parameters: Parameters,
    text?: string,
  ) {
    super(parameters, text);
  }

  /** Makes a value from its parts. Throws `header.malformed`. */
  static create(parts: SubscriptionStateParts): SubscriptionState {
    const { expires, reason, retryAfter } = parts;
    const parameters = namedParameters({ expires, reason, "retry-after": retryAfter }, parts.parameters);
    return new SubscriptionState(checkToken(parts.state, "Subscription-State").toLowerCase(), parameters);
  }

  /** Seconds left; `undefined` if it is not told or cannot be read. */
  get expires(): number | undefined {
    return secondsParameter(this.parameters, "expires");
  }

  /** Why the subscription is terminated, in lower case. */
  get reason(): string | undefined {
    return this.parameters.get("reason")?.toLowerCase();
  }

  /** Seconds to wait before subscribing again. */
  get retryAfter(): number | undefined {
    return secondsParameter(this.parameters, "retry-after");
  }

  override withParameters(parameters: Parameters): SubscriptionState {
    return new SubscriptionState(this.state, parameters);
  }

  protected override writeLead(): string {
    return this.state;
  }
}

/** Reads and writes Subscription-State. */
export const subscriptionStateCodec = parameterizedCodec(
  (reader) => reader.token("a subscription state").toLowerCase(),
  (state, parameters, text) => new SubscriptionState(state, parameters, text),
);
