import "reflect-metadata";
import {
  and,
  Ack,
  AnyMethod,
  Bye,
  contains,
  equal,
  exists,
  Invite,
  not,
  or,
  readSipXml,
  SipFactory,
  SipServlet,
  SipServletContext,
  SipSessionListener,
  subdomainOf,
  type Condition,
  type SipServletRequest,
  type SipSession,
  type SipSessionEvent,
} from "@siplet/framework";
import { describe, expect, it } from "vitest";
import { ContainerLab } from "./container-lab.js";
import { answer } from "./pojo-lab.js";

@SipServlet({ name: "first" })
class First {
  @AnyMethod() onAny(request: SipServletRequest) {
    return answer(request, "first");
  }
  @Ack() onAck() {}
}
@SipServlet({ name: "second" })
class Second {
  @AnyMethod() onAny(request: SipServletRequest) {
    return answer(request, "second");
  }
  @Ack() onAck() {}
}

type Options = Partial<Parameters<ContainerLab["send"]>[1]>;

/** The servlet a request gets to by mapping rules, told by the reason phrase; 404 where no rule holds. */
async function chosen(patterns: Record<string, Condition>, options: Options): Promise<string> {
  const servletMappings = Object.entries(patterns).map(([servletName, pattern]) => ({ servletName, pattern }));
  const applications = [{ name: "mapped", servlets: [First, Second], servletMappings }];
  await using lab = await ContainerLab.start({ applications });
  const agent = lab.agent("alice", "192.0.2.1");
  await lab.send(agent, { method: "MESSAGE", ...options });
  const response = agent.last((message) => !message.isRequest);
  return response.status === 200 ? response.reasonPhrase : String(response.status);
}

describe("JSR 289 §16.2 servlet mapping", () => {
  const patterns = { first: equal("request.method", "INFO"), second: equal("request.uri.user", "app") };

  it("tries the rules in order; the first that holds wins", async () => {
    expect(await chosen(patterns, { method: "INFO" })).toBe("first");
    expect(await chosen(patterns, {})).toBe("second");
  });

  it("an application none of whose rules holds does not take the request [K]", async () => {
    expect(await chosen(patterns, { uri: "sip:other@192.0.2.10" })).toBe("404");
  });

  it.each<[string, Condition, Options, boolean]>([
    ["equal, in exact case", equal("request.uri.user", "APP"), {}, false],
    ["equal, without case", equal("request.uri.user", "APP", { ignoreCase: true }), {}, true],
    ["contains", contains("request.from.uri.host", "ample"), {}, true],
    ["exists", exists("request.uri.param.x"), { uri: "sip:app@192.0.2.10;x=1" }, true],
    ["exists not", exists("request.uri.param.x"), {}, false],
    ["a missing variable is false", not(equal("request.uri.param.x", "1")), {}, true],
    ["subdomain-of itself", subdomainOf("request.from.uri.host", "EXAMPLE.org"), {}, true],
    ["subdomain-of below", subdomainOf("request.from.uri.host", "org"), {}, true],
    ["subdomain-of is no suffix", subdomainOf("request.from.uri.host", "ample.org"), {}, false],
    ["subdomain-of a number: its prefix", subdomainOf("request.uri.tel", "+1202"), { uri: "tel:+1-202-555" }, true],
    ["port by default [K]", equal("request.uri.port", "5060"), {}, true],
    ["scheme", equal("request.uri.scheme", "sip"), {}, true],
    ["to", equal("request.to.uri", "sip:bob@example.com"), {}, true],
    ["display name, unquoted", equal("request.from.display-name", "A B"), { from: '"A B" <sip:a@b>;tag=1' }, true],
    ["the route that led here [K]", exists("request.route"), { route: ["<sip:192.0.2.10;lr>"] }, true],
    ["and", and(equal("request.method", "MESSAGE"), equal("request.uri.user", "nobody")), {}, false],
    ["or", or(equal("request.method", "INFO"), equal("request.uri.user", "app")), {}, true],
  ])("%s", async (_what, condition, options, isMet) => {
    expect(await chosen({ first: condition }, options)).toBe(isMet ? "first" : "404");
  });
});

describe("JSR 289 §16 handlers of a session", () => {
  it("the servlet of the initial request gets what follows; setHandler hands that on, in derived sessions too", async () => {
    const applications = [{ name: "two", servlets: [First, Second], mainServlet: "first" }];
    await using lab = await ContainerLab.start({ applications });
    const agent = lab.agent("alice", "192.0.2.1");
    const call = await lab.call(agent);
    await call.request("INFO");
    expect(agent.last((message) => message.summary === "200 INFO").reasonPhrase).toBe("first");
  });
});

const sipXml = (version: string, content: string) =>
  version === "1.0"
    ? `<?xml version="1.0"?><!DOCTYPE sip-app PUBLIC "-//Java Community Process//DTD SIP Application 1.0//EN" "http://www.jcp.org/dtd/sip-app_1_0.dtd"><sip-app>${content}</sip-app>`
    : `<sip-app xmlns="http://www.jcp.org/xml/ns/sipservlet" version="${version}">${content}</sip-app>`;

const servletXml = (className: string) =>
  `<servlet><servlet-name>calls</servlet-name><servlet-class>com.acme.${className}</servlet-class></servlet>`;

describe("JSR 289 §19 an existing descriptor", () => {
  class Calls {
    @Invite() onInvite(request: SipServletRequest) {
      return answer(request, "calls");
    }
    @Ack() onAck() {}
    @Bye() onBye(request: SipServletRequest) {
      return answer(request, "calls");
    }
  }

  async function start(version: string, content: string, others: object = {}) {
    const { descriptor, faults } = readSipXml(sipXml(version, content));
    expect(faults).toEqual([]);
    return ContainerLab.start({ applications: [{ descriptor, classes: [Calls], ...others }] });
  }

  it("names the application, its servlets by class, its parameters and timeouts", async () => {
    const content = `<app-name>phone</app-name><display-name>The phone</display-name>
      <context-param><param-name>realm</param-name><param-value>example.com</param-value></context-param>
      ${servletXml("Calls")}<session-config><session-timeout>10</session-timeout></session-config>`;
    await using lab = await start("1.1", content);
    const agent = lab.agent("alice", "192.0.2.1");
    expect((await lab.call(agent)).answer.reasonPhrase).toBe("calls");
    const context = lab.container.bean("phone", SipServletContext);
    expect([context.servletContextName, context.getInitParameter("realm"), context.getInitParameterNames()]).toEqual([
      "The phone",
      "example.com",
      ["realm"],
    ]);
    const session = lab.container.bean("phone", SipFactory).createApplicationSession();
    expect(session.expirationTime - session.creationTime).toBe(600_000);
  });

  it("of version 1.0 needs no name, and its sessions stay until they are invalidated", async () => {
    const sessions: SipSession[] = [];
    class Life extends SipSessionListener {
      override sessionCreated({ session }: SipSessionEvent): void {
        sessions.push(session);
      }
    }
    const listeners = [{ listenerClass: Life, listens: [SipSessionListener] }];
    await using lab = await start("1.0", servletXml("Calls"), { listeners });
    expect(lab.container.applicationNames).toEqual(["calls"]);
    const call = await lab.call(lab.agent("alice", "192.0.2.1"));
    await call.bye();
    const [session] = sessions;
    expect([session?.isValid, session?.state, session?.invalidateWhenReady]).toEqual([true, "TERMINATED", false]);
    expect(session?.applicationSession.invalidateWhenReady).toBe(false);
  });
});
