/** The peer everybody knows: npm `sip`, its transactions, no sessions and no container. */
import { loadNpmSip } from "./npm-sip.js";

const sip = loadNpmSip();
const port = Number(process.argv[2]);
const isTcp = process.argv[3] === "tcp";

sip.start({ address: "127.0.0.1", port, udp: !isTcp, tcp: isTcp }, (request) => {
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
