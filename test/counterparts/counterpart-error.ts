/** A program of the end-to-end tests did not do what the test waits for; `message` ends with what the program last printed. */
export class CounterpartError extends Error {
  override readonly name = "CounterpartError";

  constructor(what: string, output = "", options?: ErrorOptions) {
    const tail = lastLines(output, 40);
    super(tail === "" ? what : `${what}\n--- last output ---\n${tail}\n--- end of output ---`, options);
  }
}

/** The last lines of a program's output, without the escape codes that colour or move the cursor. */
export function lastLines(output: string, count: number): string {
  const plain = output.replace(/\u001b\[[0-9;?]*[A-Za-z]?/g, "");
  return plain.trimEnd().split("\n").slice(-count).join("\n");
}
