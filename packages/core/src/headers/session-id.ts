import { EngineError } from "../errors/engine-error.js";
import { hexCharacters } from "../grammar/character-tables.js";
import type { Parameters } from "../grammar/parameters.js";
import { scanWhile } from "../grammar/scan.js";
import { ParameterizedValue, namedParameters, parameterizedCodec } from "./parameterized-value.js";

const UUID_LENGTH = 32;

/** One end-to-end name of a session for both sides: the value of Session-ID, RFC 7989 §5. */
export class SessionId extends ParameterizedValue<SessionId> {
  /** What stands for a UUID not known yet, RFC 7989 §5. */
  static readonly nullUuid = "0".repeat(UUID_LENGTH);

  constructor(
    /** UUID of the sender: 32 hexadecimal digits in lower case. */
    readonly localUuid: string,
    parameters: Parameters,
    text?: string,
  ) {
    super(parameters, text);
  }

  /** Makes a value from the two UUIDs. Throws `header.malformed`. */
  static create(localUuid: string, remoteUuid: string = SessionId.nullUuid): SessionId {
    for (const uuid of [localUuid, remoteUuid]) {
      if (!isUuid(uuid)) throw new EngineError("header.malformed", { detail: `Session-ID: "${uuid}" is no UUID` });
    }
    return new SessionId(localUuid.toLowerCase(), namedParameters({ remote: remoteUuid.toLowerCase() }, []));
  }

  /** UUID of the receiver; `undefined` where an implementation of RFC 7329 sent none. */
  get remoteUuid(): string | undefined {
    return this.parameters.get("remote")?.toLowerCase();
  }

  override withParameters(parameters: Parameters): SessionId {
    return new SessionId(this.localUuid, parameters);
  }

  protected override writeLead(): string {
    return this.localUuid;
  }
}

/** Reads and writes Session-ID. */
export const sessionIdCodec = parameterizedCodec(
  (reader) => {
    const uuid = reader.run(hexCharacters, "32 hexadecimal digits");
    return isUuid(uuid) ? uuid.toLowerCase() : reader.fail("32 hexadecimal digits before this");
  },
  (uuid, parameters, text) => new SessionId(uuid, parameters, text),
);

function isUuid(text: string): boolean {
  return text.length === UUID_LENGTH && scanWhile(text, 0, UUID_LENGTH, hexCharacters) === UUID_LENGTH;
}
