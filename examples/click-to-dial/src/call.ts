import { PushService, SipApplicationSession, SipApplicationSessionScoped, inject } from "@siplet/framework";

/** The two ends of a call. */
export type LegName = "caller" | "callee";

/** How far one end is. */
export type LegState = "waiting" | "calling" | "ringing" | "answered" | "talking" | "ended";

/** The flows of RFC 3725: I offers the callee what the caller's phone offers, IV the other way round. */
export type Flow = "I" | "IV";

/** One end of a call, as everybody sees it. */
export interface Leg {
  readonly name: string;
  readonly uri: string;
  state: LegState;
}

/** A call, as everybody sees it. */
export interface CallView {
  readonly id: string;
  readonly state: "calling" | "connected" | "ended";
  /** What goes on, or why it ended, as people say it. */
  readonly message: string;
  readonly flow: Flow;
  readonly caller: Leg;
  readonly callee: Leg;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly connectedAt: number | undefined;
  readonly endedAt: number | undefined;
}

/** Everybody's topic. */
export const liveTopic = "live";

/** How long an ended call can still be looked at, in minutes. */
const memory = 15;

/** The state of one call. It lives in the application session: handlers, timers and web requests find the same one. */
@SipApplicationSessionScoped()
export class Call {
  caller: Leg = { name: "", uri: "", state: "waiting" };
  callee: Leg = { name: "", uri: "", state: "waiting" };
  flow: Flow = "I";
  /** What the next answer means, see `CallControl`. */
  step: "caller" | "callee" | "held" | "joining" | "aligning" | "talking" | "over" = "caller";
  message = "";
  startedAt = 0;
  connectedAt: number | undefined;
  endedAt: number | undefined;

  constructor(
    @inject(PushService) private readonly push: PushService,
    @inject(SipApplicationSession) private readonly applicationSession: SipApplicationSession,
  ) {}

  get isOver(): boolean {
    return this.step === "over";
  }

  begin(caller: Leg, callee: Leg, flow: Flow): void {
    Object.assign(this, { caller, callee, flow, startedAt: Date.now() });
    this.tell(`calling ${caller.name}`);
  }

  leg(name: LegName): Leg {
    return name === "caller" ? this.caller : this.callee;
  }

  /** One end got further. */
  moveTo(name: LegName, state: LegState, message: string): void {
    this.leg(name).state = state;
    this.tell(message);
  }

  connect(): void {
    this.step = "talking";
    this.connectedAt = Date.now();
    for (const leg of [this.caller, this.callee]) leg.state = "talking";
    this.tell(`${this.caller.name} talks to ${this.callee.name}`);
  }

  /** The first reason counts. */
  end(message: string): void {
    if (this.isOver) return;
    this.step = "over";
    this.endedAt = Date.now();
    for (const leg of [this.caller, this.callee]) leg.state = "ended";
    this.applicationSession.setExpires(memory);
    this.tell(message);
  }

  view(): CallView {
    const { flow, message, caller, callee, startedAt, connectedAt, endedAt } = this;
    const state = this.isOver ? "ended" : connectedAt === undefined ? "calling" : "connected";
    const { id } = this.applicationSession;
    return { id, state, message, flow, caller, callee, startedAt, connectedAt, endedAt };
  }

  private tell(message: string): void {
    this.message = message;
    this.push.publish(liveTopic, this.view(), "call");
  }
}
