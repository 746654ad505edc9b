import { quote } from "../../grammar/quoted-string.js";
import { isToken } from "../../grammar/token.js";

/** Writes a value that stands without quotes, such as `algorithm` and `qop`; what is no token is quoted all the same. */
export function bareValue(value: string): string {
  return isToken(value) ? value : quote(value);
}
