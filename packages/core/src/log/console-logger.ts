import type { Logger, LogMethod } from "./logger.js";

/** How important a line is. */
export type LogLevel = "debug" | "info" | "warn" | "error";

const levels: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** Where lines go. */
export interface LineWriter {
  write(line: string): unknown;
}

/**
 * A logger for people: one line for each event, its fields behind the text, warnings and errors with the stack of their
 * cause. For machines give a pino instance instead.
 */
export function consoleLogger(lowest: LogLevel = "info", writer: LineWriter = process.stderr): Logger {
  const method = (level: LogLevel): LogMethod => {
    if (levels.indexOf(level) < levels.indexOf(lowest)) return () => {};
    const label = level === "info" ? "" : `${level}: `;
    return (fields, message) => void writer.write(`${label}${message}${describe(fields)}\n`);
  };
  return { debug: method("debug"), info: method("info"), warn: method("warn"), error: method("error") };
}

function describe(fields: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(fields).map(([name, value]) => {
    if (value instanceof Error) return ` ${name}=${value.stack ?? value.message}`;
    return ` ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`;
  });
  return parts.join("");
}
