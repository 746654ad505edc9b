import { formatHost, reachableAddress, type Connection, type RequestBuilder } from "@siplet/core";

/** Our Path before the connection of the REGISTER is known (RFC 2606); it is put in when the request is sent. */
const unsentPath = "<sip:path.invalid;lr>";

/** A Path value that leads to this container, as the peer of that connection reaches it (RFC 3327 §5.2). */
export function localPath(connection: Connection | undefined): string {
  if (connection === undefined) return unsentPath;
  const { protocol } = connection.transport;
  const { host, port } = reachableAddress(connection.transport, connection.remote);
  const transport = protocol === "udp" ? "" : `;transport=${protocol}`;
  return `<sip:${formatHost(host)}:${port}${transport};lr>`;
}

/** Fills in the Path of a REGISTER made here. */
export function completePath(draft: RequestBuilder, connection: Connection): void {
  if (draft.method !== "REGISTER" || draft.fields.every(({ key }) => key !== "path")) return;
  const values = draft.fields.filter(({ key }) => key === "path").map(({ text }) => text);
  if (!values.some((text) => text.includes(unsentPath))) return;
  draft.remove("Path");
  for (const text of values) draft.addText("Path", text.replaceAll(unsentPath, localPath(connection)));
}
