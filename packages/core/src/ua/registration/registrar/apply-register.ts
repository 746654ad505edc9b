import { detachText } from "../../../auth/client/detach-text.js";
import type { Contact } from "../../../headers/contact.js";
import { tryParseUri } from "../../../uri/parse-uri.js";
import { bindingFlow } from "./binding-flow.js";
import { liveBindings, type Binding, type KnownInstance, type LocationRecord } from "./location-record.js";
import type { RegisterRequest } from "./register-request.js";
import type { BindingChange, RegistrarPolicy } from "./registrar-options.js";
import { canonicalInstance } from "./temporary-gruu.js";

/** Why a REGISTER changes nothing. */
export interface RegisterRejection {
  readonly kind: "rejected";
  readonly statusCode: number;
  readonly reason: string;
  /** For 423. */
  readonly minExpires?: number;
}

/** What a REGISTER makes of a record. */
export interface RegisterResult {
  readonly kind: "applied";
  readonly record: LocationRecord;
  readonly changes: readonly BindingChange[];
  /** Whether a contact was taken as a flow of outbound. */
  readonly usesOutbound: boolean;
}

/** Policy with every default in place. */
export type SettledPolicy = Required<Omit<RegistrarPolicy, "flowTimer">>;

/** A contact with its time and what it stands for. */
interface WantedBinding {
  readonly contact: Contact;
  readonly expires: number;
  readonly instanceId: string | undefined;
  readonly registrationId: number | undefined;
}

interface Draft {
  readonly request: RegisterRequest;
  readonly policy: SettledPolicy;
  readonly now: number;
  readonly before: readonly Binding[];
}

/** Above an hour no expiry is called too brief (RFC 3261 §10.3 step 7). */
const briefLimit = 3600;
const mostInstances = 64;

/**
 * What a REGISTER makes of the bindings of its address, all of it or nothing. A pure function: RFC 3261 §10.3 steps 6 and 7,
 * RFC 3327 §5.3, RFC 5626 §6, RFC 5627 §5.1.
 */
export function applyRegister(
  record: LocationRecord | undefined,
  request: RegisterRequest,
  policy: SettledPolicy,
  now: number,
): RegisterResult | RegisterRejection {
  const draft: Draft = { request, policy, now, before: liveBindings(record, now) };
  const wanted = request.contacts.map((contact) => wantedBinding(contact, draft));
  const fault = faultOf(wanted, draft);
  if (fault !== undefined) return fault;
  const outcome = request.isRemoveAll ? removeAll(draft) : update(wanted, draft);
  if (outcome === undefined) return outOfOrder;
  const most = Math.max(policy.maxBindings, draft.before.length);
  if (outcome.bindings.length > most) return reject(403, "Too Many Contacts");
  const usesOutbound = wanted.some(({ registrationId, expires }) => registrationId !== undefined && expires > 0);
  return { kind: "applied", ...settle(record, draft, outcome), usesOutbound };
}

const outOfOrder: RegisterRejection = { kind: "rejected", statusCode: 500, reason: "CSeq Out of Order" };

function wantedBinding(contact: Contact, { request, policy }: Draft): WantedBinding {
  const asked = contact.expires ?? request.expires ?? policy.defaultExpires;
  const instance = contact.instanceId;
  const instanceId = instance === undefined || instance === "" ? undefined : detachText(canonicalInstance(instance));
  const isFlow = policy.outbound && request.supportsOutbound && instanceId !== undefined;
  const registrationId = isFlow ? contact.registrationId : undefined;
  return { contact, expires: Math.min(asked, policy.maxExpires), instanceId, registrationId };
}

function faultOf(wanted: readonly WantedBinding[], draft: Draft): RegisterRejection | undefined {
  const { policy, request } = draft;
  const brief = wanted.some(({ expires }) => expires > 0 && expires < Math.min(policy.minExpires, briefLimit));
  return (
    outboundFault(wanted, draft) ??
    (brief ? { ...reject(423), minExpires: policy.minExpires } : undefined) ??
    (policy.gruu && wanted.some((each) => isRefusedForGruu(each, request)) ? reject(403) : undefined) ??
    pathFault(request, policy)
  );
}

function reject(statusCode: number, reason = ""): RegisterRejection {
  return { kind: "rejected", statusCode, reason };
}

function pathFault(request: RegisterRequest, policy: SettledPolicy): RegisterRejection | undefined {
  const isUnsupported = request.path.length > 0 && !request.supportsPath;
  return isUnsupported && policy.pathWithoutSupport === "refuse" ? reject(421) : undefined;
}

/** RFC 5626 §6: one contact per flow, and an edge proxy that keeps it. */
function outboundFault(wanted: readonly WantedBinding[], { policy, request }: Draft): RegisterRejection | undefined {
  const lasting = wanted.filter(({ expires }) => expires > 0);
  const namesFlow = ({ contact, instanceId }: WantedBinding): boolean =>
    instanceId !== undefined && contact.registrationId !== undefined;
  if (policy.outbound && lasting.length > 1 && lasting.some(namesFlow)) return reject(400, "One Contact Per Flow");
  const isFlow = lasting.some(({ registrationId }) => registrationId !== undefined);
  return isFlow && !request.isFirstHop && !edgeTakesPart(request) ? reject(439) : undefined;
}

/** The edge proxy was the first to add to Path, so its value stands last; who reads "first" as it is written looks there. */
function edgeTakesPart({ path }: RegisterRequest): boolean {
  return [path.at(-1), path[0]].some((value) => value?.uri.kind === "sip" && value.uri.parameters.has("ob"));
}

