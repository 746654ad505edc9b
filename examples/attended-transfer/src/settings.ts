/** Where the office listens, and its telephones. */
export class Settings {
  host = process.env["SIP_HOST"] ?? "127.0.0.1";
  port = Number(process.env["SIP_PORT"] ?? 5060);
  /** URIs of the telephones by the name that is dialled: `PHONES=bob=sip:bob@127.0.0.1:5071,carol=…`. */
  phones: ReadonlyMap<string, string> = readPhones(process.env["PHONES"] ?? "");
}

function readPhones(text: string): ReadonlyMap<string, string> {
  const entries = text.split(",").flatMap((entry) => {
    const [, name, uri] = /^\s*([^=\s]+)\s*=\s*(\S+)\s*$/.exec(entry) ?? [];
    return name === undefined || uri === undefined ? [] : [[name, uri] as const];
  });
  return new Map(entries);
}
