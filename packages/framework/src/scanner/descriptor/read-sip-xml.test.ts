import { describe, expect, it } from "vitest";
import { readSipXml } from "./read-sip-xml.js";

const descriptorOf = (content: string, attributes = "") =>
  readSipXml(`<sip-app xmlns="http://www.jcp.org/xml/ns/sipservlet" ${attributes}>${content}</sip-app>`);
const faultsOf = (content: string) => descriptorOf(content).faults;
const mapping = (pattern: string, servlet = "<servlet-name>main</servlet-name>") =>
  `<servlet-mapping>${servlet}<pattern>${pattern}</pattern></servlet-mapping>`;

describe("JSR 289 §19 reading sip.xml", () => {
  it("reads a whole descriptor of version 1.1", () => {
    const { descriptor, faults } = readSipXml(`<?xml version="1.0" encoding="UTF-8"?>
      <!-- a deployment that exists -->
      <sip-app xmlns="http://www.jcp.org/xml/ns/sipservlet" xmlns:javaee="http://java.sun.com/xml/ns/javaee" version="1.1">
        <app-name> phone </app-name>
        <icon><javaee:small-icon>icon.png</javaee:small-icon></icon>
        <display-name>The <![CDATA[<phone>]]></display-name>
        <description>Calls &amp; messages</description>
        <distributable/>
        <context-param><javaee:param-name>realm</javaee:param-name><javaee:param-value>example.com</javaee:param-value></context-param>
        <context-param><param-name>empty</param-name><param-value/></context-param>
        <listener><javaee:listener-class>com.acme.Timers</javaee:listener-class></listener>
        <servlet-selection><main-servlet>main</main-servlet></servlet-selection>
        <servlet>
          <servlet-name>main</servlet-name>
          <servlet-class>com.acme.MainServlet</servlet-class>
          <init-param><param-name>greeting</param-name><param-value>hello</param-value></init-param>
          <load-on-startup>-1</load-on-startup>
          <run-as><role-name>operator</role-name></run-as>
          <security-role-ref><role-name>boss</role-name><role-link>admin</role-link></security-role-ref>
          <security-role-ref><role-name>user</role-name></security-role-ref>
        </servlet>
        <proxy-config><proxy-timeout>90</proxy-timeout></proxy-config>
        <session-config><session-timeout>-5</session-timeout></session-config>
        <security-role><role-name>admin</role-name></security-role>
        <resource-env-ref><resource-env-ref-name>sip/Factory</resource-env-ref-name></resource-env-ref>
      </sip-app>`);
    expect(faults).toEqual([]);
    expect(descriptor).toEqual({
      version: "1.1",
      metadataComplete: false,
      appName: "phone",
      displayName: "The <phone>",
      description: "Calls & messages",
      distributable: true,
      contextParameters: { realm: "example.com", empty: "" },
      listeners: ["com.acme.Timers"],
      mainServlet: "main",
      servlets: [
        {
          name: "main",
          className: "com.acme.MainServlet",
          description: undefined,
          loadOnStartup: -1,
          initParameters: { greeting: "hello" },
          securityRoleRefs: { boss: "admin", user: "user" },
          runAs: "operator",
        },
      ],
      servletMappings: [],
      proxyTimeout: 90,
      sessionTimeout: -5,
      concurrencyMode: undefined,
      securityConstraints: [],
      loginConfig: undefined,
      securityRoles: ["admin"],
    });
  });

  it("reads one of version 1.0, with a document type that is not fetched", () => {
    const { descriptor, faults } = readSipXml(`\uFEFF<?xml version="1.0"?>
      <!DOCTYPE sip-app PUBLIC "-//Java Community Process//DTD SIP Application 1.0//EN" "http://www.jcp.org/dtd/sip-app_1_0.dtd">
      <sip-app><servlet><servlet-name>a</servlet-name><servlet-class>A</servlet-class><load-on-startup/></servlet>
      <proxy-config><sequential-search-timeout>20</sequential-search-timeout></proxy-config></sip-app>`);
    expect(faults).toEqual([]);
    expect(descriptor).toMatchObject({
      version: "1.0",
      appName: undefined,
      proxyTimeout: 20,
      sessionTimeout: undefined,
    });
    expect(descriptor.servlets[0]?.loadOnStartup).toBe(0);
  });

  it("reads what 2.0 adds, and the main servlet outside of servlet-selection", () => {
    const content = "<main-servlet>main</main-servlet><concurrency-mode>ApplicationSession</concurrency-mode>";
    const { descriptor } = descriptorOf(content, 'version="2.0" metadata-complete="true"');
    expect(descriptor).toMatchObject({
      version: "2.0",
      metadataComplete: true,
      mainServlet: "main",
      concurrencyMode: "APPLICATIONSESSION",
    });
  });

  describe("servlet mappings", () => {
    it("become conditions", () => {
      const { descriptor, faults } = descriptorOf(
        `<servlet-selection>${mapping(`<and>
          <equal><var>request.method</var><value>INVITE</value></equal>
          <or>
            <contains ignore-case="true"><var>request.from.display-name</var><value>smith</value></contains>
            <not><exists><var>request.uri.param.transport</var></exists></not>
          </or>
          <subdomain-of><var>request.uri.host</var><value>example.com</value></subdomain-of>
        </and>`)}</servlet-selection>`,
      );
      expect(faults).toEqual([]);
      expect(descriptor.servletMappings).toEqual([
        {
          servletName: "main",
          pattern: {
            kind: "and",
            conditions: [
              { kind: "equal", variable: "request.method", value: "INVITE", ignoreCase: false },
              {
                kind: "or",
                conditions: [
                  { kind: "contains", variable: "request.from.display-name", value: "smith", ignoreCase: true },
                  { kind: "not", condition: { kind: "exists", variable: "request.uri.param.transport" } },
                ],
              },
              { kind: "subdomainOf", variable: "request.uri.host", value: "example.com" },
            ],
          },
        },
      ]);
    });

    it.each([
      ["no condition", mapping(""), "<pattern> needs exactly one condition"],
      [
        "two conditions",
        mapping("<exists><var>a</var></exists><exists><var>b</var></exists>"),
        "exactly one condition",
      ],
      ["an empty group", mapping("<and/>"), "<and> has no condition"],
      ["an empty not", mapping("<not/>"), "<not> needs exactly one condition"],
      ["a condition that does not exist", mapping("<matches><var>a</var></matches>"), "<matches> is no condition"],
      ["no variable", mapping("<equal><value>x</value></equal>"), "<equal> has no <var>"],
      ["no value", mapping("<or><contains><var>a</var></contains></or>"), "<contains> of a has no <value>"],
      ["no servlet", mapping("<exists><var>a</var></exists>", ""), "has no <servlet-name>"],
      ["no pattern", "<servlet-mapping><servlet-name>a</servlet-name></servlet-mapping>", "of a has no <pattern>"],
    ])("with %s are a fault", (_name, content, fault) => {
      const { descriptor, faults } = descriptorOf(content);
      expect(faults).toEqual([expect.stringContaining(fault)]);
      expect(descriptor.servletMappings).toEqual([]);
    });
  });

  describe("JSR 289 §17 security", () => {
    it("reads constraints and the way to log in", () => {
      const { descriptor, faults } = descriptorOf(`
        <security-constraint>
          <display-name>calls</display-name>
          <resource-collection>
            <resource-name>r</resource-name><servlet-name>main</servlet-name>
            <sip-method>INVITE</sip-method><sip-method>MESSAGE</sip-method>
          </resource-collection>
          <proxy-authentication/>
          <auth-constraint><role-name>user</role-name></auth-constraint>
          <user-data-constraint><transport-guarantee>CONFIDENTIAL</transport-guarantee></user-data-constraint>
        </security-constraint>
        <security-constraint><resource-collection/><auth-constraint/></security-constraint>
        <login-config>
          <auth-method>DIGEST</auth-method><realm-name>example.com</realm-name>
          <identity-assertion>
            <identity-assertion-scheme>Identity</identity-assertion-scheme>
            <identity-assertion-support>REQUIRED</identity-assertion-support>
          </identity-assertion>
        </login-config>`);
      expect(faults).toEqual([]);
      expect(descriptor.securityConstraints).toEqual([
        {
          displayName: "calls",
          resources: [{ name: "r", servletNames: ["main"], methods: ["INVITE", "MESSAGE"] }],
          proxyAuthentication: true,
          roles: ["user"],
          transportGuarantee: "CONFIDENTIAL",
        },
        {
          displayName: undefined,
          resources: [{ name: "", servletNames: [], methods: [] }],
          proxyAuthentication: false,
          roles: [],
          transportGuarantee: "NONE",
        },
      ]);
      expect(descriptor.loginConfig).toEqual({
        authMethod: "DIGEST",
        realmName: "example.com",
        identityAssertion: { scheme: "Identity", support: "REQUIRED" },
      });
    });

    it("a constraint without auth-constraint asks for nobody's name", () => {
      const { descriptor } = descriptorOf("<security-constraint/>");
      expect(descriptor.securityConstraints[0]?.roles).toBeUndefined();
    });
  });

  it("tells all its faults at once", () => {
    expect(
      faultsOf(`
        <listener/>
        <servlet><servlet-class>A</servlet-class></servlet>
        <servlet><servlet-name>b</servlet-name><load-on-startup>soon</load-on-startup></servlet>
        <context-param><param-value>x</param-value></context-param>
        <session-config><session-timeout>3 minutes</session-timeout></session-config>
        <proxy-config><proxy-timeout>99999999999</proxy-timeout></proxy-config>
        <concurrency-mode>NONE</concurrency-mode>
        <login-config><auth-method>FORM</auth-method></login-config>`),
    ).toEqual([
      "a <context-param> has no <param-name>",
      "a <listener> has no <listener-class>",
      "a <servlet> has no <servlet-name>",
      "the <servlet> b has no <servlet-class>",
      '<proxy-timeout> is "99999999999", not a whole number',
      '<session-timeout> is "3 minutes", not a whole number',
      '<concurrency-mode> is "NONE", not one of APPLICATIONSESSION, VENDORSPECIFIC',
      '<auth-method> is "FORM", not one of DIGEST, BASIC, CLIENT-CERT',
    ]);
    expect(readSipXml("<web-app/>").faults).toEqual(["the root element is <web-app>, not <sip-app>"]);
  });

  it.each([
    ["nothing", ""],
    ["text", "sip-app"],
    ["an unclosed element", "<sip-app><app-name>"],
    ["crossed elements", "<sip-app><a></sip-app></a>"],
    ["two roots", "<sip-app/><sip-app/>"],
    [
      "an entity of its own",
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><sip-app><app-name>&x;</app-name></sip-app>',
    ],
    ["a control character", "<sip-app>\u0000</sip-app>"],
  ])("refuses %s", (_name, xml) => {
    expect(() => readSipXml(xml)).toThrow(expect.objectContaining({ code: "parse.descriptor" }));
  });
});
