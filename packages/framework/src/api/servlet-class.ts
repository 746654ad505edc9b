/** A class the container can make instances of, its constructor parameters injected. */
// `never[]` takes any parameter list: the injector provides the arguments, nobody here calls the constructor.
export type ServletClass<T extends object = object> = new (...parameters: never[]) => T;

/** What registering a servlet can say about it. JSR 289 §19 `servlet`. */
export interface ServletOptions {
  readonly description?: string;
  /** 0 or more: made and initialised at start, lower numbers first. Negative or absent: before its first use. */
  readonly loadOnStartup?: number;
  readonly initParameters?: Readonly<Record<string, string>>;
}
