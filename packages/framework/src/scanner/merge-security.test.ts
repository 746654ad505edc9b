import { describe, expect, it } from "vitest";
import { deploy, problemsOf, failureOf } from "../../test/deploy.js";
import { DeclareRoles } from "../decorators/declare-roles.js";
import { Invite } from "../decorators/invite.js";
import { RunAs } from "../decorators/run-as.js";
import { SipMethod } from "../decorators/sip-method.js";
import { SipSecurity } from "../decorators/sip-security.js";
import { SipServlet } from "../decorators/sip-servlet.js";
import type { SipServletRequest } from "../api/object-model.js";
import type { ApplicationDefinition } from "../model/application-definition.js";
import type { SecurityConstraintDefinition } from "../model/security-definition.js";
import { readSipXml } from "./descriptor/read-sip-xml.js";

@SipServlet()
class Open {
  @Invite() onInvite(_request: SipServletRequest) {}
  @SipMethod("XCALL") onOwn(_request: SipServletRequest) {}
}

@SipSecurity({ methods: ["INVITE"], roles: ["staff"] })
@SipSecurity({ methods: ["MESSAGE"], roles: [], transportGuarantee: "INTEGRAL" })
@SipServlet()
class Guarded {
  @Invite() onInvite(_request: SipServletRequest) {}
}

@SipServlet()
class Heir extends Guarded {}

const login = { authMethod: "DIGEST", realmName: "example.com" } as const;
const definition = (
  securityConstraints: readonly SecurityConstraintDefinition[] | undefined,
  others: Partial<ApplicationDefinition> = {},
): ApplicationDefinition => ({
  name: "app",
  mainServlet: "Open",
  servlets: [Open, Guarded],
  loginConfig: login,
  securityRoles: ["admin", "staff"],
  ...(securityConstraints !== undefined && { securityConstraints }),
  ...others,
});
const rulesOf = async (...parameters: Parameters<typeof definition>) =>
  (await deploy(definition(...parameters))).accessRules;

describe("JSR 289 §17 security constraints", () => {
  it("are none where nobody says anything: nothing is looked up then", async () => {
    expect(await rulesOf(undefined, { servlets: [Open] })).toBeUndefined();
  });

  it("hold for the servlets and methods they name, and for all where they name none", async () => {
    const rules = await rulesOf([
      { servlets: ["Open"], methods: ["REGISTER"], roles: ["admin"] },
      { methods: ["SUBSCRIBE"], roles: ["*"], proxyAuthentication: true },
    ]);
    expect(rules?.ruleFor("Open", "REGISTER")).toEqual({
      roles: ["admin"],
      proxyAuthentication: false,
      transportGuarantee: "NONE",
    });
    expect(rules?.ruleFor("Guarded", "REGISTER")).toBeUndefined();
    expect(rules?.ruleFor("Open", "SUBSCRIBE")).toMatchObject({ roles: ["*"], proxyAuthentication: true });
    expect(rules?.ruleFor("Guarded", "SUBSCRIBE")).toMatchObject({ roles: ["*"] });
    expect(rules?.ruleFor("Open", "INVITE")).toBeUndefined();
  });

  it("add up: roles of all, the strongest guarantee, and nobody where one lets nobody through", async () => {
    const rules = await rulesOf([
      { roles: ["admin"], transportGuarantee: "INTEGRAL" },
      { methods: ["OPTIONS"], roles: ["staff"], transportGuarantee: "CONFIDENTIAL" },
      { methods: ["PUBLISH"], roles: [] },
      { methods: ["INFO"] },
    ]);
    expect(rules?.ruleFor("Open", "OPTIONS")).toMatchObject({
      roles: ["admin", "staff"],
      transportGuarantee: "CONFIDENTIAL",
    });
    expect(rules?.ruleFor("Open", "PUBLISH")).toMatchObject({ roles: [], transportGuarantee: "INTEGRAL" });
    expect(rules?.ruleFor("Open", "INFO")).toMatchObject({ roles: ["admin"] });
  });

  it("stand at the class, also for those that extend it", async () => {
    const rules = await rulesOf(undefined, { servlets: [Open, Guarded, Heir] });
    expect(rules?.ruleFor("Guarded", "INVITE")).toMatchObject({ roles: ["staff"], transportGuarantee: "NONE" });
    expect(rules?.ruleFor("Guarded", "MESSAGE")).toMatchObject({ roles: [], transportGuarantee: "INTEGRAL" });
    expect(rules?.ruleFor("Heir", "INVITE")).toMatchObject({ roles: ["staff"] });
    expect(rules?.ruleFor("Open", "INVITE")).toBeUndefined();
  });

  it("of the class beat those for all servlets, and lose against those that name the servlet", async () => {
    const rules = await rulesOf([{ roles: ["admin"], transportGuarantee: "CONFIDENTIAL" }]);
    expect(rules?.ruleFor("Guarded", "INVITE")).toMatchObject({ roles: ["staff"], transportGuarantee: "CONFIDENTIAL" });
    expect(rules?.ruleFor("Guarded", "OPTIONS")).toMatchObject({ roles: ["admin"] });
    const named = await rulesOf([{ servlets: ["Guarded"], roles: ["admin"] }]);
    expect(named?.ruleFor("Guarded", "INVITE")).toMatchObject({ roles: ["admin"] });
  });

  it("come from the descriptor unless the definition has its own", async () => {
    const { descriptor } = readSipXml(`
      <sip-app>
        <app-name>app</app-name>
        <security-constraint>
          <resource-collection><resource-name>r</resource-name><sip-method>INVITE</sip-method></resource-collection>
          <proxy-authentication/>
          <auth-constraint><role-name>boss</role-name></auth-constraint>
          <user-data-constraint><transport-guarantee>CONFIDENTIAL</transport-guarantee></user-data-constraint>
        </security-constraint>
        <login-config><auth-method>DIGEST</auth-method><realm-name>example.org</realm-name></login-config>
        <security-role><role-name>boss</role-name></security-role>
      </sip-app>`);
    const application = { name: "app", servlets: [Open], descriptor };
    const model = await deploy(application);
    expect(model.accessRules?.ruleFor("Open", "INVITE")).toEqual({
      roles: ["boss"],
      proxyAuthentication: true,
      transportGuarantee: "CONFIDENTIAL",
    });
    expect(model.loginConfig?.realmName).toBe("example.org");
    expect([...model.securityRoles]).toEqual(["boss"]);
    const own = await deploy({ ...application, securityConstraints: [], loginConfig: login });
    expect(own.accessRules).toBeUndefined();
    expect(own.loginConfig).toBe(login);
  });

  it("do not look at decorators where the descriptor is complete", async () => {
    const { descriptor } = readSipXml(`
      <sip-app metadata-complete="true"><app-name>app</app-name>
        <servlet><servlet-name>g</servlet-name><servlet-class>Guarded</servlet-class></servlet>
      </sip-app>`);
    const model = await deploy({ descriptor, classes: [Guarded] });
    expect(model.accessRules).toBeUndefined();
  });
});

