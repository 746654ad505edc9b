/** The peer everybody knows: npm `sip`, its transactions, no sessions and no container. */
import { createRequire } from "node:module";

interface SipMessage {
  readonly method: string;
  readonly headers: { readonly to: { readonly params: Record<string, string> }; contact?: unknown };
}

/** The part of npm `sip` that is used here; the package brings no types. */
interface NpmSip {
  start(options: object, onRequest: (request: SipMessage) => void): void;
  makeResponse(request: SipMessage, status: number, reason: string): SipMessage;
  send(message: SipMessage): void;
}

const sip = createRequire(import.meta.url)("sip") as NpmSip;
const port = Number(process.argv[2]);

sip.start({ address: "127.0.0.1", port, udp: true, tcp: false }, (request) => {
  if (request.method === "ACK") return;
  const respond = (status: number, reason: string): void => {
    const response = sip.makeResponse(request, status, reason);
    if (status > 100) response.headers.to.params["tag"] ??= "npmsip";
    response.headers.contact = [{ uri: `sip:127.0.0.1:${port}` }];
    sip.send(response);
  };
  if (request.method !== "INVITE") return respond(200, "OK");
  respond(100, "Trying");
  respond(180, "Ringing");
  respond(200, "OK");
});
console.log("ready");
