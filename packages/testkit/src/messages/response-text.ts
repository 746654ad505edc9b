import { messageText, type HeaderOverrides } from "./request-text.js";
import { WireMessage } from "./wire-message.js";

/** What a test wants otherwise than usual in a response. */
export interface ResponseTextOptions {
  readonly reason?: string;
  /** Tag of the To; none is put into a 100. */
  readonly toTag?: string;
  readonly contact?: string;
  /** Record-Route values; those of the request by default. */
  readonly recordRoute?: readonly string[];
  readonly headers?: HeaderOverrides;
  readonly body?: string;
  readonly contentType?: string;
}

const reasons: Readonly<Record<number, string>> = {
  100: "Trying",
  180: "Ringing",
  183: "Session Progress",
  200: "OK",
  486: "Busy Here",
  487: "Request Terminated",
  503: "Service Unavailable",
};

/** Writes the answer to a request, built by RFC 3261 §8.2.6: Via, From, To, Call-ID, CSeq and Record-Route are copied. */
export function responseText(request: WireMessage | string, status: number, options: ResponseTextOptions = {}): string {
  const message = typeof request === "string" ? new WireMessage(request) : request;
  const fields = new Map<string, readonly string[]>();
  for (const name of ["Via", "From", "To", "Call-ID", "CSeq"]) fields.set(name, message.headers(name));
  const mayMakeDialog = status > 100 && status < 300;
  if (status > 100 && message.toTag === undefined && message.header("To") !== undefined) {
    fields.set("To", [`${message.header("To")};tag=${options.toTag ?? "bob-tag"}`]);
  }
  if (mayMakeDialog) fields.set("Record-Route", options.recordRoute ?? message.headers("Record-Route"));
  if (options.contact !== undefined) fields.set("Contact", [options.contact]);
  const startLine = `SIP/2.0 ${status} ${options.reason ?? reasons[status] ?? "Whatever"}`;
  return messageText(startLine, fields, { ...options, body: options.body ?? "" });
}
