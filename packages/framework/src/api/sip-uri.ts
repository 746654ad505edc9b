import { Uri } from "./uri.js";

/** A `sip:` or `sips:` URI. JSR: `SipURI`; JSR 289 §4, RFC 3261 §19.1. `undefined` stands for "absent" everywhere. */
export abstract class SipUri extends Uri {
  /** Unescaped. Assigning undefined removes user and password. */
  abstract user: string | undefined;
  /** Unescaped. JSR: `getUserPassword`. */
  abstract userPassword: string | undefined;
  /** Host name, IPv4 address, or IPv6 address in brackets. */
  abstract host: string;
  /** JSR has -1 for an absent port. */
  abstract port: number | undefined;
  /** True for `sips`. JSR: `isSecure`, `setSecure`. */
  abstract secure: boolean;
  abstract transportParam: string | undefined;
  /** JSR: `getMAddrParam`. */
  abstract maddrParam: string | undefined;
  abstract methodParam: string | undefined;
  /** 0–255. JSR: `getTTLParam`, -1 when absent. */
  abstract ttlParam: number | undefined;
  abstract userParam: string | undefined;
  abstract lrParam: boolean;

  /** A header of the URI (`?Subject=x`), unescaped. Names ignore case. */
  abstract getHeader(name: string): string | undefined;

  abstract setHeader(name: string, value: string): void;

  abstract removeHeader(name: string): void;

  /** JSR: `getHeaderNames`, `getHeaderNameList`. */
  abstract getHeaderNames(): readonly string[];

  abstract override clone(): SipUri;
}
