import { CallTexts, toTagOf } from "../wire/call-texts.js";
import { bareAnswers } from "../servers/floor/bare-answer.js";
import type { MemoryPeer } from "./memory-peer.js";

/** Makes calls through a `MemoryPeer`, and answers those that a server makes itself. */
export class MemoryCaller {
  readonly #peer: MemoryPeer;
  readonly #answered = new Map<string, string>();
  #number = 0;

  constructor(peer: MemoryPeer) {
    this.#peer = peer;
    peer.onMessage = (text) => this.#receive(text);
  }

  /** Sets a call up; gives what ends it. */
  async establish(): Promise<() => void> {
    const texts = new CallTexts(this.#number++, "UDP");
    this.#peer.say(texts.invite());
    const toTag = await this.#answerTo(texts.callId);
    this.#peer.say(texts.ack(toTag));
    return () => this.#peer.say(texts.bye(toTag));
  }

  async #answerTo(callId: string): Promise<string> {
    for (let turns = 0; turns < 1000; turns++) {
      const toTag = this.#answered.get(callId);
      if (toTag !== undefined) {
        this.#answered.delete(callId);
        return toTag;
      }
      // handlers answer after some awaits, what the container sends itself after some more
      await (turns < 20 ? Promise.resolve() : new Promise(setImmediate));
    }
    throw new RangeError(`call ${callId} was never answered`);
  }

  #receive(text: string): void {
    if (text.startsWith("SIP/2.0 200") && text.includes(" INVITE\r\n")) {
      this.#answered.set(callIdOf(text), toTagOf(text));
    }
    if (text.startsWith("SIP/2.0 ")) return;
    for (const answer of bareAnswers(text, "<sip:127.0.0.1:5061>")) queueMicrotask(() => this.#peer.say(answer));
  }
}

function callIdOf(text: string): string {
  const start = text.indexOf("\r\nCall-ID: ") + 11;
  return text.slice(start, text.indexOf("\r\n", start));
}
