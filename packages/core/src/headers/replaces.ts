import type { ParametersInit } from "../grammar/parameter-list.js";
import type { Parameters } from "../grammar/parameters.js";
import { checkCallId } from "./call-id.js";
import { DialogReference, dialogReferenceCodec, requiredParameter, tagParameters } from "./dialog-reference.js";
import { namedParameters } from "./parameterized-value.js";

/** What a Replaces can be made from. */
export interface ReplacesParts {
  readonly callId: string;
  /** The receiver's own tag. */
  readonly toTag: string;
  /** The tag of the receiver's peer. */
  readonly fromTag: string;
  readonly earlyOnly?: boolean;
  readonly parameters?: ParametersInit;
}

/** The dialog that an INVITE takes the place of: the value of Replaces, RFC 3891 §6.1. */
export class Replaces extends DialogReference<Replaces> {
  /** Makes a value from its parts. Throws `header.malformed`. */
  static create(parts: ReplacesParts): Replaces {
    const tags = tagParameters({ "to-tag": parts.toTag, "from-tag": parts.fromTag });
    const earlyOnly = parts.earlyOnly === true ? true : undefined;
    const parameters = namedParameters({ ...tags, "early-only": earlyOnly }, parts.parameters);
    return new Replaces(checkCallId(parts.callId), parameters, undefined);
  }

  /** The receiver's own tag. */
  get toTag(): string {
    return requiredParameter(this.parameters, "to-tag");
  }

  /** The tag of the receiver's peer. */
  get fromTag(): string {
    return requiredParameter(this.parameters, "from-tag");
  }

  /** True if a confirmed dialog must not be replaced. */
  get earlyOnly(): boolean {
    return this.parameters.has("early-only");
  }

  override withParameters(parameters: Parameters): Replaces {
    return new Replaces(this.callId, parameters, undefined);
  }
}

/** Reads and writes Replaces. */
export const replacesCodec = dialogReferenceCodec(
  ["to-tag", "from-tag"],
  (callId, parameters, text) => new Replaces(callId, parameters, text),
);
