import { EventLog } from "./event-log.js";

/** An event of `linphone-daemon`: its type and the fields below it, as printed. */
export interface LinphoneEvent {
  /** "call-state-changed", "message-received", "receiving-tone", … */
  readonly type: string;
  readonly [field: string]: string;
}

export interface LinphoneAnswer {
  readonly ok: boolean;
  readonly text: string;
}

const eventPattern = /Event-type: (\S+)\n\n((?:[^\n]+\n)*)\n\n/;
const answerPattern = /Status: (\w+)\n([\s\S]*?)daemon-linphone>/;

/** Reads what `linphone-daemon` prints: answers end with the prompt, events stand between them at any place. */
export class LinphoneOutput {
  readonly events: EventLog<LinphoneEvent>;
  readonly #waiting: ((answer: LinphoneAnswer) => void)[] = [];
  #rest = "";

  constructor(describe: () => string) {
    this.events = new EventLog<LinphoneEvent>(describe);
  }

  /** The answer to the command that is written next. */
  nextAnswer(): Promise<LinphoneAnswer> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  read(text: string): void {
    this.#rest += text;
    for (let match = this.#cut(eventPattern); match !== undefined; match = this.#cut(eventPattern)) {
      this.events.push({ ...readFields(match[2] ?? ""), type: match[1] ?? "" });
    }
    for (let match = this.#cut(answerPattern); match !== undefined; match = this.#cut(answerPattern)) {
      this.#waiting.shift()?.({ ok: match[1] === "Ok", text: (match[2] ?? "").trim() });
    }
  }

  #cut(pattern: RegExp): RegExpExecArray | undefined {
    const match = pattern.exec(this.#rest);
    if (match === null) return undefined;
    this.#rest = this.#rest.slice(0, match.index) + this.#rest.slice(match.index + match[0].length);
    return match;
  }
}

/** One field of an answer: `readField("Id: 7\nState: x", "Id")` is "7". */
export function readField(text: string, name: string): string {
  return readFields(text)[name] ?? "";
}

function readFields(text: string): Record<string, string> {
  const lines = text.split("\n").map((line) => /^([\w-]+): ?(.*)$/.exec(line));
  return Object.fromEntries(lines.flatMap((match) => (match === null ? [] : [[match[1] ?? "", match[2] ?? ""]])));
}
