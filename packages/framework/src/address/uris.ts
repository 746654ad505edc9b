import { parseUri, type Uri as UriValue } from "@siplet/core";
import type { Uri } from "../api/uri.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { requireText } from "../errors/require-text.js";
import { ServletParseError } from "../errors/servlet-parse-error.js";
import { freeValue, type ChangeGuard } from "./change-guard.js";
import { ContainerOtherUri } from "./container-other-uri.js";
import { ContainerSipUri } from "./container-sip-uri.js";
import { ContainerTelUri } from "./container-tel-uri.js";

/** The servlet API's view of a URI of the engine. */
export function uriOf(value: UriValue, guard: ChangeGuard = freeValue): Uri {
  switch (value.kind) {
    case "sip":
      return new ContainerSipUri(value, guard);
    case "tel":
      return new ContainerTelUri(value, guard);
    case "other":
      return new ContainerOtherUri(value);
  }
}

/** Reads a URI. @throws ServletParseError `parse.uri` */
export function createUri(text: string, guard: ChangeGuard = freeValue): Uri {
  requireText(text, "a URI");
  try {
    return uriOf(parseUri(text), guard);
  } catch (cause) {
    throw new ServletParseError("parse.uri", { detail: `"${text}": ${String(cause)}`, cause });
  }
}

/** The engine's value behind a URI of the servlet API. @throws IllegalArgumentError for an object that is none of ours */
export function engineUri(uri: Uri): UriValue {
  if (uri instanceof ContainerSipUri || uri instanceof ContainerTelUri || uri instanceof ContainerOtherUri) {
    return uri.engineValue;
  }
  throw new IllegalArgumentError("argument.invalid", { detail: `${String(uri)} was not made by SipFactory` });
}
