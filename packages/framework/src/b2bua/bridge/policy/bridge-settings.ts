import { createAddress } from "../../../address/container-address.js";
import type { BridgeLeg, BridgeOptions, BridgeTarget, HeaderRules } from "../../../api/bridge.js";
import { IllegalArgumentError } from "../../../errors/illegal-argument-error.js";

/** Session descriptions as a bridge signs them. */
export interface DescriptionSettings {
  readonly userName: string;
}

/** The options of a bridge as plain data, what was left out filled in. */
export interface BridgeSettings {
  readonly to: string | undefined;
  readonly route: readonly string[] | undefined;
  readonly from: string | undefined;
  readonly toParty: string | undefined;
  readonly hooks: string | undefined;
  readonly toCallee: HeaderRules;
  readonly toCaller: HeaderRules;
  readonly hidesSoftware: boolean;
  readonly domain: string | undefined;
  readonly descriptions: DescriptionSettings | undefined;
  readonly isReliablePerLeg: boolean;
  readonly transfers: "relay" | "execute" | "refuse";
  readonly redirects: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly relaysChallenges: boolean;
  readonly ringingTimeout: number;
  readonly maxDuration: number | undefined;
  readonly sessionTimer: { readonly expiration?: number; readonly minimum?: number } | undefined;
}

const usualUserName = "siplet";
/** As long as a proxy waits (RFC 3261 §16.6 step 11). */
const usualRinging = 180;

/** Checks options and makes them plain. @throws IllegalArgumentError, ServletParseError `parse.address` */
export function readSettings(options: BridgeOptions): BridgeSettings {
  const { headers, identity, hideTopology = true } = options;
  const hiding = typeof hideTopology === "object" ? hideTopology : { software: hideTopology };
  const { sdp = false, domain } = hiding;
  return {
    to: options.to === undefined ? undefined : targetText(options.to),
    route: options.route,
    from: identity?.from === undefined ? undefined : partyText(identity.from),
    toParty: identity?.to === undefined ? undefined : partyText(identity.to),
    hooks: options.hooks?.name,
    toCallee: headers?.toCallee ?? {},
    toCaller: headers?.toCaller ?? {},
    hidesSoftware: hiding.software ?? true,
    domain,
    descriptions: sdp === false ? undefined : { userName: sdp === true ? usualUserName : sdp },
    isReliablePerLeg: options.reliability === "per-leg",
    transfers: options.transfers ?? "relay",
    redirects: options.redirects ?? 0,
    failures: readFailures(options.failures),
    relaysChallenges: options.challenges === "relay",
    ringingTimeout: readSeconds("ringingTimeout", options.ringingTimeout) ?? usualRinging,
    maxDuration: readSeconds("maxDuration", options.maxDuration),
    sessionTimer: options.sessionTimer,
  };
}

/** Header rules of the way to a leg. */
export function rulesToward(settings: BridgeSettings, leg: BridgeLeg): HeaderRules {
  return leg === "callee" ? settings.toCallee : settings.toCaller;
}

/** The URI of a target. @throws ServletParseError `parse.address`, IllegalArgumentError `argument.scheme` */
export function targetText(target: BridgeTarget): string {
  const { uri } = createAddress(bracketed(target));
  if (uri?.isSipUri === true || uri?.scheme === "tel") return uri.toString();
  throw new IllegalArgumentError("argument.scheme", { detail: `${String(target)} cannot be called` });
}

function partyText(target: BridgeTarget): string {
  return createAddress(bracketed(target)).toString();
}

/** Text of a URI alone: its parameters are its own, not those of an address. */
function bracketed(target: BridgeTarget): string {
  const text = String(target).trim();
  return /[<"]/.test(text) ? text : `<${text}>`;
}

function readFailures(failures: Readonly<Record<string, number>> = {}): Readonly<Record<string, number>> {
  for (const [name, status] of Object.entries(failures)) {
    if (/^[3-6](?:\d\d|xx)$/.test(name) && Number.isInteger(status) && status >= 300 && status <= 699) continue;
    throw new IllegalArgumentError("argument.status", {
      detail: `failures: { "${name}": ${status} }; map a status or a class such as "5xx" to one of 300–699`,
    });
  }
  return failures;
}

function readSeconds(name: string, seconds: number | undefined): number | undefined {
  if (seconds === undefined || (Number.isFinite(seconds) && seconds > 0)) return seconds;
  throw new IllegalArgumentError("argument.invalid", { detail: `${name}: ${seconds} is no number of seconds` });
}
