import { IllegalArgumentError } from "../../errors/illegal-argument-error.js";

/** The bases of the URLs of a server. */
export interface ServerUrls {
  /** What stands in front of it, as configured. */
  readonly publicUrl: URL | undefined;
  /** Where it listens, once it does. */
  readonly listenUrl: URL | undefined;
}

/** Makes URLs of one application, as clients see them (JSR 289 §13). */
export class SessionUrls {
  readonly #contextPath: string;
  readonly #server: ServerUrls;

  constructor(contextPath: string, server: ServerUrls) {
    this.#contextPath = contextPath;
    this.#server = server;
  }

  /** A copy of a URL; a relative one is one of the application. */
  resolve(target: URL | string, origin?: string): URL {
    const text = String(target);
    const base = new URL(`${this.#contextPath}/`, this.#base(origin));
    if (!URL.canParse(text, base.href)) {
      throw new IllegalArgumentError("argument.invalid", { detail: `encodeUrl("${text}"): this is no URL` });
    }
    const isRooted = /^\/(?!\/)/.test(text) && !text.startsWith(`${this.#contextPath}/`);
    return new URL(isRooted ? `${this.#contextPath}${text}` : text, base);
  }

  /** An absolute URL for a path of the application and a scheme. A port is known for the scheme that is served. */
  build(relativePath: string, scheme: string, origin?: string): URL {
    const protocol = `${scheme.toLowerCase().replace(/:$/, "")}:`;
    if (protocol !== "http:" && protocol !== "https:") {
      throw new IllegalArgumentError("argument.scheme", {
        detail: `encodeUrl: scheme "${scheme}"; give http or https`,
      });
    }
    const base = this.#base(origin);
    const host = base.protocol === protocol ? base.host : base.hostname;
    return new URL(`${this.#contextPath}/${relativePath.replace(/^\/+/, "")}`, `${protocol}//${host}/`);
  }

  #base(origin: string | undefined): URL {
    const { publicUrl, listenUrl } = this.#server;
    return new URL(publicUrl?.href ?? origin ?? listenUrl?.href ?? "http://localhost/");
  }
}
