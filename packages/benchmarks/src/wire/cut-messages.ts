/** Cuts a stream into messages at their Content-Length; what is not whole yet is the rest. */
export function cutMessages(text: string): { readonly messages: readonly string[]; readonly rest: string } {
  const messages: string[] = [];
  let start = 0;
  for (;;) {
    const head = text.indexOf("\r\n\r\n", start);
    if (head < 0) break;
    const length = /\r\n(?:Content-Length|l):\s*(\d+)/i.exec(text.slice(start, head + 2));
    const end = head + 4 + Number(length?.[1] ?? 0);
    if (end > text.length) break;
    messages.push(text.slice(start, end));
    start = end;
  }
  return { messages, rest: text.slice(start) };
}
