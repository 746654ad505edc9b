/** What a server can do without a stack: slice strings. No transactions, no checks, no retransmissions. */

/** The first header line of that name, name included. */
export function lineOf(text: string, name: string): string {
  const start = text.indexOf(`\r\n${name}:`) + 2;
  return text.slice(start, text.indexOf("\r\n", start));
}

/** The answers to a request: 100, 180 and 200 to INVITE, none to ACK, 401 to a REGISTER without credentials, else 200. */
export function bareAnswers(text: string, contact: string): readonly string[] {
  if (text.startsWith("ACK ")) return [];
  const head = `\r\n${lineOf(text, "Via")}\r\n${lineOf(text, "From")}\r\n`;
  const to = lineOf(text, "To");
  const rest = `\r\n${lineOf(text, "Call-ID")}\r\n${lineOf(text, "CSeq")}\r\n`;
  const tagged = to.includes(";tag=") ? to : `${to};tag=floor`;
  const answer = (status: string, destination: string, extra: string): string =>
    `SIP/2.0 ${status}${head}${destination}${rest}${extra}Content-Length: 0\r\n\r\n`;
  if (text.startsWith("INVITE ")) {
    const reach = `Contact: ${contact}\r\n`;
    return [answer("100 Trying", to, ""), answer("180 Ringing", tagged, reach), answer("200 OK", tagged, reach)];
  }
  if (text.startsWith("REGISTER ") && !text.includes("\r\nAuthorization:")) {
    return [answer("401 Unauthorized", tagged, 'WWW-Authenticate: Digest realm="bench", nonce="floor"\r\n')];
  }
  return [answer("200 OK", tagged, "")];
}
