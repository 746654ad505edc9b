import {
  AnyResponse,
  equal,
  MemoryUserStore,
  Message,
  RunAs,
  SipServlet,
  type SipServletRequest,
  type SipServletResponse,
} from "@siplet/framework";
import { afterEach, describe, expect, it } from "vitest";
import { ContainerLab } from "./container-lab.js";

const securityRoles = ["staff"];
let lab: ContainerLab | undefined;
/** User and role, as the protected servlet saw them. */
let seen: { readonly user: string | undefined; readonly isStaff: boolean }[] = [];

@SipServlet({ name: "desk" })
class Desk {
  @Message() onMessage(request: SipServletRequest) {
    seen.push({ user: request.remoteUser, isStaff: request.isUserInRole("staff") });
    return request.createResponse(200).send();
  }
}

afterEach(async () => {
  await lab?.[Symbol.asyncDispose]();
  lab = undefined;
});

describe("JSR 289 §17 run-as", () => {
  class Front {
    @Message() onMessage(request: SipServletRequest) {
      const next = request.getB2buaHelper().createRequest(request, true);
      const [own] = next.servletContext.outboundInterfaces;
      if (own !== undefined) next.requestUri = own.clone();
      return next.send();
    }
    @Message() @AnyResponse() onAnswer(response: SipServletResponse) {
      const original = response.request?.getB2buaHelper().getLinkedSipServletRequest(response.request);
      return original?.createResponse(response.status).send();
    }
  }
  @SipServlet({ name: "front" })
  class Anonymous extends Front {}
  @RunAs("staff")
  @SipServlet({ name: "front" })
  class Clerk extends Front {}

  async function send(front: typeof Anonymous) {
    seen = [];
    const isForFront = equal("request.uri.user", "front");
    lab = await ContainerLab.start({
      applications: [
        {
          name: "reception",
          servlets: [front],
          servletMappings: [{ servletName: "front", pattern: isForFront }],
          securityRoles,
        },
        {
          name: "office",
          servlets: [Desk],
          loginConfig: { authMethod: "DIGEST", realmName: "example.com" },
          securityRoles,
          securityConstraints: [{ roles: ["staff"] }],
        },
      ],
      security: { users: new MemoryUserStore([]) },
    });
    const agent = lab.agent("agent", "192.0.2.2");
    await lab.send(agent, { method: "MESSAGE", uri: `sip:front@${lab.address}` });
    return agent.last((message) => !message.isRequest).status;
  }

  it("[?] lets the next application of the container see the role", async () => {
    expect(await send(Clerk)).toBe(200);
    expect(seen).toEqual([{ user: "staff", isStaff: true }]);
  });

  it("without it the next application challenges", async () => {
    expect(await send(Anonymous)).toBe(401);
    expect(seen).toEqual([]);
  });
});
