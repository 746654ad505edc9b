import { andThen, type SyncOrPromise } from "../../../auth/users/sync-or-promise.js";
import { createResponse } from "../../../message/create-response.js";
import type { ResponseBuilder } from "../../../message/response-builder.js";
import type { SipRequest } from "../../../message/sip-request.js";
import type { Uri } from "../../../uri/uri.js";
import { checkCredentials } from "../../exchange/check-credentials.js";
import type { RegistrarDomains } from "./registrar-domains.js";
import type { RegistrarOptions } from "./registrar-options.js";

/** What the checks found: who asks, or the answer that ends it. */
export type RegisterCheck =
  | { readonly kind: "passed" }
  | { readonly kind: "answered"; readonly response: ResponseBuilder };

const passed: RegisterCheck = { kind: "passed" };

/** Checks that come before any binding is looked at: RFC 3261 §10.3 steps 1 to 5. */
export class RegisterChecks {
  readonly #options: RegistrarOptions;
  readonly #domains: RegistrarDomains;
  readonly #extensions: ReadonlySet<string>;

  constructor(options: RegistrarOptions, domains: RegistrarDomains) {
    this.#options = options;
    this.#domains = domains;
    const extensions = ["path", "pref"];
    if (options.outbound ?? true) extensions.push("outbound");
    if (options.gruu ?? true) extensions.push("gruu");
    this.#extensions = new Set(extensions);
  }

  /**
   * Runs the checks in order. `known` is the user whose credentials were checked before, if they were.
   * @throws EngineError for headers that cannot be read
   */
  check(
    request: SipRequest,
    addressOfRecord: Uri,
    toTag: string,
    known: string | undefined,
  ): SyncOrPromise<RegisterCheck> {
    const refuse = (statusCode: number): RegisterCheck => answered(createResponse(request, statusCode, { toTag }));
    if (!this.#domains.serves(request.requestUri)) return refuse(404);
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
      const username = credentials.username ?? known;
      return andThen(this.#isAuthorised(username, addressOfRecord, request), (isAllowed) => {
        if (!isAllowed) return refuse(403);
        return andThen(this.#exists(addressOfRecord), (exists) => (exists ? passed : refuse(404)));
      });
    });
  }

  #isAuthorised(user: string | undefined, addressOfRecord: Uri, request: SipRequest): SyncOrPromise<boolean> {
    const { mayRegister } = this.#options;
    if (user === undefined) return true;
    if (mayRegister !== undefined) return mayRegister(user, addressOfRecord, request);
    if (addressOfRecord.kind !== "sip") return false;
    return addressOfRecord.decodedUser === user || user === `${addressOfRecord.decodedUser}@${addressOfRecord.host}`;
  }

  #exists(addressOfRecord: Uri): SyncOrPromise<boolean> {
    if (!this.#domains.serves(addressOfRecord)) return false;
    return this.#options.isKnown?.(addressOfRecord) ?? true;
  }
}

function answered(response: ResponseBuilder): RegisterCheck {
  return { kind: "answered", response };
}
