/**
 * SIP servlets in TypeScript, JSR 359.
 *
 *     import "reflect-metadata";
 *     import { Bye, Invite, SipServlet, SipServletRequest, bootstrap } from "@siplet/framework";
 *
 *     @SipServlet()
 *     class Answer {
 *       @Invite() @Bye() onRequest(request: SipServletRequest) {
 *         return request.createResponse(200).send();
 *       }
 *     }
 *
 *     await bootstrap({ applications: [{ name: "answer", servlets: [Answer] }], listen: ["udp:127.0.0.1:5060"] });
 */

// ---- api: messages, sessions and what hangs on them (JSR 289 §3–§6, §10, §12, §13)
export {
  AutomaticProcessingListener,
  B2buaHelper,
  ConvergedHttpSession,
  ForkingContext,
  InviteBranch,
  Proxy,
  ProxyBranch,
  ServletTimer,
  SessionKeepAlive,
  SipApplicationSession,
  SipServletMessage,
  SipServletRequest,
  SipServletResponse,
  SipSession,
} from "./api/object-model.js";
export { AttributeStore } from "./api/attribute-store.js";
export type { HeaderMap } from "./api/b2bua-helper.js";
export type { BodyPart, MessageContent, Multipart } from "./api/multipart.js";
export type { OutboundInterface } from "./api/outbound-interface.js";
export type { CancelReason } from "./api/proxy.js";
export type { ProxyTarget, ProxyWay } from "./api/proxy-target.js";
export { SC } from "./api/sc.js";
export type { Refresher, SessionKeepAlivePreference } from "./api/session-keep-alive.js";
export type { SessionProtocol } from "./api/sip-application-session.js";
export type { HeaderForm } from "./api/sip-servlet-message.js";
export type { SipSessionState } from "./api/sip-session.js";
export type { UaMode } from "./api/ua-mode.js";

// ---- api: addresses and URIs (JSR 289 §4)
export { Address } from "./api/address.js";
export { Parameterable } from "./api/parameterable.js";
export { SipUri } from "./api/sip-uri.js";
export { TelUri } from "./api/tel-uri.js";
export { Uri } from "./api/uri.js";

// ---- api: what can be injected (JSR 289 §4, §9, JSR 359)
export { AuthInfo } from "./api/auth-info.js";
export {
  Bridge,
  BridgeFactory,
  BridgeHooks,
  type BridgeEnd,
  type BridgeLeg,
  type BridgeOptions,
  type BridgeState,
  type BridgeTarget,
  type BridgeTransfer,
  type HeaderRules,
  type RelinkOptions,
  type TopologyHiding,
} from "./api/bridge.js";
export { DnsResolver } from "./api/dns-resolver.js";
export {
  ManagedScheduledSipExecutorService,
  type LastExecution,
  type Trigger,
} from "./api/managed-scheduled-sip-executor-service.js";
export { ManagedSipExecutorService } from "./api/managed-sip-executor-service.js";
export { PushService, type PushMessage, type PushSubscription } from "./api/push-service.js";
export { SipContextService, type ContextualProxy } from "./api/sip-context-service.js";
export { SipFactory } from "./api/sip-factory.js";
export { SipSessionsUtil } from "./api/sip-sessions-util.js";
export type { TaskFuture } from "./api/task-future.js";
export type { TaskOptions } from "./api/task-options.js";
export { TimerService, type TimerOptions } from "./api/timer-service.js";

// ---- api: the application and its servlets (JSR 289 §2, §3, §18)
export type { AccessRequirements, TransportGuarantee } from "./api/access-requirements.js";
export type { ApplicationSettings } from "./api/application-settings.js";
export type { ConcurrencyMode } from "./api/concurrency-mode.js";
export type { Predicate } from "./api/predicate.js";
export type { ServletClass, ServletOptions } from "./api/servlet-class.js";
export type { SipServletConfig } from "./api/sip-servlet-config.js";
export { SipServletContext, contextAttribute } from "./api/sip-servlet-context.js";

// ---- api: transports (RFC 5626, RFC 7118)
export { Flow } from "./api/flow.js";
export { SipWebSocketContext, type Principal } from "./api/sip-web-socket-context.js";

