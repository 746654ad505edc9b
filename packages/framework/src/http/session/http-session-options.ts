import type { SessionStore } from "../../spi/session-store.js";

/** How HTTP sessions are kept. */
export interface HttpSessionOptions {
  /** Minutes without a request after which an HTTP session ends; 30. */
  readonly timeout?: number;
  /** Signs the cookies; the container's `secret` when left out. Containers that share sessions share it. */
  readonly secret?: string;
  /** Where they are kept; in memory when left out. May be the store of the application sessions. */
  readonly store?: SessionStore;
  /** Attributes of the cookie. It is always HttpOnly. `secure: "auto"`, the default, follows the connection. */
  readonly cookie?: {
    readonly sameSite?: "lax" | "strict" | "none";
    readonly secure?: boolean | "auto";
    readonly domain?: string;
  };
}
