/** npm `sip` as a proxy that record-routes; its package leaves Record-Route and Route to the program. */
import { loadNpmSipProxy } from "./npm-sip.js";

const proxy = loadNpmSipProxy();
const port = Number(process.argv[2]);
const callee = Number(process.argv[3]);
const own = `127.0.0.1:${port}`;

// with its own address as host name it would take every call to this machine for one to itself
proxy.start({ port, hostname: "proxy.invalid", udp: true, tcp: false }, (request) => {
  const { headers } = request;
  if (JSON.stringify(headers.route ?? "").includes(own)) delete headers.route;
  else if (headers.to.params["tag"] === undefined) {
    headers["record-route"] = [{ uri: `sip:${own};lr`, params: {} }, ...(headers["record-route"] ?? [])];
    request.uri = `sip:service@127.0.0.1:${callee}`;
  }
  proxy.send(request);
});
console.log("ready");
