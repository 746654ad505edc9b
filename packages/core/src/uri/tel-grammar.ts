import { EQUALS, PLUS, SEMICOLON } from "../grammar/character-codes.js";
import {
  isDigit,
  localNumberCharacters,
  phoneDigitCharacters,
  subaddressCharacters,
  telParameterNameCharacters,
  uriParameterCharacters,
  type CharacterTable,
} from "../grammar/character-tables.js";
import { isHost } from "../grammar/host.js";
import { scanEscaped, scanWhile } from "../grammar/scan.js";
import { UriFault } from "./uri-fault.js";
import { UriParameters } from "./uri-parameters.js";

/** The parts of a tel URI. */
export interface TelUriFields {
  /** The number as written, with its visual separators. */
  readonly number: string;
  readonly parameters: UriParameters;
}

/** Reads what follows `tel:` (`telephone-subscriber`, RFC 3966 §3) from `start` to the end of the text. */
export function readTelSubscriber(text: string, start: number): TelUriFields | UriFault {
  const numberEnd = readNumber(text, start);
  if (numberEnd instanceof UriFault) return numberEnd;
  const end = skipParameters(text, numberEnd);
  if (end instanceof UriFault) return end;
  if (end < text.length) return new UriFault('";" and a parameter', end);
  const number = text.slice(start, numberEnd);
  const parameters = UriParameters.fromText(text.slice(numberEnd));
  return meaningFault(number, parameters, numberEnd) ?? { number, parameters };
}

/** A number without its visual separators `-`, `.`, `(`, `)`. */
export function withoutSeparators(number: string): string {
  let digits = "";
  for (const character of number) if (!"-.()".includes(character)) digits += character;
  return digits;
}

function readNumber(text: string, start: number): number | UriFault {
  const isGlobal = text.charCodeAt(start) === PLUS;
  const from = isGlobal ? start + 1 : start;
  const end = scanWhile(text, from, text.length, isGlobal ? phoneDigitCharacters : localNumberCharacters);
  return withoutSeparators(text.slice(from, end)) === "" ? new UriFault("a telephone number", from) : end;
}

/** The index behind `*( ";" pname [ "=" pvalue ] )`. */
function skipParameters(text: string, start: number): number | UriFault {
  let index = start;
  while (index < text.length && text.charCodeAt(index) === SEMICOLON) {
    const nameEnd = scanWhile(text, index + 1, text.length, telParameterNameCharacters);
    if (nameEnd === index + 1) return new UriFault("a parameter name", nameEnd);
    const hasValue = nameEnd < text.length && text.charCodeAt(nameEnd) === EQUALS;
    const values = valueCharacters(text.slice(index + 1, nameEnd));
    index = hasValue ? scanEscaped(text, nameEnd + 1, text.length, values) : nameEnd;
  }
  return index;
}

function valueCharacters(name: string): CharacterTable {
  return name.toLowerCase() === "isub" ? subaddressCharacters : uriParameterCharacters;
}

/** Rules beyond the shape: no parameter twice, a context for local numbers, digits in `ext`. */
function meaningFault(number: string, parameters: UriParameters, offset: number): UriFault | undefined {
  if (parameters.hasDuplicate()) return new UriFault("each parameter once", offset);
  const context = parameters.get("phone-context");
  if (context === undefined && (number.charCodeAt(0) !== PLUS || parameters.has("phone-context"))) {
    return new UriFault("a phone-context", offset);
  }
  if (context !== undefined && !isPhoneContext(context)) {
    return new UriFault("a number or domain as phone-context", offset);
  }
  if (parameters.has("ext") && !isPhoneDigits(parameters.get("ext") ?? "")) {
    return new UriFault("digits in ext", offset);
  }
  return undefined;
}

function isPhoneContext(context: string): boolean {
  return context.charCodeAt(0) === PLUS ? isPhoneDigits(context.slice(1)) : !context.includes(":") && isHost(context);
}

function isPhoneDigits(text: string): boolean {
  const onlyDigits = scanWhile(text, 0, text.length, phoneDigitCharacters) === text.length;
  return onlyDigits && isDigit(withoutSeparators(text).charCodeAt(0));
}
