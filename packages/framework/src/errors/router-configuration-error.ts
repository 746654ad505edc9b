import { ServletError } from "./servlet-error.js";

/** One thing that is wrong with the configuration of the default application router. */
export interface RouterConfigurationFault {
  /** Counted from 1; undefined when the configuration as a whole is meant. */
  readonly line?: number;
  /** Counted from 1. */
  readonly column?: number;
  /** What is wrong, as a sentence without the full stop. */
  readonly reason: string;
  /** What to write instead. */
  readonly mend: string;
}

/** The configuration of the default application router cannot be used. Holds everything that is wrong with it. */
export class RouterConfigurationError extends ServletError {
  override readonly name = "RouterConfigurationError";
  /** The file, or how else the configuration was given. */
  readonly source: string;
  readonly faults: readonly RouterConfigurationFault[];

  constructor(source: string, faults: readonly RouterConfigurationFault[], cause?: unknown) {
    super("router.configuration", { detail: faults.map((fault) => describe(source, fault)).join("\n"), cause });
    this.source = source;
    this.faults = Object.freeze([...faults]);
  }
}

function describe(source: string, { line, column, reason, mend }: RouterConfigurationFault): string {
  const place = line === undefined ? source : `${source}:${line}:${column ?? 1}`;
  return `${place}: ${reason}. ${mend}.`;
}
