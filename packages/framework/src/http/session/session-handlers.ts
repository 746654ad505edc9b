import { createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Request, RequestHandler } from "express";
import session, { type Session, type SessionData } from "express-session";
import { targetParameter } from "../../session/session-targeting.js";
import { bindSession } from "./bind-session.js";
import { addCookie, cookieText, readCookie, signedValue } from "./cookies.js";
import type { HttpSessionDirectory } from "./http-session-directory.js";
import type { HttpSessionEntry } from "./http-session-entry.js";
import type { HttpSessionStore } from "./http-session-store.js";
import type { HttpSessionOptions } from "./http-session-options.js";
import { urlSessionId } from "./url-session.js";

/** What the sessions of one application are handled with. */
export interface SessionHandlersParts {
  readonly directory: HttpSessionDirectory;
  readonly store: HttpSessionStore;
  readonly secret: string | Uint8Array;
  readonly cookieName: string;
  readonly cookie: HttpSessionOptions["cookie"];
}

/** An HTTP session that a handshake names. */
export interface FoundSession {
  readonly id: string;
  readonly data: SessionData;
}

/** Gives the requests of one application their `request.session` (JSR 289 §13). */
export class SessionHandlers {
  /** To be used in this order. */
  readonly handlers: readonly RequestHandler[];
  readonly #parts: SessionHandlersParts;
  readonly #secret: string;

  constructor(parts: SessionHandlersParts) {
    const { directory, store, cookieName: name, cookie } = parts;
    this.#parts = parts;
    this.#secret = createHmac("sha256", parts.secret).update("http session").digest("base64url");
    const handler = session({
      name,
      store,
      secret: this.#secret,
      resave: false,
      saveUninitialized: false,
      cookie: {
        sameSite: "lax",
        secure: "auto",
        ...cookie,
        httpOnly: true,
        path: directory.application.contextPath || "/",
      },
    });
    this.#bindSessionsOf(store);
    this.handlers = [this.#takeUrlSession, handler, this.#enter];
  }

  /** The HTTP session that the cookies of a handshake name; undefined when there is none. */
  async find(request: IncomingMessage): Promise<FoundSession | undefined> {
    const { store, cookieName } = this.#parts;
    const id = readCookie(request.headers.cookie, cookieName, this.#secret);
    if (id === undefined) return undefined;
    const data = await store.read(id);
    return data === undefined ? undefined : { id, data };
  }

  /** A session in the URL counts where the client sends no cookie. */
  readonly #takeUrlSession: RequestHandler = (request, _response, next) => {
    const id = urlSessionId(request);
    const { cookieName } = this.#parts;
    if (id !== undefined && cookieText(request.headers.cookie, cookieName) === undefined) {
      request.headers.cookie = addCookie(request.headers.cookie, cookieName, signedValue(id, this.#secret));
    }
    next();
  };

  /** The request is an access to its session and application session; a URL may lead it to one (JSR 289 §13). */
  readonly #enter: RequestHandler = (request, _response, next) => {
    const { directory } = this.#parts;
    const entry = request.session.converged === undefined ? undefined : directory.find(request.session.id);
    entry?.access(originOf(request));
    const known = entry?.existingApplicationSession;
    const owner = known ?? this.#target(request);
    if (owner !== undefined) {
      if (known === undefined) directory.associate(this.#entryOf(request.session), owner);
      directory.application.touch(owner);
    }
    next();
  };

  #target({ originalUrl }: Request): ReturnType<HttpSessionDirectory["application"]["findByToken"]> {
    const start = originalUrl.indexOf("?");
    if (start < 0) return undefined;
    const token = new URLSearchParams(originalUrl.slice(start)).get(targetParameter);
    return token === null ? undefined : this.#parts.directory.application.findByToken(token);
  }

  /** `express-session` makes sessions in two places: both are bound to what is behind them. */
  #bindSessionsOf(store: HttpSessionStore): void {
    const { generate } = store as unknown as Express.SessionStore; // the middleware has just added it
    Object.assign(store, {
      generate: (request: Request) => {
        generate(request);
        this.#bind(request);
      },
    });
    store.onLoaded = (request, data) => {
      if (data.converged !== undefined) this.#entryOf(request.session, data.converged);
      this.#bind(request);
    };
  }

  #bind(request: Request): void {
    const { session: own } = request;
    let entry: HttpSessionEntry | undefined;
    // The same one all the time: after its end it says that it has ended.
    bindSession(own, () => {
      entry ??= this.#entryOf(own);
      entry.origin ??= originOf(request);
      return entry;
    });
  }

  /** The entry behind a session. Its record becomes part of the session's data, so that it is kept. */
  #entryOf(own: Session & Partial<SessionData>, stored?: SessionData["converged"]): HttpSessionEntry {
    const entry = this.#parts.directory.open(own.id, stored);
    own.converged = entry.record;
    return entry;
  }
}

function originOf({ protocol, headers }: Request): string | undefined {
  const { host } = headers;
  return host !== undefined && URL.canParse(`${protocol}://${host}/`) ? `${protocol}://${host}/` : undefined;
}
