import type { Clock, TimerHandle } from "../../clock/clock.js";
import { timerDelay } from "./refresh-delay.js";

/** When a key is due. */
interface Alarm {
  readonly key: string;
  at: number;
  /** Its index in the heap. */
  place: number;
}

/** So many ring before the event loop gets its turn. */
const batch = 1000;

/**
 * Rings for each key when its next part ends. One timer of the clock for all of them, over a heap: 100,000 bindings cost
 * 100,000 small objects and nothing in the event loop.
 */
export class ExpiryAlarm {
  readonly #clock: Clock;
  readonly #onDue: (key: string) => void;
  readonly #alarms = new Map<string, Alarm>();
  readonly #heap: Alarm[] = [];
  #timer: TimerHandle | undefined;
  #armedFor = 0;

  static readonly #ring = (self: ExpiryAlarm): void => self.#ringDue();

  constructor(clock: Clock, onDue: (key: string) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** How many keys wait. */
  get size(): number {
    return this.#heap.length;
  }

  /** Sets the time of a key, in milliseconds since 1970; undefined: nothing ends any more. */
  set(key: string, at: number | undefined): void {
    const present = this.#alarms.get(key);
    if (at === undefined) {
      if (present !== undefined) this.#remove(present);
    } else if (present === undefined) {
      this.#add({ key, at, place: this.#heap.length });
    } else if (present.at !== at) {
      present.at = at;
      this.#settle(present);
    }
    this.#arm();
  }

  /** Forgets everything. */
  close(): void {
    this.#alarms.clear();
    this.#heap.length = 0;
    this.#arm();
  }

  /** A timer that rings early enough stays: it looks again then. */
  #arm(): void {
    const [first] = this.#heap;
    if (this.#timer !== undefined) {
      if (first !== undefined && this.#armedFor <= first.at) return;
      this.#clock.clearTimeout(this.#timer);
      this.#timer = undefined;
    }
    if (first === undefined) return;
    const delay = timerDelay(first.at - this.#clock.now());
    this.#armedFor = this.#clock.now() + delay;
    this.#timer = this.#clock.setTimeout(ExpiryAlarm.#ring, delay, this);
  }

  #ringDue(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (let count = 0; count < batch; count++) {
      const [first] = this.#heap;
      if (first === undefined || first.at > now) break;
      this.#remove(first);
      this.#onDue(first.key);
    }
    this.#arm();
  }

  #add(alarm: Alarm): void {
    this.#alarms.set(alarm.key, alarm);
    this.#heap.push(alarm);
    this.#settle(alarm);
  }

  #remove(alarm: Alarm): void {
    this.#alarms.delete(alarm.key);
    const last = this.#heap.pop();
    if (last === undefined || last === alarm) return;
    this.#put(last, alarm.place);
    this.#settle(last);
  }

  /** Brings an alarm to its place: no child is earlier than its parent. */
  #settle(alarm: Alarm): void {
    for (
      let parent = this.#parentOf(alarm);
      parent !== undefined && alarm.at < parent.at;
      parent = this.#parentOf(alarm)
    ) {
      this.#exchange(alarm, parent);
    }
    for (let child = this.#childOf(alarm); child !== undefined && child.at < alarm.at; child = this.#childOf(alarm)) {
      this.#exchange(alarm, child);
    }
  }

  #parentOf({ place }: Alarm): Alarm | undefined {
    return place === 0 ? undefined : this.#heap[(place - 1) >> 1];
  }

  /** The earlier one of two children. */
  #childOf({ place }: Alarm): Alarm | undefined {
    const [left, right] = [this.#heap[place * 2 + 1], this.#heap[place * 2 + 2]];
    return left !== undefined && right !== undefined && right.at < left.at ? right : left;
  }

  #exchange(one: Alarm, other: Alarm): void {
    const { place } = one;
    this.#put(one, other.place);
    this.#put(other, place);
  }

  #put(alarm: Alarm, place: number): void {
    alarm.place = place;
    this.#heap[place] = alarm;
  }
}
