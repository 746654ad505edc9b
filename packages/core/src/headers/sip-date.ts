import { EngineError } from "../errors/engine-error.js";
import { digitsValue } from "../grammar/digits.js";
import type { TextReader } from "../grammar/text-reader.js";
import type { HeaderCodec } from "./header-value.js";

const weekdays = new Set(["sun", "mon", "tue", "wed", "thu", "fri", "sat"]);
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const shape = "Sat, 13 Nov 2010 23:29:00 GMT";

/** Reads and writes Date: an RFC 1123 date whose zone is GMT and no other, RFC 3261 §20.17. */
export const sipDateCodec: HeaderCodec<Date> = { read: readSipDate, write: writeSipDate };

function readSipDate(reader: TextReader): Date {
  const start = reader.index;
  const date = dateOf(reader.rest().toLowerCase());
  if (date !== undefined) return date;
  reader.index = start;
  return reader.fail(`a date such as "${shape}"`);
}

function dateOf(text: string): Date | undefined {
  const punctuation = `${text.slice(3, 5)}${text[7]}${text[11]}${text[16]}${text[19]}${text[22]}${text.slice(25)}`;
  if (text.length !== shape.length || punctuation !== ",    :: gmt") return undefined;
  if (!weekdays.has(text.slice(0, 3))) return undefined;
  const month = months.indexOf(text.slice(8, 11));
  const [day, year] = [digitsValue(text, 5, 7), digitsValue(text, 12, 16)];
  const [hours, minutes, seconds] = [digitsValue(text, 17, 19), digitsValue(text, 20, 22), digitsValue(text, 23, 25)];
  if (month < 0 || day < 1 || year < 0 || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined;
  if (seconds < 0 || seconds > 60) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month, day);
  if (midnight.getUTCDate() !== day) return undefined;
  return new Date(midnight.getTime() + ((hours * 60 + minutes) * 60 + seconds) * 1000);
}

function writeSipDate(date: Date): string {
  const year = date.getUTCFullYear();
  if (year >= 0 && year <= 9999) return date.toUTCString();
  throw new EngineError("header.malformed", { detail: "Date: no year between 0 and 9999" });
}
