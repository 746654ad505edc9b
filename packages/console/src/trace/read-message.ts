import type { TappedMessage } from "@siplet/core";

/** What the recorder reads of a message, which need not be well-formed. */
export interface MessageHead {
  readonly startLine: string;
  readonly method: string;
  readonly status: number | undefined;
  readonly cseq: string;
  readonly callId: string;
  readonly branch: string | undefined;
  readonly from: string;
  readonly to: string;
  readonly hasSdp: boolean;
}

/** Reads the head of a message; undefined for what is no SIP message, such as a keep-alive. */
export function readMessage(message: TappedMessage): MessageHead | undefined {
  const { startLine, callId, branch } = message;
  if (callId === undefined || startLine === "") return undefined;
  const text = headOf(message.bytes);
  const [first = "", second = ""] = startLine.split(" ", 2);
  const isResponse = first.toUpperCase().startsWith("SIP/");
  const cseq = field(text, "cseq") ?? "";
  return {
    startLine,
    method: isResponse ? (cseq.split(/\s+/, 2)[1] ?? "") : first,
    status: isResponse ? Number.parseInt(second, 10) || undefined : undefined,
    cseq,
    callId,
    branch,
    from: partyOf(field(text, "from", "f")),
    to: partyOf(field(text, "to", "t")),
    hasSdp: (field(text, "content-type", "c") ?? "").toLowerCase().startsWith("application/sdp"),
  };
}

function headOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  const end = text.indexOf("\r\n\r\n");
  return end < 0 ? text : text.slice(0, end);
}

function field(head: string, ...names: readonly string[]): string | undefined {
  for (const line of head.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0 && names.includes(line.slice(0, colon).trim().toLowerCase())) return line.slice(colon + 1).trim();
  }
  return undefined;
}

/** `"Alice" <sip:alice@example.com>;tag=1` → `sip:alice@example.com`. */
function partyOf(value: string | undefined): string {
  if (value === undefined) return "";
  const inBrackets = /<([^>]*)>/.exec(value)?.[1];
  return inBrackets ?? value.split(";", 1)[0]?.trim() ?? "";
}
