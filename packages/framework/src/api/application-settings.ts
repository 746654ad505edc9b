import type { ConcurrencyMode } from "./concurrency-mode.js";

/** The settings of an application, as `@SipApplication`, a descriptor or a definition give them. JSR 289 §18, §19. */
export interface ApplicationSettings {
  /** Unique in the container. */
  readonly name?: string;
  readonly displayName?: string;
  readonly description?: string;
  /** The servlet that gets the initial requests; needed when there are several and no mapping rules. JSR 289 §16. */
  readonly mainServlet?: string;
  /** Seconds; 180 when nobody says otherwise. */
  readonly proxyTimeout?: number;
  /** Minutes until an unused application session expires; 3 when nobody says otherwise, 0 or less = never. */
  readonly sessionTimeout?: number;
  /** `APPLICATIONSESSION` when nobody says otherwise. Deviates: the JSR's default is `VENDORSPECIFIC`. */
  readonly concurrencyMode?: ConcurrencyMode;
  /** Whether sessions may move to another engine; their attributes must then be writable. */
  readonly distributable?: boolean;
}
