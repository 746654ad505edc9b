/** A value now or later. A part that needs no waiting answers at once and costs the caller no microtask. */
export type Awaitable<T> = T | Promise<T>;
