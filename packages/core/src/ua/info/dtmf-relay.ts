import { EngineError } from "../../errors/engine-error.js";

/** A tone: `0`–`9`, `*`, `#`, `A`–`D`, and `!` for a hook flash. */
export interface DtmfTone {
  readonly signal: string;
  /** Milliseconds. */
  readonly duration: number;
}

/** The media type of a tone in an INFO without package. */
export const dtmfRelayType = "application/dtmf-relay";

const signals = /^[0-9A-D*#!]$/;
const usualDuration = 160;
/** Numbers that some phones write for signs. */
const numbered: Readonly<Record<string, string>> = { 10: "*", 11: "#", 12: "A", 13: "B", 14: "C", 15: "D", 16: "!" };

/** Writes a tone. @throws EngineError `ua.state` for a sign that is none */
export function writeDtmfRelay(signal: string, duration: number = usualDuration): string {
  const sign = signal.toUpperCase();
  if (!signals.test(sign)) {
    throw new EngineError("ua.state", { detail: `"${signal}" is no tone; give one of 0-9 * # A-D !` });
  }
  return `Signal=${sign}\r\nDuration=${Math.round(duration)}\r\n`;
}

/** Reads a tone from `application/dtmf-relay`, or from `application/dtmf`, which is the sign alone. */
export function parseDtmf(body: string): DtmfTone | undefined {
  const said = /^\s*signal\s*=\s*(\S+)/im.exec(body)?.[1] ?? body.trim();
  const signal = (numbered[said] ?? said).toUpperCase();
  if (!signals.test(signal)) return undefined;
  const duration = Number(/^\s*duration\s*=\s*(\d{1,5})/im.exec(body)?.[1] ?? usualDuration);
  return { signal, duration };
}
