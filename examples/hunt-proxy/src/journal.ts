/** Where the program tells what happens; a class, so that tests can bind another one. */
export class Journal {
  write(line: string): void {
    process.stdout.write(`${line}\n`);
  }
}
