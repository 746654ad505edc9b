import { createResponse, type ServerTransaction, type ServerTransactionUser, type TimerHandle } from "@siplet/core";
import { isThenable } from "../concurrency/invocation-host.js";
import type { ContainerSipServletRequest } from "../message/container-sip-servlet-request.js";
import type { Signalling } from "../message/signalling.js";
import type { AccessGuard } from "../security/access-guard.js";
import { refuse, type AccessRefusal, type AccessVerdict } from "../security/access-verdict.js";
import type { Caller } from "../session/caller.js";

/** A request that is about to reach a servlet. */
export interface Applicant {
  readonly transaction: ServerTransaction;
  readonly request: ContainerSipServletRequest;
  readonly servletName: string;
}

/** How long users may be looked up, in milliseconds. */
const patience = 10_000;

/**
 * Lets a request go on once it is known whether its caller may, or answers it. JSR 289 §17. A verdict that is there at once
 * costs no microtask.
 */
export function admit(
  applicant: Applicant,
  guard: AccessGuard,
  signalling: Signalling,
  enter: (caller: Caller | undefined) => void,
): void {
  const { transaction, request, servletName } = applicant;
  const conclude = (verdict: AccessVerdict): void => {
    if (verdict.kind === "admitted") enter(verdict.caller);
    else answer(transaction, verdict, signalling);
  };
  const verdict = guard.check(request, servletName);
  if (!isThenable(verdict)) return conclude(verdict);
  const pending = new PendingAdmission(transaction, signalling);
  verdict
    .then((each) => pending.end(() => conclude(each)))
    .catch((error: unknown) => pending.fail("a caller could not be looked up", error));
}

/** A request whose caller is looked up; a CANCEL or too long a wait answer it before that. */
export class PendingAdmission implements ServerTransactionUser {
  readonly #transaction: ServerTransaction;
  readonly #signalling: Signalling;
  readonly #timer: TimerHandle;
  #isOver = false;

  constructor(transaction: ServerTransaction, signalling: Signalling) {
    this.#transaction = transaction;
    this.#signalling = signalling;
    transaction.user = this;
    this.#timer = signalling.clock.setTimeout(
      (pending: PendingAdmission) => pending.fail("looking up a caller took too long"),
      patience,
      this,
    );
  }

  /** Goes on, unless it was answered meanwhile. */
  end(proceed: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#signalling.clock.clearTimeout(this.#timer);
    this.#transaction.user = undefined;
    proceed();
  }

  onTerminated(): void {
    this.end(() => undefined);
  }

  /** The CANCEL of the request came (RFC 3261 §9.2). */
  cancel(): void {
    if (this.#transaction.method !== "INVITE") return;
    this.end(() => answer(this.#transaction, refuse(487, "Request Terminated"), this.#signalling));
  }

  /** Answers 500, unless something else was answered. */
  fail(what: string, error?: unknown): void {
    this.#signalling.log.error({ error, transaction: this.#transaction.key }, what);
    this.end(() => undefined);
    if (this.#transaction.lastStatusCode >= 200) return;
    answer(this.#transaction, refuse(500, "Server Internal Error"), this.#signalling);
  }
}

function answer(transaction: ServerTransaction, refusal: AccessRefusal, { random }: Signalling): void {
  const { statusCode, reason, headers } = refusal;
  const builder = createResponse(transaction.request, statusCode, { reason, toTag: random.token(64) });
  for (const { name, value } of headers) builder.addText(name, value);
  transaction.respond(builder.build());
}
