import { PooledRandomSource, type RandomSource } from "@siplet/core";

/** Random tokens and numbers that are the same in every run with the same seed. Not for secrets. */
export function createSeededRandom(seed = 1): RandomSource {
  let state = seed >>> 0;
  return new PooledRandomSource((pool) => {
    for (let index = 0; index < pool.length; index++) {
      state = (state + 0x9e3779b9) >>> 0;
      pool[index] = mix(state);
    }
  });
}

/** The finishing step of MurmurHash3: every bit of the counter reaches every bit of the result. */
function mix(counter: number): number {
  let word = Math.imul(counter ^ (counter >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) & 0xff;
}
