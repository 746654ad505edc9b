/** What a signal ends. */
export interface Closable {
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** How a program ends. */
export interface CloseOnSignalsOptions {
  /** SIGTERM and SIGINT when left out. */
  readonly signals?: readonly NodeJS.Signals[];
  /**
   * Milliseconds between "not ready any more" and the end, so that balancers have seen it; 0. New calls are refused
   * meanwhile, running ones go on.
   */
  readonly delay?: number;
  /** Told when it begins. */
  readonly onDrain?: (signal: NodeJS.Signals) => void;
  /** Told when all is closed; the program ends by itself once nothing else keeps it. */
  readonly onClosed?: () => void | Promise<void>;
}

/**
 * Ends a container when the program is told to: it takes no new calls, lets those being set up finish, and closes. A second
 * signal ends the program at once. Gives the function that takes this back.
 */
export function closeOnSignals(container: Closable, options: CloseOnSignalsOptions = {}): () => void {
  const { signals = ["SIGTERM", "SIGINT"], delay = 0 } = options;
  const stop = (signal: NodeJS.Signals): void => {
    forget();
    options.onDrain?.(signal);
    void end(container, delay).then(() => options.onClosed?.());
  };
  const forget = (): void => {
    for (const signal of signals) process.removeListener(signal, stop);
  };
  for (const signal of signals) process.on(signal, stop);
  return forget;
}

async function end(container: Closable, delay: number): Promise<void> {
  const drained = container.drain();
  if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
  await drained;
  await container.close();
}
