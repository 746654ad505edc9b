import { Contact } from "../../headers/contact.js";
import { headerDefinition } from "../../headers/header-table.js";
import type { SipRequest } from "../../message/sip-request.js";
import type { Connection } from "../../transport/transport.js";
import type { Uri } from "../../uri/uri.js";
import type { AlternativeTarget, BranchOptions } from "../context/proxy-options.js";
import { callerPreferences } from "../preferences/caller-preferences.js";
import type { FlowTokens } from "./flow-tokens.js";

/** One way to a user agent. */
export interface LocatedFlow {
  /** Request-URI of what is sent. */
  readonly requestUri: string;
  /** The Path it was registered with, in order (RFC 3327 §5.3). */
  readonly routes: readonly string[];
  /** Token of the flow it was registered by, where this element holds it (RFC 5626 §6). */
  readonly flow?: string | undefined;
  /** False: `requestUri` leads there as well once the flow is gone. */
  readonly isFlowBound?: boolean | undefined;
  /** The Contact as it was registered: its features count for caller preferences. */
  readonly binding?: { readonly contact: string };
}

/** One user agent: of its ways one is tried at a time, the others only when it fails with 430 or 408 (RFC 5626 §6). */
export interface LocatedTarget {
  /** How much it is wanted, 0 to 1. */
  readonly q: number;
  readonly flows: readonly [LocatedFlow, ...LocatedFlow[]];
}

/** What a location service answers; what a registrar's look-up gives fits as it is. */
export type Located =
  | { readonly kind: "found"; readonly targets: readonly LocatedTarget[] }
  | { readonly kind: "missing"; readonly statusCode: number };

/** A target of a request and what is said for it. */
export interface ProxyTarget {
  readonly uri: Uri | string;
  readonly options?: BranchOptions;
}

/** A user agent with the Contact that speaks for it. */
export interface RankedTarget<Target extends LocatedTarget = LocatedTarget> {
  readonly target: Target;
  readonly contact: Contact;
}

/** Contacts that need no Path and no flow, as a location service would give them. */
export function locatedContacts(contacts: readonly Contact[]): Located {
  const targets = contacts.flatMap((contact): LocatedTarget[] => {
    const { uri, q = 1 } = contact;
    if (uri === undefined) return [];
    return [{ q, flows: [{ requestUri: String(uri), routes: [], binding: { contact: String(contact) } }] }];
  });
  return { kind: "found", targets };
}

/** The user agents in the order in which callee and caller want them; those the caller does not want are left out. */
export function rankTargets<Target extends LocatedTarget>(
  targets: readonly Target[],
  request: SipRequest,
): RankedTarget<Target>[] {
  const byContact = new Map(targets.map((target) => [contactOf(target), target]));
  return callerPreferences([...byContact.keys()], request).flatMap(({ contact }) => {
    const target = byContact.get(contact);
    return target === undefined ? [] : [{ target, contact }];
  });
}

/** What to send to a user agent; undefined when it had flows and all of them are gone. */
export function proxyTarget({ q, flows }: LocatedTarget, tokens: FlowTokens | undefined): ProxyTarget | undefined {
  const [first, ...others] = flows.flatMap((flow) => wayOf(flow, tokens));
  return first && { uri: first.uri, options: { ...first.options, q, alternatives: others } };
}

/** Nothing when the flow is gone: another user agent may have its address by now. */
function wayOf(way: LocatedFlow, tokens: FlowTokens | undefined): AlternativeTarget[] {
  const { requestUri, routes, flow, isFlowBound } = way;
  const connection = flow === undefined ? undefined : connectionOf(flow, tokens);
  if (connection !== undefined) return [{ uri: requestUri, options: { routes, connection } }];
  return flow === undefined || isFlowBound === false ? [{ uri: requestUri, options: { routes } }] : [];
}

function connectionOf(flow: string, tokens: FlowTokens | undefined): Connection | undefined {
  const verdict = tokens?.verify(flow);
  return verdict?.kind === "open" ? verdict.connection : undefined;
}

/** The Contact of the newest way, with the q of the user agent. */
function contactOf({ q, flows: [first] }: LocatedTarget): Contact {
  const text = first.binding?.contact;
  const contact = text === undefined ? Contact.create({ uri: first.requestUri }) : parseContact(text);
  return contact.with({ q });
}

function parseContact(text: string): Contact {
  return headerDefinition("contact").parseValue(text);
}
