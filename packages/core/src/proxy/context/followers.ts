import type { Logger } from "../../log/logger.js";
import type { SipResponse } from "../../message/sip-response.js";
import type { Uri } from "../../uri/uri.js";
import type { ProxyBranch } from "./proxy-branch.js";
import type { BranchOptions, ProxyOptions } from "./proxy-options.js";
import { redirectTargets } from "./redirect-targets.js";
import type { ForkMode } from "./target-set.js";

/** Who goes on where a branch failed. */
export interface Followers {
  readonly targets: readonly { readonly uri: Uri | string; readonly options: BranchOptions }[];
  readonly mode: ForkMode;
  /** What is left of the response as an answer; undefined when nothing is. */
  readonly rest: SipResponse | undefined;
}

/** What decides who may follow. */
export interface FollowRule {
  readonly log: Logger;
  readonly options: ProxyOptions;
  readonly wasTried: (uri: Uri) => boolean;
  /** Most targets that may be added. */
  readonly most: number;
}

/** Statuses after which another flow to the same user agent is tried (RFC 5626 §6). */
const flowFailures = new Set([408, 430]);

/**
 * Who goes on where a branch failed: another flow to the same user agent, the same user by another scheme, or the contacts
 * of a redirect. What cannot be read leads nowhere. RFC 3261 §16.7 step 4, RFC 5626 §6
 */
export function followersOf(branch: ProxyBranch, response: SipResponse, rule: FollowRule): Followers | undefined {
  if (rule.most < 1 || branch.isCancelled) return undefined;
  try {
    return otherFlow(branch, response) ?? otherScheme(branch, response, rule) ?? redirected(branch, response, rule);
  } catch (error) {
    rule.log.error({ error, target: branch.targetText }, "nobody can go on where a branch failed");
    return undefined;
  }
}

function otherFlow(branch: ProxyBranch, { statusCode }: SipResponse): Followers | undefined {
  const [next, ...left] = branch.options.alternatives ?? [];
  if (next === undefined || !flowFailures.has(statusCode)) return undefined;
  const options = { ...inherited(branch), ...next.options, alternatives: left };
  return { targets: [{ uri: next.uri, options }], mode: "sequential", rest: undefined };
}

function otherScheme(branch: ProxyBranch, { statusCode }: SipResponse, rule: FollowRule): Followers | undefined {
  if (statusCode !== 416 || rule.options.otherScheme === undefined) return undefined;
  const uri = rule.options.otherScheme(branch.target);
  if (uri === undefined) return undefined;
  const { routes, connection } = branch.options;
  return {
    targets: [{ uri, options: { ...inherited(branch), routes, connection } }],
    mode: "sequential",
    rest: undefined,
  };
}

/** Contacts of equal q are tried together, unless targets are tried one after the other anyhow. */
function redirected(branch: ProxyBranch, response: SipResponse, rule: FollowRule): Followers | undefined {
  if ((branch.options.recurse ?? rule.options.recurse) !== true) return undefined;
  const { target } = branch;
  const isSips = target.kind === "sip" && target.isSecure;
  const redirect = redirectTargets(response, { isSips, wasTried: rule.wasTried, most: rule.most });
  if (redirect === undefined) return undefined;
  const targets = redirect.targets.map(({ uri, q }) => ({ uri, options: { ...inherited(branch), q } }));
  return { targets, mode: rule.options.mode === "sequential" ? "sequential" : "groups", rest: redirect.rest };
}

/** What was said for a branch and holds for those in its place; its way does not. */
function inherited({ options }: ProxyBranch): BranchOptions {
  return { ...options, q: undefined, routes: undefined, connection: undefined, alternatives: undefined };
}
