import { isOwnUri, type TransportLayer } from "@siplet/core";
import type { ChangeGuard } from "../address/change-guard.js";
import { createUri, engineUri } from "../address/uris.js";
import { SipServletRequest } from "../api/object-model.js";
import type { Uri } from "../api/uri.js";
import { IllegalArgumentError } from "../errors/illegal-argument-error.js";
import { withMessage } from "./message-mixin.js";
import { breadthText, hopText, isOwnParameter } from "./request-rules.js";

/** The part of a request that only reads and writes its head (JSR 289 §5). */
export abstract class RequestHead extends withMessage(SipServletRequest) {
  /** Tells which addresses are ours; undefined for requests that never were on the wire. */
  protected abstract readonly transportLayer: Pick<TransportLayer, "isOwnAddress"> | undefined;
  /** Our own Record-Route value that a strict router brought as Request-URI. */
  protected abstract readonly strictRoute: Uri | undefined;

  get requestUri(): Uri {
    const guard: ChangeGuard = {
      check: () => this.state.requireOpen("the Request-URI"),
      changed: () => this.#setRequestUri(uri.toString()),
    };
    const uri: Uri = createUri(this.state.request().requestUriText, guard);
    return uri;
  }

  set requestUri(uri: Uri) {
    if (uri === undefined || uri === null) {
      throw new IllegalArgumentError("argument.missing", { detail: "a request needs a Request-URI" });
    }
    this.state.requireOpen("the Request-URI");
    this.#setRequestUri(String(engineUri(uri)));
  }

  get isRequestUriInternal(): boolean {
    const { transportLayer } = this;
    return transportLayer !== undefined && isOwnUri(engineUri(this.requestUri), transportLayer);
  }

  get sequenceNumber(): number {
    return Number.parseInt(this.state.field("cseq")?.text ?? "0", 10);
  }

  get maxForwards(): number | undefined {
    const text = this.headers.first("Max-Forwards");
    return text === undefined ? undefined : Number(text);
  }

  set maxForwards(hops: number | undefined) {
    if (hops === undefined) {
      this.headers.remove("Max-Forwards");
      return;
    }
    this.headers.set("Max-Forwards", hopText(hops));
  }

  get maxBreadth(): number | undefined {
    const text = this.headers.first("Max-Breadth");
    return text === undefined ? undefined : Number(text);
  }

  set maxBreadth(breadth: number | undefined) {
    if (breadth === undefined) this.headers.remove("Max-Breadth");
    else this.headers.set("Max-Breadth", breadthText(breadth));
  }

  getParameter(name: string): string | undefined {
    return this.getParameterValues(name)[0];
  }

  getParameterNames(): readonly string[] {
    return [...this.getParameterMap().keys()];
  }

  getParameterValues(name: string): readonly string[] {
    return this.getParameterMap().get(name) ?? [];
  }

  getParameterMap(): ReadonlyMap<string, readonly string[]> {
    const uri = this.poppedRoute?.uri ?? this.strictRoute ?? (this.isInitial ? this.requestUri : undefined);
    if (uri?.isSipUri !== true) return new Map();
    const names = uri.getParameterNames().filter((name) => this.isInitial || !isOwnParameter(name));
    return new Map(names.map((name) => [name, [uri.getParameter(name) ?? ""]]));
  }

  #setRequestUri(text: string): void {
    const draft = this.state.draft();
    if ("requestUri" in draft) draft.requestUri = text;
  }
}
