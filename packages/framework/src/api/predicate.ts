/** A test of a message, used by `@SipPredicate`. Must have no side effect. JSR 359 `Predicate<T>`. */
export interface Predicate<T> {
  apply(message: T): boolean;
}
