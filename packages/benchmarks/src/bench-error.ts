/** The benchmark cannot go on; the message says what to do. */
export class BenchError extends Error {
  override readonly name = "BenchError";
}
