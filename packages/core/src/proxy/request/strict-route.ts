import type { NameAddress } from "../../headers/name-address.js";
import { createHeaderField } from "../../message/header-field.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import { decodeWireText } from "../../message/wire-text.js";
import { toRequestUri } from "../../uri/request-parts.js";
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
 * Route. Does nothing where the first Route has `lr` or there is none (RFC 3261 §16.6 step 6).
 * @throws EngineError `header.malformed`
 */
export function adaptToStrictRouter(request: RequestBuilder): void {
  const field = request.fields.find(({ key }) => key === "route");
  if (field === undefined) return;
  const [first] = field.value as readonly NameAddress[];
  if (first === undefined || first.uri.kind !== "sip" || first.uri.lr) return;
  request.replaceFields(withoutFirstValue(request.fields, "route"));
  const last = createHeaderField("Route", `<${decodeWireText(request.requestUriText)}>`);
  const end = request.fields.findLastIndex(({ key }) => key === "route");
  const fields = [...request.fields];
  fields.splice(end < 0 ? 0 : end + 1, 0, last);
  request.replaceFields(fields);
  request.requestUri = toRequestUri(first.uri);
}
