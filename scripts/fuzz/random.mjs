/**
 * @typedef {object} Random Numbers that come again for the same seed.
 * @property {(below: number) => number} below An integer from 0.
 * @property {<T>(list: readonly T[]) => T} pick
 */

/**
 * mulberry32.
 * @param {number} seed
 * @returns {Random}
 */
export function createRandom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
  const below = (/** @type {number} */ limit) => Math.floor(next() * limit);
  return {
    below,
    pick(list) {
      const value = list[below(list.length)];
      if (value === undefined) throw new RangeError("nothing to pick from");
      return value;
    },
  };
}
