/** A servlet that takes MESSAGE. */
import "reflect-metadata";
import { bootstrap, Message, SipServlet, type SipServletRequest } from "@siplet/framework";
import { silentLogger } from "@siplet/core";

@SipServlet()
class Inbox {
  @Message()
  onMessage(request: SipServletRequest): Promise<void> {
    return request.createResponse(200).send();
  }
}

await bootstrap({
  applications: [{ name: "inbox", servlets: [Inbox] }],
  listen: [`udp:127.0.0.1:${Number(process.argv[2])}`],
  log: silentLogger,
});
console.log("ready");
