import { createResponse } from "../../message/create-response.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { SipResponse } from "../../message/sip-response.js";
import { reasonField } from "../request/reason-field.js";

/**
 * The early dialogs that branches of a forked INVITE have made, so that the client can be told by 199 of those that ended
 * while others go on (RFC 6228 §5).
 */
export class EarlyDialogs<Branch> {
  readonly #tags = new Map<Branch, Set<string>>();

  /** A client that knows 199 gets them unreliably, so one that requires reliable provisionals gets none (RFC 6228 §6). */
  static areWanted(invite: SipRequest): boolean {
    return holds(invite, "supported", "199") && !holds(invite, "require", "100rel");
  }

  /** A provisional went upstream: it made a dialog, or a 199 of the branch itself ended one. */
  note(branch: Branch, response: SipResponse): void {
    const { toTag } = response;
    if (toTag === undefined) return;
    const tags = this.#tags.get(branch) ?? new Set();
    if (response.statusCode === 199) tags.delete(toTag);
    else tags.add(toTag);
    this.#tags.set(branch, tags);
  }

  /** The 199 responses that tell of the end of a branch. */
  end(branch: Branch, invite: SipRequest, final: SipResponse): SipResponse[] {
    const tags = this.#tags.get(branch) ?? [];
    this.#tags.delete(branch);
    return Array.from(tags, (toTag) =>
      createResponse(invite, 199, { toTag, reason: "Early Dialog Terminated" })
        .remove("Record-Route")
        .addField(reasonField(final.statusCode, final.reasonPhrase))
        .build(),
    );
  }
}

function holds(request: SipRequest, key: string, tag: string): boolean {
  return request.fieldsOf(key).some((field) => field.text.split(",").some((each) => each.trim().toLowerCase() === tag));
}
