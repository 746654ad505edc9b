/** The registrar with digest. */
import "reflect-metadata";
import { bootstrap, inject, Register, SipServlet, type SipServletRequest } from "@siplet/framework";
import { Registrar, registrar } from "@siplet/framework/registrar";
import { MemoryUserStore, silentLogger } from "@siplet/core";

const users = new MemoryUserStore([{ username: "alice", password: "wonderland" }]);

@SipServlet()
class Home {
  constructor(@inject(Registrar) private readonly bindings: Registrar) {}

  @Register()
  onRegister(request: SipServletRequest): unknown {
    return this.bindings.handle(request);
  }
}

const configure = registrar({
  domains: ["127.0.0.1"],
  authentication: { users, algorithms: ["MD5"] },
  authorize: () => true,
});

await bootstrap({
  applications: [{ name: "home", servlets: [Home], configure }],
  listen: [`udp:127.0.0.1:${Number(process.argv[2])}`],
  log: silentLogger,
});
console.log("ready");
