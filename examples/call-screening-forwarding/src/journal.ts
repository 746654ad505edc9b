/** What the applications tell of the calls they see. */
export class Journal {
  write(line: string): void {
    process.stdout.write(`${line}\n`);
  }
}
