import { CallTexts, toTagOf } from "../wire/call-texts.js";
import type { LoadResult } from "./load-result.js";

/** Sends one message on a connection. */
export type Send = (text: string) => void;

interface Running {
  readonly texts: CallTexts;
  readonly send: Send;
  readonly begun: number;
  isAnswered: boolean;
}

/** The calls of the generator: INVITE, ACK on 200, BYE, done on its 200. */
export class StreamCalls {
  readonly #running = new Map<string, Running>();
  readonly #latencies: number[] = [];
  readonly #begun = performance.now();
  #successful = 0;
  #failed = 0;

  begin(number: number, transport: string, send: Send): void {
    const texts = new CallTexts(number, transport);
    this.#running.set(texts.callId, { texts, send, begun: performance.now(), isAnswered: false });
    send(texts.invite());
  }

  receive(message: string): void {
    const start = message.indexOf("\r\nCall-ID: ") + 11;
    const call = this.#running.get(message.slice(start, message.indexOf("\r\n", start)));
    const status = Number(message.slice(8, 11));
    if (call === undefined || status < 200) return;
    if (status >= 300) this.#end(call, false);
    else if (call.isAnswered) this.#end(call, true);
    else this.#answer(call, toTagOf(message));
  }

  get open(): number {
    return this.#running.size;
  }

  /** What became of all; those that are still open have failed. */
  result(): LoadResult {
    return {
      successful: this.#successful,
      failed: this.#failed + this.#running.size,
      retransmitted: 0,
      seconds: (performance.now() - this.#begun) / 1000,
      latencies: this.#latencies,
    };
  }

  #answer(call: Running, toTag: string): void {
    call.isAnswered = true;
    this.#latencies.push(performance.now() - call.begun);
    call.send(call.texts.ack(toTag));
    call.send(call.texts.bye(toTag));
  }

  #end(call: Running, isSuccess: boolean): void {
    this.#running.delete(call.texts.callId);
    if (isSuccess) this.#successful += 1;
    else this.#failed += 1;
  }
}
