import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from "node:crypto";
import type { NameAddress } from "@siplet/core";
import { IllegalArgumentError } from "../../errors/illegal-argument-error.js";

/** The parameter of our Route that brings the router's state back (JSR 289 §15.4, ROUTE_BACK). */
const stateParameter = "rb";
/** Characters of the signature: 96 bits. */
const signatureLength = 16;

/** What came back: the state, in a box, since undefined is one too. */
export interface ReturnedState {
  readonly stateInfo: unknown;
}

/**
 * Sends the router's state along with a request that leaves and comes back: signed, in a parameter of our Route. Nothing
 * is kept here, so any container with the same secret can go on.
 */
export class RouteState {
  readonly #secret: KeyObject;

  constructor(secret: Uint8Array | string) {
    this.#secret = createSecretKey(Buffer.from(secret));
  }

  /** The parameter as it is appended to a URI. @throws IllegalArgumentError for what JSON cannot write */
  write(stateInfo: unknown): string {
    const state = Buffer.from(jsonOf({ stateInfo })).toString("base64url");
    return `;${stateParameter}=${state}.${this.#sign(state)}`;
  }

  /** The state in a Route of ours; undefined where there is none or somebody else wrote it. */
  read(route: NameAddress | undefined): ReturnedState | undefined {
    if (route?.uri.kind !== "sip") return undefined;
    const [state = "", signature = ""] = (route.uri.parameters.get(stateParameter) ?? "").split(".");
    const expected = Buffer.from(this.#sign(state));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return JSON.parse(Buffer.from(state, "base64url").toString("utf8")) as ReturnedState;
  }

  #sign(state: string): string {
    const signature = createHmac("sha256", this.#secret).update(`router state ${state}`).digest("base64url");
    return signature.slice(0, signatureLength);
  }
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    const detail = `the state information of the application router must be JSON to leave with ROUTE_BACK: ${String(cause)}`;
    throw new IllegalArgumentError("argument.content", { detail });
  }
}
