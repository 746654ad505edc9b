import { isToken, parseNameAddress } from "@siplet/core";
import type { SipRouteModifier } from "../../api/application-routing.js";
import { regionsByType } from "../routing-region.js";
import { readExtensions } from "./read-extensions.js";
import type { Tuple, TupleField } from "./read-tuples.js";
import type { RouterEntry } from "./router-entry.js";
import { readIdentity, type SubscriberIdentity } from "./subscriber-identity.js";
import type { OnFault } from "./text-fault.js";

const modifiers: Readonly<Record<string, SipRouteModifier | undefined>> = {
  ROUTE: "ROUTE",
  ROUTE_BACK: "ROUTE_BACK",
  NO_ROUTE: "NO_ROUTE",
};
const fieldNames = ["application name", "subscriber identity", "region", "route", "route modifier", "state info"];

/** Makes an entry of a tuple; undefined when strings are missing. What is wrong is told. */
export function readEntry(tuple: Tuple, onFault: OnFault): RouterEntry | undefined {
  const [name, identity, region, route, modifier, stateInfo, ...extensions] = tuple.fields;
  if (!name || !identity || !region || !route || !modifier || !stateInfo) {
    const missing = fieldNames.slice(tuple.fields.length).join(", ");
    const reason = `the tuple has ${tuple.fields.length} strings, not 6; missing: ${missing}`;
    onFault({ offset: tuple.offset, reason, mend: 'Write all six, an empty one as ""' });
    return undefined;
  }
  if (name.text === "") onFault({ offset: name.offset, reason: "the name is empty", mend: "Name an application" });
  const routeModifier = wordOf(modifier, modifiers, onFault) ?? "NO_ROUTE";
  return {
    applicationName: name.text,
    subscriber: identityOf(identity, onFault),
    region: wordOf(region, regionsByType, onFault) ?? regionsByType.NEUTRAL,
    routes: routesOf(route, routeModifier, onFault),
    routeModifier,
    position: positionOf(stateInfo, onFault),
    ...readExtensions(extensions, onFault),
  };
}

function wordOf<T>(
  { text, offset }: TupleField,
  words: Readonly<Record<string, T | undefined>>,
  onFault: OnFault,
): T | undefined {
  const word = words[text.trim().toUpperCase()];
  const reason = `"${text}" is none of ${Object.keys(words).join(", ")}`;
  if (word === undefined) onFault({ offset, reason, mend: "Write one of them" });
  return word;
}

function identityOf({ text, offset }: TupleField, onFault: OnFault): SubscriberIdentity {
  const identity = readIdentity(text);
  if (identity.kind === "header" && !isToken(identity.name)) {
    onFault({ offset, reason: `"${text}" names no header field`, mend: 'Write "DAR:From" or a URI' });
  }
  return identity;
}

function routesOf({ text, offset }: TupleField, modifier: SipRouteModifier, onFault: OnFault): readonly string[] {
  if (text === "") {
    const reason = `${modifier} needs a route`;
    if (modifier !== "NO_ROUTE") onFault({ offset, reason, mend: "Write a SIP URI as route, or NO_ROUTE" });
    return [];
  }
  if (!isSipRoute(text)) onFault({ offset, reason: `the route "${text}" is no SIP URI`, mend: 'Write "sip:host;lr"' });
  return [text];
}

function isSipRoute(text: string): boolean {
  try {
    return parseNameAddress(text).uri.kind === "sip";
  } catch {
    return false;
  }
}

function positionOf({ text, offset }: TupleField, onFault: OnFault): number {
  if (/^\d{1,9}$/.test(text.trim())) return Number(text);
  onFault({ offset, reason: `the state info "${text}" is no position`, mend: "Number the tuples of a line from 0" });
  return Number.NaN;
}
