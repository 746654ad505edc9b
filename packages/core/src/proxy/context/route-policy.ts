import type { NameAddress } from "../../headers/name-address.js";
import type { HeaderField } from "../../message/header-field.js";
import { createsDialog, methods } from "../../message/methods.js";
import type { RequestBuilder } from "../../message/request-builder.js";
import { ownRouteFields, type OwnRouteOptions, type Passage } from "../request/record-route.js";
import type { BranchDefaults } from "./proxy-options.js";

/** What decides whether a copy carries our own Record-Route or Path. */
export interface RouteWish {
  readonly branch: BranchDefaults;
  readonly defaults: BranchDefaults;
  /** The request belongs to a dialog. */
  readonly isInDialog: boolean;
}

/**
 * Our own Record-Route or Path values for a copy that goes to a connection. Record-Route goes into what may make a dialog,
 * also where nobody asked: when a sips request did not come by TLS, and when one that came by TLS goes on without sips.
 * RFC 3261 §16.6 step 4, RFC 3327 §5.2
 */
export function ownFieldsFor(
  request: RequestBuilder,
  passage: Omit<Passage, "isSips">,
  wish: RouteWish,
): HeaderField[] {
  const { method } = request;
  const recordRoute = wish.branch.recordRoute ?? wish.defaults.recordRoute ?? false;
  if (method === "REGISTER") {
    const path = wish.branch.path ?? wish.defaults.path ?? false;
    return path === false ? [] : ownRouteFields("Path", { ...passage, isSips: isSips(request) }, optionsOf(path));
  }
  if (!createsDialog(method) && methods.has(method)) return [];
  const isForSips = isSips(request);
  const isDemanded = !wish.isInDialog && createsDialog(method) && isForSips !== passage.incoming.transport.isSecure;
  if (recordRoute === false && !isDemanded) return [];
  return ownRouteFields("Record-Route", { ...passage, isSips: isForSips }, optionsOf(recordRoute));
}

function optionsOf(wish: OwnRouteOptions | boolean): OwnRouteOptions {
  return typeof wish === "boolean" ? {} : wish;
}

/** Request-URI or first Route is a sips URI. */
function isSips(request: RequestBuilder): boolean {
  if (isSipsText(request.requestUriText)) return true;
  const route = request.fields.find(({ key }) => key === "route");
  if (route === undefined || !route.line.toLowerCase().includes("sips:")) return false;
  const [first] = route.value as readonly NameAddress[];
  return first?.uri.scheme === "sips";
}

function isSipsText(uri: string): boolean {
  return uri.startsWith("sips:") || uri.slice(0, 5).toLowerCase() === "sips:";
}
