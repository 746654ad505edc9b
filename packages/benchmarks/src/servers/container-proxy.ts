/** A servlet that proxies every call to one callee and stays on the path. */
import "reflect-metadata";
import { bootstrap, inject, Invite, SipFactory, SipServlet, type SipServletRequest } from "@siplet/framework";
import { silentLogger } from "@siplet/core";

const callee = `sip:service@127.0.0.1:${Number(process.argv[3])}`;

@SipServlet()
class Forward {
  constructor(@inject(SipFactory) private readonly factory: SipFactory) {}

  @Invite()
  async onInvite(request: SipServletRequest): Promise<void> {
    if (!request.isInitial) return;
    const proxy = request.getProxy();
    proxy.recordRoute = true;
    await proxy.proxyTo(this.factory.createUri(callee));
  }
}

await bootstrap({
  applications: [{ name: "forward", servlets: [Forward] }],
  listen: [`udp:127.0.0.1:${Number(process.argv[2])}`],
  log: silentLogger,
});
console.log("ready");
