import type { SipServletRequest } from "../../api/object-model.js";

const decoder = new TextDecoder();

/** A request as expressions see it: start line, header fields by their long names, body; lines end in LF alone, as `$` expects. */
export function requestText(request: SipServletRequest): string {
  const lines = [`${request.method} ${request.requestUri.toString()} ${request.protocol}`];
  for (const name of request.getHeaderNames()) {
    for (const value of request.getHeaders(name)) lines.push(`${name}: ${value}`);
  }
  const { rawContent } = request;
  const body = rawContent === undefined ? "" : decoder.decode(rawContent).replaceAll("\r\n", "\n");
  return `${lines.join("\n")}\n\n${body}`;
}
