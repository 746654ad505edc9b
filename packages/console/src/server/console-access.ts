import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

const cookieName = "siplet-console";
/** Milliseconds that a login lasts. */
const lifetime = 12 * 60 * 60 * 1000;

/** Who may look: whoever knows the password, shown by a signed cookie from then on. */
export class ConsoleAccess {
  readonly #password: string;
  readonly #key = randomBytes(32);
  readonly #now: () => number;

  constructor(password: string, now: () => number) {
    this.#password = password;
    this.#now = now;
  }

  isPassword(text: string): boolean {
    return isEqual(this.#sign(`password ${text}`), this.#sign(`password ${this.#password}`));
  }

  /** The value of `Set-Cookie` after a login. `path` is where the console stands. */
  cookie(path: string, isSecure: boolean): string {
    const until = String(this.#now() + lifetime);
    const value = `${until}.${this.#sign(until).toString("hex")}`;
    const secure = isSecure ? "; Secure" : "";
    return `${cookieName}=${value}; Path=${path}; Max-Age=${lifetime / 1000}; HttpOnly; SameSite=Strict${secure}`;
  }

  /** The value of `Set-Cookie` that ends a login. */
  farewell(path: string): string {
    return `${cookieName}=; Path=${path}; Max-Age=0; HttpOnly; SameSite=Strict`;
  }

  /** Whether a request comes from somebody who has logged in. */
  admits(request: IncomingMessage): boolean {
    const [until = "", signature = ""] = cookieOf(request)?.split(".") ?? [];
    const expected = this.#sign(until);
    const given = Buffer.from(signature, "hex");
    return given.length === expected.length && isEqual(given, expected) && Number(until) > this.#now();
  }

  #sign(text: string): Buffer {
    return createHmac("sha256", this.#key).update(text).digest();
  }
}

function cookieOf({ headers }: IncomingMessage): string | undefined {
  const pairs = headers.cookie?.split(";").map((pair) => pair.trim()) ?? [];
  return pairs.find((pair) => pair.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1);
}

function isEqual(one: Buffer, other: Buffer): boolean {
  return timingSafeEqual(one, other);
}
