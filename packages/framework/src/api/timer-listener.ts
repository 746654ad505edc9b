import type { ServletTimer } from "./object-model.js";

/** Gets the timers of the application; at most one listener of this kind. JSR 289 §9. */
export abstract class TimerListener {
  abstract timeout(timer: ServletTimer): void | Promise<void>;
}
