import type { NameAddress } from "../../headers/name-address.js";
import { createHeaderField } from "../../message/header-field.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import { decodeWireText } from "../../message/wire-text.js";
import type { SipUri } from "../../uri/sip-uri.js";
import { putBelowVia, withoutFirstValue } from "./route-fields.js";

/** Puts the values of a Path or of local policy in front of the Route, in their order (RFC 3261 §16.6 step 6). */
export function pushRoutes(request: RequestBuilder, routes: readonly string[]): void {
  putBelowVia(
    request,
    routes.map((route) => createHeaderField("Route", route)),
  );
}

/**
 * Readies a request for a next hop that is a strict router: its Route becomes the Request-URI, and the Request-URI the last
 * Route. Gives the URI of that router, where the request has to go; undefined, and nothing done, where the first Route has
 * `lr` or there is none. RFC 3261 §16.6 steps 6 and 7
 * @throws EngineError `header.malformed`
 */
export function adaptToStrictRouter(request: RequestBuilder): SipUri | undefined {
  const field = request.fields.find(({ key }) => key === "route");
  if (field === undefined) return undefined;
  const [first] = field.value as readonly NameAddress[];
  if (first === undefined || first.uri.kind !== "sip" || first.uri.lr) return undefined;
  const fields = withoutFirstValue(request.fields, "route");
  const end = fields.findLastIndex(({ key }) => key === "route");
  const last = createHeaderField("Route", `<${decodeWireText(request.requestUriText)}>`);
  const place = end < 0 ? request.fields.indexOf(field) : end + 1;
  request.replaceFields(fields.toSpliced(place, 0, last));
  request.requestUri = first.uri.toRequestUri();
  return first.uri;
}
