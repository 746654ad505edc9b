// foundation: errors, time, log, random
export { EngineError, isEngineError, type EngineErrorOptions } from "./errors/engine-error.js";
export { errorTable, type EngineErrorCode, type ErrorEntry } from "./errors/error-table.js";
export type { Clock, TimerHandle } from "./clock/clock.js";
export { systemClock } from "./clock/system-clock.js";
export { silentLogger, type Logger, type LogMethod } from "./log/logger.js";
export { PooledRandomSource } from "./random/pooled-random-source.js";
export type { RandomSource } from "./random/random-source.js";
export { systemRandom } from "./random/system-random.js";
