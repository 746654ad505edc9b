import { describe, expectTypeOf, it } from "vitest";
import {
  and,
  contains,
  contextAttribute,
  equal,
  exists,
  formatHandlerTable,
  not,
  or,
  readSipXml,
  SipServletBase,
  subdomainOf,
  type ApplicationDefinition,
  type ApplicationModel,
  type ApplicationSettings,
  type AttributeStore,
  type ComparisonOptions,
  type ConcurrencyMode,
  type Condition,
  type DescriptorServlet,
  type Flow,
  type HandlerMethod,
  type HandlerTable,
  type HandlerTie,
  type HttpRouter,
  type ListenerDefinition,
  type ListenerModel,
  type LoginConfig,
  type Predicate,
  type RequestVariable,
  type SecurityConstraint,
  type SecurityDefinition,
  type ServletClass,
  type ServletDefinition,
  type ServletMapping,
  type ServletModel,
  type ServletOptions,
  type SipDescriptor,
  type SipServletConfig,
  type SipServletContext,
  type SipServletRequest,
  type SipServletResponse,
  type SipUri,
  type SipXmlReading,
  type StatusRange,
} from "../src/index.js";
import type { OwnMembers } from "./own-members.js";

class Calls {
  constructor(readonly name: string) {}
}
class NotATimer {}

describe("JSR 289 §2, §3 servlets and their context", () => {
  it("SipServletContext has these members", () => {
    expectTypeOf<OwnMembers<SipServletContext, AttributeStore>>().toEqualTypeOf<{
      readonly applicationName: string;
      readonly servletContextName: string;
      readonly contextPath: string;
      getInitParameter: (name: string) => string | undefined;
      getInitParameterNames: () => readonly string[];
      readonly supported: readonly string[];
      readonly supportedRfcs: readonly string[];
      readonly outboundInterfaces: readonly SipUri[];
      getFlow: (flowToken: string) => Flow | undefined;
      addSipServlet: (name: string, servletClass: ServletClass, options?: ServletOptions) => void;
      addSipListener: (listenerClass: ServletClass) => void;
      configureSipApplication: (settings: Omit<ApplicationSettings, "name">) => void;
    }>();
    expectTypeOf(contextAttribute.SIP_FACTORY).toEqualTypeOf<"javax.servlet.sip.SipFactory">();
  });

  it("a servlet class may ask for anything in its constructor", () => {
    expectTypeOf(Calls).toExtend<ServletClass>();
    expectTypeOf<ServletOptions>().toEqualTypeOf<{
      readonly description?: string;
      readonly loadOnStartup?: number;
      readonly initParameters?: Readonly<Record<string, string>>;
    }>();
    expectTypeOf<SipServletConfig>().toEqualTypeOf<{
      readonly servletName: string;
      readonly servletContext: SipServletContext;
      readonly initParameters: Readonly<Record<string, string>>;
    }>();
  });

  it("the class style overrides what it serves, now or later", () => {
    class Style extends SipServletBase {
      override init() {}
      protected override async doInvite(request: SipServletRequest) {
        await request.createResponse(200).send();
      }
      // @ts-expect-error requests are not responses
      protected override doSuccessResponse(_request: SipServletRequest) {}
    }
    expectTypeOf(Style).toExtend<ServletClass>();
    expectTypeOf<SipServletBase["service"]>().parameters.toEqualTypeOf<
      [request: SipServletRequest | undefined, response?: SipServletResponse]
    >();
    expectTypeOf<SipServletBase["servletConfig"]>().toEqualTypeOf<SipServletConfig>();
    expectTypeOf<Predicate<SipServletRequest>["apply"]>().toEqualTypeOf<(message: SipServletRequest) => boolean>();
  });
});

