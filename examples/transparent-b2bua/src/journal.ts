/** Where call records go. */
export class Journal {
  write(line: string): void {
    process.stdout.write(`${line}\n`);
  }
}