describe("JSR 250 roles", () => {
  it("are declared by the definition, by decorators, and by what a class asks for", async () => {
    @DeclareRoles("auditor", "guest")
    @RunAs("operator")
    @SipServlet()
    class Declaring {}
    const model = await deploy(definition(undefined, { servlets: [Declaring, Guarded], mainServlet: "Declaring" }));
    expect([...model.securityRoles]).toEqual(["admin", "staff", "auditor", "guest", "operator"]);
    expect(model.servlets.map(({ name, runAs }) => [name, runAs])).toEqual([
      ["Declaring", "operator"],
      ["Guarded", undefined],
    ]);
  });

  it("give way to what a definition says of the servlet", async () => {
    @RunAs("operator")
    @SipServlet()
    class Running {}
    const servlet = { name: "Running", servletClass: Running, runAs: "admin", securityRoleRefs: { boss: "admin" } };
    const model = await deploy(definition(undefined, { servlets: [servlet], mainServlet: "Running" }));
    expect(model.servlets[0]).toMatchObject({ runAs: "admin", securityRoleRefs: { boss: "admin" } });
  });
});

describe("security that cannot work", () => {
  it.each([
    ["a servlet that does not exist", [{ servlets: ["Opne"], roles: ["admin"] }], "security.servlet"],
    ["a method that nobody knows", [{ methods: ["INVIET"], roles: ["admin"] }], "security.method"],
    ["a role that is not declared", [{ roles: ["root"] }], "security.role"],
  ])("is told: %s", async (_, constraints, problem) => {
    expect(await problemsOf(definition(constraints))).toEqual([problem]);
  });

  it("takes a method that a handler names, and the role for everybody", async () => {
    await expect(deploy(definition([{ methods: ["XCALL"], roles: ["*"] }]))).resolves.toBeDefined();
  });

  it("is told where a class says it", async () => {
    @SipSecurity({ methods: ["invite"], roles: ["x"] })
    @SipServlet()
    class Misspelt {}
    const servlet = { name: "s", servletClass: Misspelt, runAs: "nobody", securityRoleRefs: { a: "nothing" } };
    const failure = await failureOf([definition(undefined, { servlets: [servlet], mainServlet: "s" })]);
    expect(failure.problems.map(({ code, class: name }) => [code, name])).toEqual([
      ["security.method", "Misspelt"],
      ["security.role", "Misspelt"],
      ["security.role", "Misspelt"],
    ]);
    expect(failure.message).toContain("Write INVITE.");
    expect(failure.message).toContain('the servlet "s" names the role "nothing"');
  });

  it("is told where callers must be authenticated and nobody says how", async () => {
    const open = { loginConfig: undefined, servlets: [Open] };
    expect(await problemsOf(definition([{ roles: ["admin"] }], open))).toEqual(["security.login"]);
    await expect(deploy(definition([{ roles: [] }, { transportGuarantee: "INTEGRAL" }], open))).resolves.toBeDefined();
    expect(await problemsOf(definition(undefined, { loginConfig: undefined }))).toEqual(["security.login"]);
  });

  it("is told for ways of authentication that are not offered", async () => {
    expect(await problemsOf(definition(undefined, { loginConfig: { authMethod: "BASIC" } }))).toEqual([
      "security.login",
    ]);
    const identityAssertion = { scheme: "Identity", support: "SUPPORTED" } as const;
    expect(await problemsOf(definition(undefined, { loginConfig: { ...login, identityAssertion } }))).toEqual([
      "security.login",
    ]);
  });

  it("is told all at once", async () => {
    const constraints = [
      { name: "first", servlets: ["Opne"], roles: ["root"] },
      { name: "second", methods: ["X"], roles: ["toor"] },
    ];
    expect(await problemsOf(definition(constraints, { loginConfig: undefined }))).toEqual([
      "security.servlet",
      "security.role",
      "security.method",
      "security.role",
      "security.login",
    ]);
  });
});
