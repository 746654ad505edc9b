/** What the office tells of its calls. */
export class Journal {
  write(line: string): void {
    process.stdout.write(`${line}\n`);
  }
}
