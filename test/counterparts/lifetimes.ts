/** Something a test started and must stop: a program, a browser, a server. */
export interface Lifetime {
  readonly name: string;
  stop(): Promise<unknown>;
}

const alive = new Set<Lifetime>();

/** Notes that something runs; the returned function notes its end. */
export function track(lifetime: Lifetime): () => void {
  alive.add(lifetime);
  return () => void alive.delete(lifetime);
}

/** Names of what still runs: the leak check `expect(stillRunning()).toEqual([])` at the end of a test. */
export function stillRunning(): string[] {
  return [...alive].map((lifetime) => lifetime.name);
}

/**
 * Stops whatever still runs, youngest first, and returns the names of what it had to stop.
 * Belongs in `afterEach`, so that a failed test leaves nothing behind.
 */
export async function stopEverything(): Promise<string[]> {
  const left = [...alive].toReversed();
  for (const lifetime of left) {
    await lifetime.stop();
    alive.delete(lifetime);
  }
  return left.map((lifetime) => lifetime.name);
}
