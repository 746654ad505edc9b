import { readRefer, sipfragType, writeSipfrag, type ReferOrder } from "@siplet/core";
import type { BridgeLeg, BridgeTransfer } from "../../../api/bridge.js";
import type { ContainerSipServletRequest } from "../../../message/container-sip-servlet-request.js";
import type { ContainerSipServletResponse } from "../../../message/container-sip-servlet-response.js";
import type { ContainerSipSession } from "../../../session/container-sip-session.js";
import type { BridgedCall, BridgeErrand } from "../call/bridged-call.js";
import { endLeg } from "../relay/end-call.js";
import { Relink, type RelinkObserver } from "./relink.js";
import { refuse, sendQuietly, statusOfFailure } from "../relay/send-quietly.js";

/** Carries out a REFER, or says why not. RFC 3515, RFC 5589 */
export function receiveRefer(call: BridgedCall, refer: ContainerSipServletRequest): unknown {
  const replaced = refer.session;
  const surviving = call.otherLeg(replaced);
  if (call.settings.transfers === "refuse") return refuse(call, refer, 603);
  if (surviving === undefined || call.state !== "established") return refuse(call, refer, 481);
  if (call.change !== undefined) return refuse(call, refer, 491);
  const order = readRefer(refer.state.request());
  if (order.kind === "refused") return refuse(call, refer, order.refusal.statusCode);
  if (order.method !== "INVITE") return refuse(call, refer, 501);
  const by = call.sideOf(replaced);
  const isAttended = order.headers.some(({ name }) => name.toLowerCase() === "replaces");
  const transfer: BridgeTransfer = { by, refer, isAttended, target: String(order.target) };
  return call.hooks.run("onTransfer", [transfer], () => {
    if (refer.incoming?.isOpen !== true) return;
    new TransferErrand({ call, by, refer, order, replaced, surviving }).accept(transfer.target);
  });
}

interface TransferParts {
  readonly call: BridgedCall;
  readonly by: BridgeLeg;
  readonly refer: ContainerSipServletRequest;
  readonly order: ReferOrder;
  readonly replaced: ContainerSipSession;
  readonly surviving: ContainerSipSession;
}

/** A REFER that was accepted: calls the target and tells the one who asked how it goes (RFC 3515 §2.4.4). */
class TransferErrand implements RelinkObserver, BridgeErrand {
  readonly #parts: TransferParts;
  readonly #event: string;
  #isOver = false;
  #isReplaced = false;

  constructor(parts: TransferParts) {
    this.#parts = parts;
    const { call, by, order } = parts;
    call.refers[by] += 1;
    this.#event = call.refers[by] === 1 ? "refer" : `refer;id=${order.sequenceNumber}`;
  }

  accept(target: string): void {
    const { call, refer, order } = this.#parts;
    const accepted = refer.createResponse(202);
    if (!order.wantsSubscription) accepted.setHeader("Refer-Sub", "false");
    sendQuietly(call, accepted);
    this.#notify(100, "Trying");
    const { by: leg, replaced, surviving } = this.#parts;
    const options = { to: target, headers: headersOf(order) };
    const fail = (error: unknown): void => void this.onDone(statusOfFailure(error));
    try {
      new Relink({ call, leg, replaced, surviving, options, observer: this }).start().catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  onProgress(status: number, reason: string): void {
    this.#notify(status, reason);
  }

  onDone(status: number, reason?: string): unknown {
    if (this.#isOver) return undefined;
    this.#isOver = true;
    this.#isReplaced = status < 300;
    const { call, by, order } = this.#parts;
    this.#notify(status, reason);
    if (this.#isReplaced && !order.wantsSubscription) this.#endReplaced();
    return call.hooks.run("onRelinked", [by, status], () => undefined);
  }

  /** The answer to a NOTIFY: with the last one the leg that was has nothing to wait for. */
  takeResponse(response: ContainerSipServletResponse): void {
    const isLast = response.request?.getHeader("Subscription-State")?.startsWith("terminated") === true;
    if (response.status >= 200 && isLast && this.#isReplaced) this.#endReplaced();
  }

  #endReplaced(): void {
    endLeg(this.#parts.call, this.#parts.replaced, {});
  }

  #notify(status: number, reason?: string): void {
    const { call, order, replaced } = this.#parts;
    if (!order.wantsSubscription || !replaced.isValid || replaced.dialogState === "TERMINATED") return;
    const notify = replaced.createRequest("NOTIFY") as ContainerSipServletRequest;
    notify.setHeader("Event", this.#event);
    notify.setHeader("Subscription-State", status < 200 ? "active;expires=180" : "terminated;reason=noresource");
    const { reasonPhrase } = this.#parts.refer.makeResponse(this.#parts.refer.state.request(), status, { reason });
    notify.setContent(writeSipfrag({ statusCode: status, reasonPhrase }), sipfragType);
    call.giveTo(this, notify);
    sendQuietly(call, notify);
  }
}

/** What the REFER puts into the INVITE: Replaces and others of the URI, Referred-By (RFC 3261 §19.1.5, RFC 3892 §2.2). */
function headersOf({ headers, referredBy }: ReferOrder): Record<string, string> {
  const wanted = headers.filter(({ name }) => /^(?:replaces|require|subject|x-[\w-]+)$/i.test(name));
  return {
    ...Object.fromEntries(wanted.map(({ name, value }) => [name, value])),
    ...(referredBy !== undefined && { "Referred-By": referredBy }),
  };
}
