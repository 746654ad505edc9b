import { createHeaderField, type HeaderField } from "@siplet/core";
import type { CancelReason } from "../api/proxy.js";

/** Reason header fields for a CANCEL (RFC 3326). */
export function reasonFields(reasons: readonly CancelReason[] | undefined): HeaderField[] | undefined {
  return reasons?.map(({ protocol, code, text }) => {
    const quoted = text === undefined ? "" : `;text="${text.replace(/["\\]/g, "\\$&")}"`;
    return createHeaderField("Reason", `${protocol};cause=${code}${quoted}`);
  });
}
