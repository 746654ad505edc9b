import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { deploy, problemsOf } from "../../test/deploy.js";
import { AnyMethod } from "../decorators/any-method.js";
import { Invite } from "../decorators/invite.js";
import { SipApplication } from "../decorators/sip-application.js";
import { SipServlet } from "../decorators/sip-servlet.js";

@SipServlet({ name: "messages" })
class Messages {
  @AnyMethod() onAny() {}
}

describe("an application with a descriptor", () => {
  const sipXml = (content: string, attributes = "") =>
    `<?xml version="1.0"?><sip-app xmlns="http://www.jcp.org/xml/ns/sipservlet" version="1.1" ${attributes}>${content}</sip-app>`;

  async function withDescriptor(xml: string, use: (path: string) => Promise<void>) {
    const folder = await mkdtemp(join(tmpdir(), "siplet-"));
    try {
      const path = join(folder, "sip.xml");
      await writeFile(path, xml);
      await use(path);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  @SipApplication({ name: "phone", proxyTimeout: 30, sessionTimeout: 20 })
  @SipServlet({ description: "decorator", loadOnStartup: 7 })
  class MainServlet {
    @Invite() onInvite() {}
  }
  class CallListener {
    servletInitialized() {}
  }

  const xml = sipXml(`
    <app-name>phone</app-name><display-name>The phone</display-name>
    <context-param><param-name>realm</param-name><param-value>example.com</param-value></context-param>
    <listener><listener-class>com.acme.CallListener</listener-class></listener>
    <servlet>
      <servlet-name>Main</servlet-name><servlet-class>com.acme.MainServlet</servlet-class>
      <init-param><param-name>greeting</param-name><param-value>hello</param-value></init-param>
      <load-on-startup>1</load-on-startup>
    </servlet>
    <session-config><session-timeout>45</session-timeout></session-config>`);

  it("takes the descriptor before the decorators and the definition before both", async () => {
    await withDescriptor(xml, async (path) => {
      const model = await deploy({
        descriptor: path,
        classes: [MainServlet, CallListener],
        initParameters: { realm: "example.org" },
        proxyTimeout: 60,
      });
      expect(model).toMatchObject({
        name: "phone",
        displayName: "The phone",
        proxyTimeout: 60,
        sessionTimeout: 45,
        initParameters: { realm: "example.org" },
      });
      expect(model.servlets).toMatchObject([
        {
          name: "Main",
          servletClass: MainServlet,
          loadOnStartup: 1,
          description: "decorator",
          initParameters: { greeting: "hello" },
        },
      ]);
      expect(model.listeners.map(({ listenerClass }) => listenerClass)).toEqual([CallListener]);
    });
  });

  it("takes the path as a URL", async () => {
    await withDescriptor(xml, async (path) => {
      const model = await deploy({ descriptor: pathToFileURL(path), classes: [MainServlet, CallListener] });
      expect(model.servlets.map(({ name }) => name)).toEqual(["Main"]);
    });
  });

  it("leaves the class decorators alone when it is complete, unless the definition lists the class", async () => {
    const content = `<app-name>phone</app-name><servlet><servlet-name>Main</servlet-name><servlet-class>MainServlet</servlet-class></servlet>`;
    await withDescriptor(sipXml(content, 'metadata-complete="true"'), async (descriptor) => {
      const complete = await deploy({ descriptor, classes: [MainServlet, Messages] });
      expect(complete).toMatchObject({ proxyTimeout: 180, sessionTimeout: 3 });
      expect(complete.servlets).toMatchObject([{ name: "Main", description: "", loadOnStartup: -1 }]);
      const listed = await deploy({ descriptor, classes: [MainServlet], servlets: [Messages], mainServlet: "Main" });
      expect(listed.servlets.map(({ name }) => name)).toEqual(["Main", "messages"]);
    });
  });

  it("tells of classes nobody has, and of a name that is another one's", async () => {
    const content = `<app-name>other</app-name>
      <listener><listener-class>Gone</listener-class></listener>
      <servlet><servlet-name>a</servlet-name><servlet-class>com.acme.Missing</servlet-class></servlet>`;
    await withDescriptor(sipXml(content), async (descriptor) => {
      expect(await problemsOf({ descriptor, classes: [MainServlet] })).toEqual([
        "application.setting",
        "descriptor.class",
        "descriptor.class",
      ]);
    });
  });

  it.each([
    ["no XML", "this is no XML", ["descriptor.malformed"]],
    ["an unclosed element", "<sip-app><app-name>x</sip-app>", ["descriptor.malformed"]],
    [
      "faults in its elements",
      sipXml("<servlet/><proxy-config><proxy-timeout>soon</proxy-timeout></proxy-config>"),
      ["descriptor.malformed", "descriptor.malformed", "descriptor.malformed"],
    ],
  ])("tells of %s", async (_name, content, problems) => {
    await withDescriptor(content, async (descriptor) => {
      expect(await problemsOf({ descriptor, servlets: [MainServlet] })).toEqual(problems);
    });
  });

  it("tells of a file that is not there", async () => {
    const descriptor = join(tmpdir(), "siplet-no-such-folder", "sip.xml");
    expect(await problemsOf({ descriptor, servlets: [MainServlet] })).toEqual(["descriptor.malformed"]);
  });
});
