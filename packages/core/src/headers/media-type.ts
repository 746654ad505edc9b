import { SLASH } from "../grammar/character-codes.js";
import type { ParametersInit } from "../grammar/parameter-list.js";
import { Parameters } from "../grammar/parameters.js";
import type { TextReader } from "../grammar/text-reader.js";
import { checkToken } from "../grammar/token.js";
import { ParameterizedValue, parameterizedCodec } from "./parameterized-value.js";
import { qvalueOf } from "./qvalue.js";
import { readOne } from "./read-header.js";

/** A media type or, in Accept, a range of them: RFC 3261 §20.1, §20.15. */
export class MediaType extends ParameterizedValue<MediaType> {
  constructor(
    /** Main type in lower case; `*` in a range. */
    readonly type: string,
    /** Subtype in lower case; `*` in a range. */
    readonly subtype: string,
    parameters: Parameters,
    text?: string,
  ) {
    super(parameters, text);
  }

  /** Makes a value such as `application/sdp`, with parameters. Throws `header.malformed`. */
  static create(essence: string, parameters: ParametersInit = []): MediaType {
    const slash = essence.indexOf("/");
    const type = checkToken(essence.slice(0, Math.max(slash, 0)), "media type").toLowerCase();
    const subtype = checkToken(essence.slice(slash + 1), "media subtype").toLowerCase();
    return new MediaType(type, subtype, Parameters.from(parameters));
  }

  /** Type and subtype without parameters, in lower case: what to compare. */
  get essence(): string {
    return `${this.type}/${this.subtype}`;
  }

  /** Preference in Accept, 0 to 1. */
  get q(): number | undefined {
    return qvalueOf(this.parameters.get("q") ?? "");
  }

  /** Tells whether a media type falls into this range; parameters do not count. */
  includes(other: MediaType): boolean {
    return (this.type === "*" || this.type === other.type) && (this.subtype === "*" || this.subtype === other.subtype);
  }

  override withParameters(parameters: Parameters): MediaType {
    return new MediaType(this.type, this.subtype, parameters);
  }

  protected override writeLead(): string {
    return this.essence;
  }
}

/** Reads and writes Content-Type and the ranges of Accept. */
export const mediaTypeCodec = parameterizedCodec(
  readEssence,
  ([type, subtype], parameters, text) => new MediaType(type, subtype, parameters, text),
);

/** Reads a media type. Throws `header.malformed`. */
export function parseMediaType(text: string): MediaType {
  return readOne(mediaTypeCodec, text, "Content-Type");
}

function readEssence(reader: TextReader): [string, string] {
  const type = reader.token("a media type").toLowerCase();
  reader.expect(SLASH);
  return [type, reader.token("a media subtype").toLowerCase()];
}
