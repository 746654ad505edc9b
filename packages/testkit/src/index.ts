// random
export { createSeededRandom } from "./random/seeded-random.js";