/** A contact that leads back to the address itself, or to no SIP element at all (RFC 5627 §5.1). */
function isRefusedForGruu({ contact, instanceId, expires }: WantedBinding, request: RegisterRequest): boolean {
  if (instanceId === undefined || expires === 0) return false;
  const { uri } = contact;
  if (uri?.kind !== "sip") return true;
  const isOwn = uri.with({ scheme: "sip" }).equals(withSipScheme(request.addressOfRecord));
  return isOwn || (uri.parameters.has("gr") && sameDomain(uri.host, request.addressOfRecord));
}

function withSipScheme(uri: RegisterRequest["addressOfRecord"]): RegisterRequest["addressOfRecord"] {
  return uri.kind === "sip" ? uri.with({ scheme: "sip" }) : uri;
}

function sameDomain(host: string, uri: RegisterRequest["addressOfRecord"]): boolean {
  return uri.kind === "sip" && uri.host.toLowerCase() === host.toLowerCase();
}

interface Outcome {
  readonly bindings: readonly Binding[];
  readonly changes: readonly BindingChange[];
}

/** Undefined: an older or repeated request of the same Call-ID (step 6). */
function removeAll({ before, request }: Draft): Outcome | undefined {
  if (before.some((binding) => isOutOfOrder(binding, request))) return undefined;
  return { bindings: [], changes: before.map((binding) => ({ kind: "removed", key: request.key, binding })) };
}

function isOutOfOrder(binding: Binding, { callId, sequenceNumber }: RegisterRequest): boolean {
  return binding.callId === callId && sequenceNumber <= binding.sequenceNumber;
}

function update(wanted: readonly WantedBinding[], draft: Draft): Outcome | undefined {
  const { before, request, now } = draft;
  let bindings = [...before];
  const changes: BindingChange[] = [];
  for (const each of wanted) {
    const matches = bindings.filter((binding) => isSameBinding(binding, each));
    if (matches.some((binding) => before.includes(binding) && isOutOfOrder(binding, request))) return undefined;
    bindings = bindings.filter((binding) => !matches.includes(binding));
    if (each.expires === 0) {
      changes.push(...matches.map((binding): BindingChange => ({ kind: "removed", key: request.key, binding })));
      continue;
    }
    const binding = createBinding(each, request, now);
    bindings.push(binding);
    changes.push({ kind: matches.length > 0 ? "refreshed" : "created", key: request.key, binding });
  }
  return { bindings, changes };
}

/** Flows match by instance and reg-id, whatever their URI; others by the rules of URI comparison (RFC 5626 §6). */
function isSameBinding(binding: Binding, { contact, instanceId, registrationId }: WantedBinding): boolean {
  if (registrationId !== undefined && binding.registrationId !== undefined) {
    return binding.registrationId === registrationId && binding.instanceId === instanceId;
  }
  const uri = tryParseUri(binding.contactUri);
  return uri !== undefined && contact.uri?.equals(uri) === true;
}

function createBinding(wanted: WantedBinding, request: RegisterRequest, now: number): Binding {
  const { contact, expires, instanceId, registrationId } = wanted;
  const { callId, sequenceNumber, path, received } = request;
  const parameters = contact.parameters.without("expires").without("pub-gruu").without("temp-gruu");
  const text = String(contact.with({ parameters }));
  return {
    contact: detachText(text),
    contactUri: detachText(String(contact.uri)),
    q: contact.q ?? 1,
    expiresAt: now + expires * 1000,
    updatedAt: now,
    callId,
    sequenceNumber,
    path: path.map((value) => detachText(String(value))),
    instanceId,
    registrationId,
    ...bindingFlow(contact, request, registrationId !== undefined),
    received,
    userAgent: request.userAgent === undefined ? undefined : detachText(request.userAgent),
  };
}

function settle(
  record: LocationRecord | undefined,
  { request, policy }: Draft,
  { bindings, changes }: Outcome,
): Pick<RegisterResult, "record" | "changes"> {
  const { key, addressOfRecord } = request;
  const revision = (record?.revision ?? 0) + 1;
  const instances = policy.gruu ? knownInstances(record?.instances ?? [], bindings) : [];
  const address = record?.addressOfRecord ?? publicAddress(addressOfRecord);
  return { record: { version: 1, key, addressOfRecord: address, revision, bindings, instances }, changes };
}

/** The address without parameters, as a public GRUU begins (RFC 5627 §5.2). */
function publicAddress(uri: RegisterRequest["addressOfRecord"]): string {
  if (uri.kind !== "sip") return String(uri);
  return String(uri.with({ parameters: {}, headers: {}, password: undefined }));
}

/** Which user agents the address has had, those with bindings last; a Call-ID counts as long as its flow keeps it. */
export function knownInstances(before: readonly KnownInstance[], bindings: readonly Binding[]): KnownInstance[] {
  const known = new Map<string, Record<string, string>>(before.map(({ instanceId }) => [instanceId, {}]));
  for (const { instanceId, registrationId = 0, callId } of bindings) {
    if (instanceId === undefined) continue;
    const callIds = known.get(instanceId) ?? {};
    known.delete(instanceId);
    known.set(instanceId, { ...callIds, [registrationId]: callId });
  }
  return Array.from(known, ([instanceId, callIds]) => ({ instanceId, callIds })).slice(-mostInstances);
}
