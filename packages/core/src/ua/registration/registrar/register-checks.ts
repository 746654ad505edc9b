import type { DigestVerdict } from "../../../auth/server/digest-verdict.js";
import { andThen, type SyncOrPromise } from "../../../auth/users/sync-or-promise.js";
import { createResponse } from "../../../message/create-response.js";
import type { ResponseBuilder } from "../../../message/response-builder.js";
import type { SipRequest } from "../../../message/sip-request.js";
import { canonicalHost } from "../../../grammar/host.js";
import type { Uri } from "../../../uri/uri.js";
import type { RegistrarOptions } from "./registrar-options.js";

/** What the checks found: who asks, or the answer that ends it. */
export type RegisterCheck =
  | { readonly kind: "passed" }
  | { readonly kind: "answered"; readonly response: ResponseBuilder };

const passed: RegisterCheck = { kind: "passed" };

/** Checks that come before any binding is looked at: RFC 3261 §10.3 steps 1 to 5. */
export class RegisterChecks {
  readonly #options: RegistrarOptions;
  readonly #domains: ReadonlySet<string>;
  readonly #extensions: ReadonlySet<string>;

  constructor(options: RegistrarOptions) {
    this.#options = options;
    this.#domains = new Set(options.domains.map(canonicalHost));
    const extensions = ["path", "pref"];
    if (options.outbound ?? true) extensions.push("outbound");
    if (options.gruu ?? true) extensions.push("gruu");
    this.#extensions = new Set(extensions);
  }

  /** Whether a URI belongs to one of the domains. */
  serves(uri: Uri): boolean {
    if (uri.kind === "sip") return this.#domains.has(canonicalHost(uri.host));
    return uri.kind === "tel";
  }

  /** Runs the checks in order. @throws EngineError for headers that cannot be read */
  check(request: SipRequest, addressOfRecord: Uri, toTag: string): SyncOrPromise<RegisterCheck> {
    const refuse = (statusCode: number): RegisterCheck => answered(createResponse(request, statusCode, { toTag }));
    if (!this.serves(request.requestUri)) return refuse(404);
    const unknown = request.get("Require").filter((tag) => !this.#extensions.has(tag.toLowerCase()));
    if (unknown.length > 0) {
      return answered(createResponse(request, 420, { toTag }).addText("Unsupported", unknown.join(", ")));
    }
    return andThen(this.#authenticate(request, toTag), (user) => {
      if (typeof user === "object") return user;
      return andThen(this.#isAuthorised(user, addressOfRecord), (isAllowed) => {
        if (!isAllowed) return refuse(403);
        return andThen(this.#exists(addressOfRecord), (exists) => (exists ? passed : refuse(404)));
      });
    });
  }

  /** The user's name; undefined where nobody is asked. */
  #authenticate(request: SipRequest, toTag: string): SyncOrPromise<string | undefined | RegisterCheck> {
    const { authentication } = this.#options;
    if (authentication === undefined) return undefined;
    const { method, requestUriText: uri, body } = request;
    const credentials = request.getTexts("Authorization");
    return andThen(authentication.verify({ method, uri, body, credentials }), (verdict: DigestVerdict) => {
      if (verdict.kind === "accepted") return verdict.username;
      if (verdict.kind === "exempt") return undefined;
      const response = createResponse(request, verdict.statusCode, { toTag });
      if (verdict.kind === "challenge") for (const value of verdict.values) response.addText(verdict.name, value);
      return answered(response);
    });
  }

  #isAuthorised(user: string | undefined, addressOfRecord: Uri): SyncOrPromise<boolean> {
    const { mayRegister } = this.#options;
    if (user === undefined) return true;
    if (mayRegister !== undefined) return mayRegister(user, addressOfRecord);
    if (addressOfRecord.kind !== "sip") return false;
    return addressOfRecord.decodedUser === user || user === `${addressOfRecord.decodedUser}@${addressOfRecord.host}`;
  }

  #exists(addressOfRecord: Uri): SyncOrPromise<boolean> {
    if (!this.serves(addressOfRecord)) return false;
    return this.#options.isKnown?.(addressOfRecord) ?? true;
  }
}

function answered(response: ResponseBuilder): RegisterCheck {
  return { kind: "answered", response };
}
