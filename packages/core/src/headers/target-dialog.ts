import type { ParametersInit } from "../grammar/parameter-list.js";
import type { Parameters } from "../grammar/parameters.js";
import { checkCallId } from "./call-id.js";
import { DialogReference, dialogReferenceCodec, requiredParameter, tagParameters } from "./dialog-reference.js";
import { namedParameters } from "./parameterized-value.js";

/** What a Target-Dialog can be made from. */
export interface TargetDialogParts {
  readonly callId: string;
  /** The receiver's own tag. */
  readonly localTag: string;
  /** The tag of the receiver's peer. */
  readonly remoteTag: string;
  readonly parameters?: ParametersInit;
}

/** The dialog whose knowledge authorises a request outside it: the value of Target-Dialog, RFC 4538 §7. */
export class TargetDialog extends DialogReference<TargetDialog> {
  /** Makes a value from its parts. Throws `header.malformed`. */
  static create(parts: TargetDialogParts): TargetDialog {
    const tags = tagParameters({ "local-tag": parts.localTag, "remote-tag": parts.remoteTag });
    return new TargetDialog(checkCallId(parts.callId), namedParameters(tags, parts.parameters), undefined);
  }

  /** The receiver's own tag. */
  get localTag(): string {
    return requiredParameter(this.parameters, "local-tag");
  }

  /** The tag of the receiver's peer. */
  get remoteTag(): string {
    return requiredParameter(this.parameters, "remote-tag");
  }

  override withParameters(parameters: Parameters): TargetDialog {
    return new TargetDialog(this.callId, parameters, undefined);
  }
}

/** Reads and writes Target-Dialog. */
export const targetDialogCodec = dialogReferenceCodec(
  ["local-tag", "remote-tag"],
  (callId, parameters, text) => new TargetDialog(callId, parameters, text),
);
