import type { ParametersInit } from "../grammar/parameter-list.js";
import type { Parameters } from "../grammar/parameters.js";
import { checkCallId } from "./call-id.js";
import { DialogReference, dialogReferenceCodec, requiredParameter, tagParameters } from "./dialog-reference.js";
import { namedParameters } from "./parameterized-value.js";

/** What a Join can be made from. */
export interface JoinParts {
  readonly callId: string;
  /** The receiver's own tag. */
  readonly toTag: string;
  /** The tag of the receiver's peer. */
  readonly fromTag: string;
  readonly parameters?: ParametersInit;
}

/** The dialog that an INVITE wants to be mixed into: the value of Join, RFC 3911 §7.1. */
export class Join extends DialogReference<Join> {
  /** Makes a value from its parts. Throws `header.malformed`. */
  static create(parts: JoinParts): Join {
    const tags = tagParameters({ "to-tag": parts.toTag, "from-tag": parts.fromTag });
    return new Join(checkCallId(parts.callId), namedParameters(tags, parts.parameters), undefined);
  }

  /** The receiver's own tag. */
  get toTag(): string {
    return requiredParameter(this.parameters, "to-tag");
  }

  /** The tag of the receiver's peer. */
  get fromTag(): string {
    return requiredParameter(this.parameters, "from-tag");
  }

  override withParameters(parameters: Parameters): Join {
    return new Join(this.callId, parameters, undefined);
  }
}

/** Reads and writes Join. */
export const joinCodec = dialogReferenceCodec(
  ["to-tag", "from-tag"],
  (callId, parameters, text) => new Join(callId, parameters, text),
);
