import { reasonPhrase } from "../../message/status-codes.js";

/** What became of a request that was referred to. */
export interface ReferredStatus {
  readonly statusCode: number;
  readonly reasonPhrase: string;
}

/** The media type of a fragment of a SIP message (RFC 3420, RFC 3515 §2.4.5). */
export const sipfragType = "message/sipfrag;version=2.0";

/** The body of a NOTIFY for a REFER: a status line and nothing more. RFC 3515 §2.4.5 */
export function writeSipfrag({ statusCode, reasonPhrase: reason }: ReferredStatus): string {
  return `SIP/2.0 ${statusCode} ${reason}\r\n`;
}

/** The status that a fragment begins with; undefined when it begins with none. */
export function parseSipfrag(text: string): ReferredStatus | undefined {
  const match = /^SIP\/2\.0 +([1-6]\d\d)(?: +([^\r\n]*))?/i.exec(text.trimStart());
  if (match === null) return undefined;
  const statusCode = Number(match[1]);
  return { statusCode, reasonPhrase: match[2]?.trimEnd() ?? reasonPhrase(statusCode) };
}
