import { methods as registeredMethods } from "../../message/methods.js";
import type { SipRequest } from "../../message/sip-request.js";
import { optionTags } from "../option-tags.js";
import { BodyCheck, type AcceptedBodies } from "./body-check.js";
import type { RequestRefusal } from "./request-refusal.js";

/** What a user agent takes. */
export interface RequestRules {
  /** Methods, for Allow. */
  readonly methods: readonly string[];
  /** Option tags of the extensions it understands, for Supported. */
  readonly optionTags: readonly string[];
  /** Bodies, by method; without entry a method's bodies are not looked at. */
  readonly bodies?: Readonly<Record<string, AcceptedBodies>>;
  /** Schemes of Request-URIs; `sip`, `sips` and `tel` when left out. */
  readonly schemes?: readonly string[];
}

/** What only its surroundings know of a request. */
export interface RequestSurroundings {
  /** Whether the request came before by another path (RFC 3261 §8.2.2.2): see `MergedRequests`. */
  readonly isMerged?: () => boolean;
  /** Whether the Request-URI leads to somebody here; all do when left out. */
  readonly isKnownUser?: () => boolean;
  /** Whether the dialog that a To tag names is here. */
  readonly hasDialog?: () => boolean;
}

const usualSchemes = ["sip", "sips", "tel"];

/**
 * The checks that a user agent server makes before it looks at the method itself, in the order of RFC 3261 §8.2: method,
 * Request-URI, merged requests, Require, body, dialog. ACK and CANCEL are never refused.
 */
export class RequestChecks {
  readonly #rules: RequestRules;
  readonly #methods: ReadonlySet<string>;
  readonly #optionTags: ReadonlySet<string>;
  readonly #schemes: ReadonlySet<string>;
  readonly #bodies: ReadonlyMap<string, BodyCheck>;

  constructor(rules: RequestRules) {
    this.#rules = rules;
    this.#methods = new Set(rules.methods);
    this.#optionTags = new Set(rules.optionTags.map((tag) => tag.toLowerCase()));
    this.#schemes = new Set(rules.schemes ?? usualSchemes);
    this.#bodies = new Map(Object.entries(rules.bodies ?? {}).map(([method, each]) => [method, new BodyCheck(each)]));
  }

  /** Value of Allow. */
  get allow(): string {
    return this.#rules.methods.join(", ");
  }

  /** Value of Supported. */
  get supported(): string {
    return this.#rules.optionTags.join(", ");
  }

  /** Why a request is not taken; undefined when nothing speaks against it. */
  check(request: SipRequest, surroundings: RequestSurroundings = {}): RequestRefusal | undefined {
    if (request.method === "ACK" || request.method === "CANCEL") return undefined;
    return (
      this.#checkMethod(request) ??
      this.#checkRequestUri(request, surroundings) ??
      checkMerged(surroundings) ??
      this.#checkRequire(request) ??
      this.#bodies.get(request.method)?.check(request) ??
      checkDialog(request, surroundings)
    );
  }

  #checkMethod({ method }: SipRequest): RequestRefusal | undefined {
    if (this.#methods.has(method)) return undefined;
    const fields = [["Allow", this.allow]] as const;
    return { statusCode: registeredMethods.has(method) ? 405 : 501, fields };
  }

  #checkRequestUri(request: SipRequest, { isKnownUser }: RequestSurroundings): RequestRefusal | undefined {
    const { requestUriText } = request;
    const scheme = requestUriText.slice(0, Math.max(requestUriText.indexOf(":"), 0)).toLowerCase();
    if (!this.#schemes.has(scheme)) return { statusCode: 416 };
    return request.toTag === undefined && isKnownUser?.() === false ? { statusCode: 404 } : undefined;
  }

  #checkRequire(request: SipRequest): RequestRefusal | undefined {
    const unknown = optionTags(request, "Require").filter((tag) => !this.#optionTags.has(tag));
    return unknown.length === 0 ? undefined : { statusCode: 420, fields: [["Unsupported", unknown.join(", ")]] };
  }
}

function checkMerged({ isMerged }: RequestSurroundings): RequestRefusal | undefined {
  return isMerged?.() === true ? { statusCode: 482, reason: "Request Merged" } : undefined;
}

function checkDialog(request: SipRequest, { hasDialog }: RequestSurroundings): RequestRefusal | undefined {
  return request.toTag !== undefined && hasDialog?.() === false ? { statusCode: 481 } : undefined;
}
