import type { TransportGuarantee } from "../api/access-requirements.js";
import type { ConcurrencyMode } from "../api/concurrency-mode.js";
import type { ServletOptions } from "../api/servlet-class.js";
import type { Condition } from "./condition.js";

/** A `servlet` element; classes are names here. JSR 289 §19. */
export interface DescriptorServlet extends ServletOptions {
  readonly name: string;
  readonly className: string;
  /** Role names the servlet uses, to those of the application. */
  readonly securityRoleRefs: Readonly<Record<string, string>>;
  readonly runAs?: string;
}

/** Which servlets and methods need which caller. JSR 289 §17. */
export interface SecurityConstraint {
  readonly displayName?: string;
  readonly resources: readonly {
    readonly name: string;
    /** Empty: all. */
    readonly servletNames: readonly string[];
    /** Empty: all. */
    readonly methods: readonly string[];
  }[];
  /** Challenge with 407 instead of 401. */
  readonly proxyAuthentication: boolean;
  /** Undefined: no authentication needed; empty: nobody may; `*`: anybody who is authenticated. */
  readonly roles: readonly string[] | undefined;
  readonly transportGuarantee: TransportGuarantee;
}

/** How callers are authenticated. JSR 289 §17. */
export interface LoginConfig {
  readonly authMethod: "DIGEST" | "BASIC" | "CLIENT-CERT";
  readonly realmName?: string;
  readonly identityAssertion?: {
    readonly scheme: "P-Asserted-Identity" | "Identity";
    readonly support: "REQUIRED" | "SUPPORTED";
  };
}

/** A deployment descriptor, `sip.xml`, as plain data. JSR 289 §19. */
export interface SipDescriptor {
  /** `1.0` for one with a document type, else that of the schema. */
  readonly version: string | undefined;
  /** Whether the class decorators are to be left out of account. */
  readonly metadataComplete: boolean;
  readonly appName: string | undefined;
  readonly displayName: string | undefined;
  readonly description: string | undefined;
  readonly distributable: boolean | undefined;
  readonly contextParameters: Readonly<Record<string, string>>;
  /** Names of classes. */
  readonly listeners: readonly string[];
  readonly mainServlet: string | undefined;
  readonly servlets: readonly DescriptorServlet[];
  readonly servletMappings: readonly { readonly servletName: string; readonly pattern: Condition }[];
  /** Seconds. */
  readonly proxyTimeout: number | undefined;
  /** Minutes. */
  readonly sessionTimeout: number | undefined;
  readonly concurrencyMode: ConcurrencyMode | undefined;
  readonly securityConstraints: readonly SecurityConstraint[];
  readonly loginConfig: LoginConfig | undefined;
  readonly securityRoles: readonly string[];
}
