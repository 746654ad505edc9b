import type { Address } from "../api/address.js";
import type { SipServletRequest } from "../api/object-model.js";
import type { SipUri } from "../api/sip-uri.js";
import type { TelUri } from "../api/tel-uri.js";
import type { Uri } from "../api/uri.js";
import { isServletError } from "../errors/servlet-error.js";

/** Reads one variable of a request; undefined when the request does not have it. */
export type VariableReader = (request: SipServletRequest) => string | undefined;

/**
 * The reader of a variable of mapping rules, such as `request.uri.host`; undefined for a name that does not exist.
 * JSR 289 §16.
 */
export function variableReader(name: string): VariableReader | undefined {
  if (name === "request.method") return (request) => request.method;
  const [, subject = "", part = ""] = /^request\.(uri|from|to|route)(?:\.(.+))?$/.exec(name) ?? [];
  if (subject === "uri") return uriReader((request) => request.requestUri, part);
  const address = addresses[subject];
  return address === undefined ? undefined : addressReader(address, part, subject !== "route");
}

/** A telephone number as rules compare it: without visual separators and the leading plus. RFC 3966 §5. */
export function bareNumber(number: string): string {
  return number.replaceAll(/[-.()]|^\+/g, "");
}

type AddressSource = (request: SipServletRequest) => Address | undefined;

const addresses: Readonly<Record<string, AddressSource | undefined>> = {
  from: (request) => request.from,
  to: (request) => request.to,
  route: (request) => request.poppedRoute ?? topRoute(request),
};

const uriParts: Readonly<Record<string, ((uri: Uri) => string | undefined) | undefined>> = {
  "": (uri) => uri.toString(),
  scheme: (uri) => uri.scheme,
  user: (uri) => (isSip(uri) ? uri.user : undefined),
  host: (uri) => (isSip(uri) ? uri.host : undefined),
  port: (uri) => (isSip(uri) ? String(uri.port ?? (uri.secure ? 5061 : 5060)) : undefined),
  tel: numberOf,
};

function addressReader(source: AddressSource, part: string, isNamed: boolean): VariableReader | undefined {
  if (part === "") return (request) => source(request)?.toString();
  if (part === "display-name" && isNamed) return (request) => source(request)?.displayName;
  if (part !== "uri" && !part.startsWith("uri.")) return undefined;
  return uriReader((request) => source(request)?.uri, part.slice("uri.".length));
}

function uriReader(source: (request: SipServletRequest) => Uri | undefined, part: string): VariableReader | undefined {
  const read = part.startsWith("param.") ? parameterPart(part.slice("param.".length)) : ownPart(part);
  if (read === undefined) return undefined;
  return (request) => {
    const uri = source(request);
    return uri === undefined ? undefined : read(uri);
  };
}

function ownPart(part: string): ((uri: Uri) => string | undefined) | undefined {
  return Object.hasOwn(uriParts, part) ? uriParts[part] : undefined;
}

function parameterPart(name: string): ((uri: Uri) => string | undefined) | undefined {
  return name === "" ? undefined : (uri) => uri.getParameter(name);
}

function numberOf(uri: Uri): string | undefined {
  if (isTel(uri)) return bareNumber(uri.phoneNumber);
  if (!isSip(uri) || uri.userParam?.toLowerCase() !== "phone") return undefined;
  // The user part may hold parameters of the telephone number (RFC 3261 §19.1.6).
  return uri.user === undefined ? undefined : bareNumber(uri.user.split(";", 1)[0] ?? "");
}

function topRoute(request: SipServletRequest): Address | undefined {
  try {
    return request.getAddressHeader("Route");
  } catch (error) {
    // A rule that looks at a Route nobody can read does not hold; refusing the request is not its business.
    if (isServletError(error)) return undefined;
    throw error;
  }
}

function isSip(uri: Uri): uri is SipUri {
  return uri.isSipUri;
}

function isTel(uri: Uri): uri is TelUri {
  return uri.scheme === "tel";
}
