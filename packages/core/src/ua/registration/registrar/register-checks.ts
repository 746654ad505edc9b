import { andThen, type SyncOrPromise } from "../../../auth/users/sync-or-promise.js";
import { createResponse } from "../../../message/create-response.js";
import type { ResponseBuilder } from "../../../message/response-builder.js";
import type { SipRequest } from "../../../message/sip-request.js";
import { canonicalHost } from "../../../grammar/host.js";
import type { Uri } from "../../../uri/uri.js";
import { checkCredentials } from "../../exchange/check-credentials.js";
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
    return andThen(checkCredentials(this.#options.authentication, request), (credentials) => {
      if (credentials.kind === "refused") {
        const response = createResponse(request, credentials.statusCode, { toTag });
        for (const { name, value } of credentials.challenges) response.addText(name, value);
        return answered(response);
      }
      return andThen(this.#isAuthorised(credentials.username, addressOfRecord), (isAllowed) => {
        if (!isAllowed) return refuse(403);
        return andThen(this.#exists(addressOfRecord), (exists) => (exists ? passed : refuse(404)));
      });
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