describe("JSR 289 §16, §19 what is deployed", () => {
  it("settings are all optional", () => {
    expectTypeOf<ConcurrencyMode>().toEqualTypeOf<"APPLICATIONSESSION" | "VENDORSPECIFIC">();
    expectTypeOf<ApplicationSettings>().toEqualTypeOf<{
      readonly name?: string;
      readonly displayName?: string;
      readonly description?: string;
      readonly mainServlet?: string;
      readonly proxyTimeout?: number;
      readonly sessionTimeout?: number;
      readonly concurrencyMode?: ConcurrencyMode;
      readonly distributable?: boolean;
    }>();
  });

  it("a definition names classes, rules, a scan or a descriptor", () => {
    expectTypeOf<ApplicationDefinition>().toExtend<ApplicationSettings>();
    expectTypeOf<OwnMembers<ApplicationDefinition, ApplicationSettings & SecurityDefinition>>().toEqualTypeOf<{
      readonly servlets?: readonly (ServletClass | ServletDefinition)[];
      readonly listeners?: readonly (ServletClass | ListenerDefinition)[];
      readonly controllers?: readonly ServletClass[];
      readonly routers?: readonly HttpRouter[];
      readonly contextPath?: string;
      readonly classes?: readonly ServletClass[];
      readonly servletMappings?: readonly ServletMapping[];
      readonly applicationKey?: (request: SipServletRequest) => string | null | undefined;
      readonly initParameters?: Readonly<Record<string, string>>;
      readonly scan?: string | readonly string[];
      readonly scanRoot?: string | URL;
      readonly descriptor?: string | URL | SipDescriptor;
    }>();
    expectTypeOf<OwnMembers<ServletDefinition, ServletOptions>>().toEqualTypeOf<{
      readonly name: string;
      readonly servletClass: ServletClass;
      readonly securityRoleRefs?: Readonly<Record<string, string>>;
      readonly runAs?: string;
    }>();
    expectTypeOf<ListenerDefinition["listenerClass"]>().toEqualTypeOf<ServletClass>();
    expectTypeOf<{ listenerClass: typeof NotATimer }>().toExtend<ListenerDefinition>();
    expectTypeOf<ServletMapping>().toEqualTypeOf<{ readonly servletName: string; readonly pattern: Condition }>();
  });

  it("conditions know the variables of a request", () => {
    expectTypeOf(equal).parameters.toEqualTypeOf<
      [variable: RequestVariable, value: string, options?: ComparisonOptions]
    >();
    expectTypeOf(contains).parameters.toEqualTypeOf<Parameters<typeof equal>>();
    expectTypeOf(exists).toEqualTypeOf<(variable: RequestVariable) => Condition>();
    expectTypeOf(subdomainOf).toEqualTypeOf<(variable: RequestVariable, value: string) => Condition>();
    expectTypeOf([and, or]).toEqualTypeOf<((...conditions: readonly Condition[]) => Condition)[]>();
    expectTypeOf(not).toEqualTypeOf<(condition: Condition) => Condition>();
    expectTypeOf<ComparisonOptions>().toEqualTypeOf<{ readonly ignoreCase?: boolean }>();
    expectTypeOf<
      "request.uri.param.x" | "request.from.uri.host" | "request.to.display-name"
    >().toExtend<RequestVariable>();
    // @ts-expect-error Route has no display name
    expectTypeOf(() => exists("request.route.display-name")).toBeFunction();
  });

  it("a descriptor is plain data", () => {
    expectTypeOf(readSipXml).toEqualTypeOf<(xml: string) => SipXmlReading>();
    expectTypeOf<SipXmlReading>().toEqualTypeOf<{
      readonly descriptor: SipDescriptor;
      readonly faults: readonly string[];
    }>();
    expectTypeOf<SipDescriptor["servlets"]>().toEqualTypeOf<readonly DescriptorServlet[]>();
    expectTypeOf<SipDescriptor["loginConfig"]>().toEqualTypeOf<LoginConfig | undefined>();
    expectTypeOf<SipDescriptor["securityConstraints"]>().toEqualTypeOf<readonly SecurityConstraint[]>();
    expectTypeOf<SecurityConstraint["roles"]>().toEqualTypeOf<readonly string[] | undefined>();
    expectTypeOf<LoginConfig["authMethod"]>().toEqualTypeOf<"DIGEST" | "BASIC" | "CLIENT-CERT">();
    expectTypeOf<DescriptorServlet["className"]>().toBeString();
  });
});

describe("what a checked application looks like", () => {
  it("has servlets with their handlers", () => {
    expectTypeOf<ApplicationModel["servlets"]>().toEqualTypeOf<readonly ServletModel[]>();
    expectTypeOf<ApplicationModel["mainServlet"]>().toEqualTypeOf<ServletModel | undefined>();
    expectTypeOf<ApplicationModel["listeners"]>().toEqualTypeOf<readonly ListenerModel[]>();
    expectTypeOf<ApplicationModel["selectServlet"]>().toEqualTypeOf<
      (request: SipServletRequest) => ServletModel | undefined
    >();
    expectTypeOf<ServletModel["style"]>().toEqualTypeOf<"pojo" | "class">();
    expectTypeOf<ServletModel["handlers"]>().toEqualTypeOf<HandlerTable>();
    expectTypeOf<ListenerModel["listenerClass"]>().toEqualTypeOf<ServletClass>();
  });

  it("has a table that chooses a handler", () => {
    expectTypeOf<HandlerTable["forRequest"]>().toEqualTypeOf<
      (request: SipServletRequest) => HandlerMethod | undefined
    >();
    expectTypeOf<HandlerTable["forResponse"]>().toEqualTypeOf<
      (response: SipServletResponse) => HandlerMethod | undefined
    >();
    expectTypeOf<HandlerTie>().toEqualTypeOf<{ readonly taken: HandlerMethod; readonly other: HandlerMethod }>();
    expectTypeOf<HandlerMethod["kind"]>().toEqualTypeOf<"request" | "response">();
    expectTypeOf<HandlerMethod["statuses"]>().toEqualTypeOf<readonly StatusRange[]>();
    expectTypeOf<StatusRange>().toEqualTypeOf<{
      readonly begin: number;
      readonly end: number;
      readonly isCode: boolean;
    }>();
    expectTypeOf(formatHandlerTable).toEqualTypeOf<
      (applications: ApplicationModel | readonly ApplicationModel[]) => string
    >();
  });
});
