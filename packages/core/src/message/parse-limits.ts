/** How large a message and its parts may be, in octets or counts. Beyond: 400, 413, 414 or 513. */
export interface ParseLimits {
  readonly startLine: number;
  readonly headerField: number;
  readonly headerSection: number;
  readonly headerFields: number;
  readonly viaFields: number;
  readonly body: number;
}

/** Limits that no honest message meets (reference: what the torture messages teach). */
export const defaultParseLimits: ParseLimits = {
  startLine: 8 * 1024,
  headerField: 16 * 1024,
  headerSection: 64 * 1024,
  headerFields: 256,
  viaFields: 70,
  body: 1024 * 1024,
};
