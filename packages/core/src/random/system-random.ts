import { randomFillSync } from "node:crypto";
import { PooledRandomSource } from "./pooled-random-source.js";
import type { RandomSource } from "./random-source.js";

/** The machine's cryptographic random generator, asked once per 4096 bytes. */
export const systemRandom: RandomSource = new PooledRandomSource((pool) => void randomFillSync(pool));