// ---- api: listeners and their events (JSR 289 §8)
export {
  SipApplicationSessionActivationListener,
  SipApplicationSessionAttributeListener,
  SipApplicationSessionBindingListener,
  SipApplicationSessionListener,
  type SipApplicationSessionBindingEvent,
  type SipApplicationSessionEvent,
} from "./api/application-session-listener.js";
export { SipErrorListener, type SipErrorEvent } from "./api/error-listener.js";
export { FlowListener } from "./api/flow-listener.js";
export { SipServletListener, type SipServletContextEvent } from "./api/servlet-listener.js";
export {
  SipSessionActivationListener,
  SipSessionAttributeListener,
  SipSessionBindingListener,
  SipSessionListener,
  type SipSessionBindingEvent,
  type SipSessionEvent,
} from "./api/session-listener.js";
export { RegistrationListener, type RegisteredContact, type RegistrationEvent } from "./api/registration-listener.js";
export { TimerListener } from "./api/timer-listener.js";

// ---- api: application routing (JSR 289 §15)
export {
  NEUTRAL_REGION,
  ORIGINATING_REGION,
  TERMINATING_REGION,
  type SipApplicationRouterInfo,
  type SipApplicationRoutingDirective,
  type SipApplicationRoutingRegion,
  type SipApplicationRoutingRegionType,
  type SipRouteModifier,
  type SipTargetedRequestInfo,
  type SipTargetedRequestType,
} from "./api/application-routing.js";

// ---- decorators: classes (JSR 289 §18, JSR 359)
export { SipApplication } from "./decorators/sip-application.js";
export { SipApplicationKey } from "./decorators/sip-application-key.js";
export { SipListener } from "./decorators/sip-listener.js";
export { SipServlet } from "./decorators/sip-servlet.js";

// ---- decorators: handler methods (JSR 359)
export { Ack } from "./decorators/ack.js";
export { AnyMethod } from "./decorators/any-method.js";
export { AnyResponse } from "./decorators/any-response.js";
export { BranchResponse } from "./decorators/branch-response.js";
export { Bye } from "./decorators/bye.js";
export { Cancel } from "./decorators/cancel.js";
export { ErrorResponse } from "./decorators/error-response.js";
export { Info } from "./decorators/info.js";
export { Invite } from "./decorators/invite.js";
export { Message } from "./decorators/message.js";
export { Notify } from "./decorators/notify.js";
export { Options } from "./decorators/options.js";
export { Prack } from "./decorators/prack.js";
export { ProvisionalResponse } from "./decorators/provisional-response.js";
export { Publish } from "./decorators/publish.js";
export { RedirectResponse } from "./decorators/redirect-response.js";
export { Refer } from "./decorators/refer.js";
export { Register } from "./decorators/register.js";
export { Subscribe } from "./decorators/subscribe.js";
export { SuccessResponse } from "./decorators/success-response.js";
export { Update } from "./decorators/update.js";

// ---- decorators: security (JSR 289 §17, JSR 250)
export { DeclareRoles } from "./decorators/declare-roles.js";
export { RunAs } from "./decorators/run-as.js";
export { SipSecurity } from "./decorators/sip-security.js";
export type { SecurityRecord } from "./metadata/security-record.js";

// ---- decorators: to compose own ones from (JSR 359)
export { applyDecorators } from "./decorators/apply-decorators.js";
export type {
  HandlerDecorator,
  RequestHandlerDecorator,
  ResponseHandlerDecorator,
} from "./decorators/handler-decorator.js";
export { SipMethod } from "./decorators/sip-method.js";
export { SipPredicate } from "./decorators/sip-predicate.js";
export { SipResponseCode } from "./decorators/sip-response-code.js";
export { SipResponseRange } from "./decorators/sip-response-range.js";

// ---- decorators: beans (JSR 359, JSR 250)
export { SipApplicationSessionScoped } from "./decorators/sip-application-session-scoped.js";
export { SipInvocationScoped } from "./decorators/sip-invocation-scoped.js";
export { postConstruct } from "./decorators/post-construct.js";
export { preDestroy } from "./decorators/pre-destroy.js";

