/** Where the programs tell what happens. */
export class Journal {
  write(line: string): void {
    process.stdout.write(`${line}\n`);
  }
}
