import { IllegalArgumentError } from "../errors/illegal-argument-error.js";

const always: ReadonlySet<string> = new Set([
  "from",
  "to",
  "call-id",
  "cseq",
  "via",
  "record-route",
  "route",
  "rseq",
  "rack",
  "content-length",
]);

/** What decides whether Contact belongs to the application (JSR 289 §4.1.3). */
export interface ContactOwner {
  readonly method: string;
  /** Status of a response; undefined for a request. */
  readonly status: number | undefined;
}

/** Tells whether the container alone writes this header; `key` is its long name in lower case. JSR 289 §5.4.2 */
export function isSystemHeader(key: string, owner: ContactOwner): boolean {
  return key === "contact" ? !ownsContact(owner) : always.has(key);
}

/** Contact is the application's in REGISTER, in 3xx and 485, and in the 200 to OPTIONS. */
function ownsContact({ method, status }: ContactOwner): boolean {
  if (method === "REGISTER") return true;
  if (status === undefined) return false;
  return (status >= 300 && status < 400) || status === 485 || (method === "OPTIONS" && status === 200);
}

/** @throws IllegalArgumentError `argument.system-header` */
export function requireOwnHeader(name: string, key: string, owner: ContactOwner): void {
  if (!isSystemHeader(key, owner)) return;
  throw new IllegalArgumentError("argument.system-header", {
    detail: `${name}; ${mends[key] ?? "the container writes it"}`,
  });
}

const mends: Readonly<Record<string, string>> = {
  route: "use pushRoute",
  contact: 'change the user part and the parameters of getAddressHeader("Contact")',
  from: "change display name and URI of the address, not its tag",
  to: "change display name and URI of the address, not its tag",
};
