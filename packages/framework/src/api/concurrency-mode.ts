/**
 * How the container runs the code of one application session. JSR 359.
 *
 * `APPLICATIONSESSION`: handlers, timers, listeners and tasks of one session never interleave, not even across `await`.
 * `VENDORSPECIFIC`: they run as they come.
 */
export type ConcurrencyMode = "APPLICATIONSESSION" | "VENDORSPECIFIC";
