// clock
export { ManualClock } from "./clock/manual-clock.js";
// random
export { createSeededRandom } from "./random/seeded-random.js";
