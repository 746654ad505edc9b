import type { Contact } from "../../headers/contact.js";
import type { Connection } from "../../transport/transport.js";
import type { AlternativeTarget, BranchOptions } from "../context/proxy-options.js";

/** One registered way to a user agent, as a location service keeps it. */
export interface Binding {
  readonly contact: Contact;
  /** Values of the Path that it was registered with, in their order (RFC 3327). */
  readonly path?: readonly string[];
  /** The flow it was registered by, where this element holds it (RFC 5626 §6). */
  readonly connection?: Connection;
}

/** A target and what is said for it. */
export interface ProxyTarget {
  readonly uri: AlternativeTarget["uri"];
  readonly options?: BranchOptions;
}

/**
 * The targets that bindings stand for, the best first in each user agent: bindings of one instance are ways to the same
 * device, so one is tried and the others only when it fails (RFC 5626 §6). Give the most recent first.
 */
export function bindingTargets(bindings: readonly Binding[]): ProxyTarget[] {
  const targets: ProxyTarget[] = [];
  const taken = new Set<string>();
  for (const binding of bindings) {
    const { instanceId } = binding.contact;
    const isFlow = instanceId !== undefined && binding.contact.registrationId !== undefined;
    if (!isFlow) targets.push(...targetOf(binding, []));
    else if (!taken.has(instanceId)) {
      taken.add(instanceId);
      targets.push(...targetOf(binding, othersOf(bindings, binding, instanceId)));
    }
  }
  return targets;
}

function othersOf(bindings: readonly Binding[], chosen: Binding, instanceId: string): AlternativeTarget[] {
  const others = bindings.filter((each) => each !== chosen && each.contact.instanceId === instanceId);
  return others.flatMap((each) => targetOf(each, []));
}

/** Nothing for a contact without URI, the `*` of a REGISTER. */
function targetOf({ contact, path, connection }: Binding, alternatives: readonly AlternativeTarget[]): ProxyTarget[] {
  if (contact.uri === undefined) return [];
  const flow = path === undefined || path.length === 0 ? connection : undefined;
  return [{ uri: contact.uri, options: { q: contact.q, routes: path, connection: flow, alternatives } }];
}
