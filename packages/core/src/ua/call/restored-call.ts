import { Dialog } from "../../dialog/dialog.js";
import { EngineError } from "../../errors/engine-error.js";
import { OfferAnswer } from "../offer-answer/offer-answer.js";
import { Call } from "./call.js";
import type { CallAgent } from "../session/call-agent.js";
import type { CallEnd } from "./call-events.js";
import type { CallMedia } from "../session/call-media.js";
import { CallSession } from "./call-session.js";
import type { CallSnapshot } from "./call-snapshot.js";

/** A call taken up from its snapshot: its session stands. */
export class RestoredCall extends Call {
  readonly direction: "outgoing" | "incoming";
  readonly session: CallSession;

  /** @throws EngineError `ua.snapshot`, `dialog.snapshot`, `offer-answer.snapshot` for other versions */
  constructor(agent: CallAgent, snapshot: CallSnapshot, media: CallMedia | undefined) {
    super(agent, media);
    if (snapshot.version !== 1) {
      throw new EngineError("ua.snapshot", { detail: `call, version ${String(snapshot.version)}` });
    }
    this.direction = snapshot.direction;
    this.session = new CallSession(
      {
        agent,
        dialog: Dialog.restore(snapshot.dialog),
        media,
        digest: agent.createDigest(snapshot.digest),
        offerAnswer: new OfferAnswer(snapshot.offerAnswer),
        timer: snapshot.timer,
      },
      this,
    );
    this.session.core.isHolding = snapshot.isHolding;
    this.noteAnswered();
    this.noteConfirmed();
  }

  get callId(): string {
    return this.session.dialog.callId;
  }

  onSessionEnded(end: CallEnd): void {
    this.noteEnded(end);
  }

  protected endEarly(): Promise<void> {
    return Promise.resolve();
  }
}
