const originLine = /^o=(\S+) (\d+) (\d+) ([^\r\n]*)/m;

/**
 * Our next description in a session: user and id of the first, the version one higher than that of the last, or the last
 * description itself when nothing but the origin differs. RFC 3264 §8, RFC 8866 §5.2
 */
export function continueSession(last: string, next: string): string {
  const before = originLine.exec(last);
  const now = originLine.exec(next);
  if (before === null || now === null) return next;
  if (rest(last) === rest(next) && before[4] === now[4]) return last;
  const version = (BigInt(before[3] ?? "0") + 1n).toString();
  return next.replace(originLine, () => `o=${before[1]} ${before[2]} ${version} ${now[4]}`);
}

/** Everything but the origin, line ends made alike. */
function rest(text: string): string {
  return text.replace(originLine, "").replace(/\r\n?/g, "\n").trimEnd();
}
