import type { TaskOptions } from "./task-options.js";

/** An object or function whose calls run in an application session: every call gives a promise. */
export type ContextualProxy<T> = T extends (...parameters: infer Parameters) => infer Result
  ? (...parameters: Parameters) => Promise<Awaited<Result>>
  : {
      readonly [Name in keyof T]: T[Name] extends (...parameters: never[]) => unknown
        ? ContextualProxy<T[Name]>
        : never;
    };

/**
 * Carries the context of an application session to where none is running, such as a web hook. Injectable. JSR 359,
 * JSR 236; in Java found as `java:comp/SipContextService`.
 */
export abstract class SipContextService {
  /**
   * A stand-in for `target` whose methods run in the queue of the application session that is running now, or that the
   * options name.
   *
   * @throws IllegalStateError `state.invalid-application-session` when there is none.
   */
  abstract createContextualProxy<T extends object>(target: T, options?: TaskOptions): ContextualProxy<T>;
}
