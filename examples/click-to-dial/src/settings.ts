/** What the environment says. */
export interface Settings {
  readonly host: string;
  readonly sipPort: number;
  readonly httpPort: number;
  /** How long a phone may ring, in seconds. */
  readonly ringTime: number;
  /** How long the caller's phone may wait in silence for the callee, in seconds; then it is put on hold. */
  readonly patience: number;
}

/** Reads `SIP_HOST`, `SIP_PORT`, `HTTP_PORT`, `RING_SECONDS` and `PATIENCE_SECONDS`. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const number = (name: string, otherwise: number): number => {
    const value = Number(environment[name] ?? otherwise);
    if (Number.isFinite(value) && value >= 0) return value;
    throw new RangeError(`${name}=${environment[name] ?? ""} is no number`);
  };
  return {
    host: environment["SIP_HOST"] ?? "127.0.0.1",
    sipPort: number("SIP_PORT", 5060),
    httpPort: number("HTTP_PORT", 8080),
    ringTime: number("RING_SECONDS", 45),
    patience: number("PATIENCE_SECONDS", 8),
  };
}
