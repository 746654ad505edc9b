/** What this package uses of sdp-transform, which comes without types. */
declare module "sdp-transform" {
  // A declaration of somebody else's module can only name our type in place.
  /* oxlint-disable typescript/consistent-type-imports */
  /** Reads a session description line by line; lines it does not know are kept as they are. */
  export function parse(text: string): import("./session-description.js").SessionDescription;
  /** Writes a session description with CRLF line ends. */
  export function write(session: import("./session-description.js").SessionDescription): string;
}
