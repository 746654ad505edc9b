import { createHmac, timingSafeEqual } from "node:crypto";

/** A value as `express-session` signs its cookies. */
export function signedValue(value: string, secret: string): string {
  return `s:${value}.${signatureOf(value, secret)}`;
}

/** The value of a signed cookie; undefined when it is not there or was not signed with this secret. */
export function readCookie(header: string | undefined, name: string, secret: string): string | undefined {
  const text = cookieText(header, name);
  if (text === undefined || !text.startsWith("s:")) return undefined;
  const dot = text.lastIndexOf(".");
  const value = text.slice(2, dot);
  const given = Buffer.from(text.slice(dot + 1));
  const expected = Buffer.from(signatureOf(value, secret));
  return given.length === expected.length && timingSafeEqual(given, expected) ? value : undefined;
}

/** The header with one more cookie. */
export function addCookie(header: string | undefined, name: string, value: string): string {
  const cookie = `${name}=${encodeURIComponent(value)}`;
  return header === undefined || header === "" ? cookie : `${header}; ${cookie}`;
}

/** The text of a cookie, decoded; the first of that name counts. RFC 6265 §5.4 */
export function cookieText(header: string | undefined, name: string): string | undefined {
  const found = (header ?? "").split(";").find((each) => each.trim().startsWith(`${name}=`));
  if (found === undefined) return undefined;
  const text = found.slice(found.indexOf("=") + 1).trim();
  try {
    return decodeURIComponent(text.replace(/^"|"$/g, ""));
  } catch {
    return undefined;
  }
}

function signatureOf(value: string, secret: string): string {
  return createHmac("sha256", secret).update(value).digest("base64").replace(/=+$/, "");
}