// ---- the application: what is deployed (JSR 289 §16, §19)
export type {
  ApplicationDefinition,
  HttpRouter,
  ListenerDefinition,
  ServletDefinition,
  ServletMapping,
} from "./model/application-definition.js";
export type { ApplicationModel, ListenerModel, ServletModel } from "./model/application-model.js";
export {
  and,
  contains,
  equal,
  exists,
  not,
  or,
  subdomainOf,
  type ComparisonOptions,
  type Condition,
  type RequestVariable,
} from "./model/condition.js";
export { formatHandlerTable } from "./model/format-handler-table.js";
export type { HandlerMethod, StatusRange } from "./model/handler-method.js";
export type { HandlerTable, HandlerTie } from "./model/handler-table.js";
export type { SecurityConstraintDefinition, SecurityDefinition } from "./model/security-definition.js";
export type { AccessRule, AccessRules } from "./model/access-rules.js";
export type { DescriptorServlet, LoginConfig, SecurityConstraint, SipDescriptor } from "./model/sip-descriptor.js";
export { SipServletBase } from "./model/sip-servlet-base.js";
export { readSipXml, type SipXmlReading } from "./scanner/descriptor/read-sip-xml.js";

// ---- application routers (JSR 289 §15, appendix C)
export { DefaultApplicationRouter, type DefaultRouterOptions } from "./router/default/default-application-router.js";
export type { RouterSource } from "./router/default/router-source.js";
export {
  defineRouter,
  type RouterAnswer,
  type RouterDefinition,
  type RouterQuestion,
} from "./router/defined/define-router.js";
export type { NextStep, RouteStep, UriSource } from "./router/defined/next-step.js";
export type { RouterStep } from "./router/defined/step-router.js";
export { routingRegion } from "./router/routing-region.js";
export type { RouterInput } from "./bootstrap/router-input.js";

export type { AccessListOptions } from "./security/access-list.js";
export type { NetworkAccessOptions } from "./security/network-access.js";
export type {
  ApplicationSecurityOptions,
  AuthenticationOptions,
  HandshakeIdentity,
  SecurityOptions,
} from "./security/security-options.js";

// ---- users (JSR 289 §17, RFC 7616)
export {
  htdigestFile,
  HtdigestUserStore,
  MemoryUserStore,
  verifyPassword,
  type HtdigestUserStoreOptions,
  type StoredUser,
} from "@siplet/core";

// ---- errors
export { DeploymentError } from "./errors/deployment-error.js";
export type { DeploymentProblem, DeploymentProblemCode } from "./errors/deployment-problem.js";
export { IllegalArgumentError } from "./errors/illegal-argument-error.js";
export { IllegalStateError } from "./errors/illegal-state-error.js";
export { Rel100Error } from "./errors/rel100-error.js";
export { RouterConfigurationError, type RouterConfigurationFault } from "./errors/router-configuration-error.js";
export { ServletError, isServletError, type ServletErrorOptions } from "./errors/servlet-error.js";
export type { ServletErrorCode } from "./errors/servlet-error-table.js";
export { ServletParseError } from "./errors/servlet-parse-error.js";
export { SipError, isSipError, type SipErrorHeaders, type SipErrorOptions } from "./errors/sip-error.js";
export { TooManyHopsError } from "./errors/too-many-hops-error.js";
export { UnsupportedOperationError } from "./errors/unsupported-operation-error.js";

// ---- the container (JSR 289 §15, JSR 359)
export { bootstrap } from "./bootstrap/bootstrap.js";
export { MemorySessionStore } from "./session/memory-session-store.js";
export {
  defaultAnswerTimeouts,
  type AnswerTimeouts,
  type ContainerApplication,
  type ContainerOptions,
} from "./bootstrap/container-options.js";
export type { HttpOptions, OriginPolicy, SipHandshake, SipWebSocketOptions } from "./http/server/http-options.js";
export type { HttpSessionOptions } from "./http/session/http-session-options.js";
export { closeOnSignals, type Closable, type CloseOnSignalsOptions } from "./operations/close-on-signals.js";
export type { ContainerLoad, ContainerState } from "./operations/metrics/observed-container.js";
export type { OperationsOptions } from "./operations/operations-options.js";
export { SipContainer, type ContainerCounts } from "./bootstrap/sip-container.js";

// ---- injection
export type { Bind, BeanToken, InjectionSetup } from "./di/application-injector.js";
export { ContainerModule, inject, injectable, multiInject, named, optional, tagged } from "./di/injection.js";
