import { IllegalStateError } from "../errors/illegal-state-error.js";

/** Decides whether a value may change, and hears when it has. */
export interface ChangeGuard {
  /** Throws when the owner does not allow the change: a system header, a committed message. */
  check(): void;
  /** As `check`, for one parameter: the tag of From belongs to the container, the others do not. */
  checkParameter?(name: string): void;
  changed(): void;
}

/** Belongs to nobody: free to change. */
export const freeValue: ChangeGuard = { check: () => {}, changed: () => {} };

/** Belongs to the container: never changes (JSR 289 §4.1, §5.4.1). */
export const systemValue: ChangeGuard = {
  check: () => {
    throw new IllegalStateError("state.immutable", {
      detail: "it is part of a system header; change a clone() and set it where that is allowed",
    });
  },
  changed: () => {},
};
