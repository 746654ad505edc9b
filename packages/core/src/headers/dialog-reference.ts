import { EngineError } from "../errors/engine-error.js";
import type { Parameters } from "../grammar/parameters.js";
import type { TextReader } from "../grammar/text-reader.js";
import { checkToken } from "../grammar/token.js";
import { readCallId } from "./call-id.js";
import { ParameterizedValue, parameterizedCodec } from "./parameterized-value.js";
import { valueCodec, type HeaderCodec, type HeaderValue } from "./header-value.js";

/** A header value that names a dialog by its Call-ID and two tags. */
export abstract class DialogReference<Self> extends ParameterizedValue<Self> {
  constructor(
    /** Compares with case. */
    readonly callId: string,
    parameters: Parameters,
    text: string | undefined,
  ) {
    super(parameters, text);
  }

  protected override writeLead(): string {
    return this.callId;
  }
}

/** The codec of a dialog reference whose two tags stand in these parameters; both must be there. */
export function dialogReferenceCodec<T extends HeaderValue & { readonly parameters: Parameters }>(
  tags: readonly [string, string],
  make: (callId: string, parameters: Parameters, text: string) => T,
): HeaderCodec<T> {
  const codec = parameterizedCodec(readCallId, make);
  return valueCodec((reader: TextReader) => {
    const value = codec.read(reader);
    for (const tag of tags) if (value.parameters.get(tag) === undefined) reader.fail(`a ${tag} before this`);
    return value;
  });
}

/** The two tags of a dialog reference as parameters. Throws `header.malformed` for a tag that is no token. */
export function tagParameters(tags: Readonly<Record<string, string>>): Record<string, string> {
  for (const [name, tag] of Object.entries(tags)) checkToken(tag, name);
  return { ...tags };
}

/** A parameter that the grammar demands and the reader or maker has put there. */
export function requiredParameter(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined) throw new EngineError("header.malformed", { detail: `${name} is missing` });
  return value;
}
