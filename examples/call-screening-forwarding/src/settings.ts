/** Where the container listens, its telephones, and what their owners wish. */
export class Settings {
  host = process.env["SIP_HOST"] ?? "127.0.0.1";
  port = Number(process.env["SIP_PORT"] ?? 5060);
  /** URIs of the telephones by name: `PHONES=bob=sip:bob@127.0.0.1:5071,carol=…`. */
  phones = readPairs(process.env["PHONES"]);
  /** Who gets the calls when a telephone is busy: `FORWARD=bob=carol`. */
  forward = readPairs(process.env["FORWARD"]);
  /** Whose calls nobody wants: `BLOCK=mallory,eve`. */
  blocked: ReadonlySet<string> = new Set(readList(process.env["BLOCK"]));
}

function readList(text = ""): string[] {
  return text.split(",").flatMap((entry) => (entry.trim() === "" ? [] : [entry.trim()]));
}

function readPairs(text?: string): ReadonlyMap<string, string> {
  const pairs = readList(text).flatMap((entry) => {
    const [, name, value] = /^([^=]+)=(.+)$/.exec(entry) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return new Map(pairs);
}
