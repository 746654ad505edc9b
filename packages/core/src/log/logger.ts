/** Writes one line: fields first, text second, as pino does. */
export type LogMethod = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** Where the engine logs. A pino instance fits as it is. */
export interface Logger {
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
}

const ignore: LogMethod = () => {};

/** A logger that says nothing; the default of every part. */
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
