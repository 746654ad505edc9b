// foundation: errors, time, log, random
export { EngineError, isEngineError, type EngineErrorOptions } from "./errors/engine-error.js";
export { errorTable, type EngineErrorCode, type ErrorEntry } from "./errors/error-table.js";
export type { Clock, TimerHandle } from "./clock/clock.js";
export { systemClock } from "./clock/system-clock.js";
export { consoleLogger, type LineWriter, type LogLevel } from "./log/console-logger.js";
export { silentLogger, type Logger, type LogMethod } from "./log/logger.js";
export { PooledRandomSource } from "./random/pooled-random-source.js";
export type { RandomSource } from "./random/random-source.js";
export { systemRandom } from "./random/system-random.js";
// text and URIs
export { splitCommaList } from "./grammar/comma-list.js";
export { canonicalHost, formatHost } from "./grammar/host.js";
export {
  ParameterList,
  type ParameterEntry,
  type ParameterInput,
  type ParametersInit,
} from "./grammar/parameter-list.js";
export { Parameters } from "./grammar/parameters.js";
export { quote, unquote } from "./grammar/quoted-string.js";
export { isToken } from "./grammar/token.js";
export { addressOfRecordKey } from "./uri/address-of-record-key.js";
export { OtherUri } from "./uri/other-uri.js";
export { parseUri, tryParseUri } from "./uri/parse-uri.js";
export { requestParts, toRequestUri, type RequestParts } from "./uri/request-parts.js";
export { SipUri, type SipUriParts } from "./uri/sip-uri.js";
export { sipToTel, telToSip, type TelGateway } from "./uri/tel-conversion.js";
export { TelUri, type TelUriParts } from "./uri/tel-uri.js";
export { UriHeaders, type UriHeader, type UriHeadersInit } from "./uri/uri-headers.js";
export { UriParameters } from "./uri/uri-parameters.js";
export type { UriValue } from "./uri/uri-value.js";
export type { Uri } from "./uri/uri.js";
// headers: the table
export {
  headerDefinition,
  headerDefinitions,
  headerKey,
  serializeHeader,
  type CanonicalHeaderName,
  type HeaderDefinition,
  type HeaderInput,
  type HeaderName,
  type HeaderOccurrence,
  type HeaderOccurs,
  type HeaderResult,
  type HeaderTypes,
} from "./headers/header-table.js";
export { peekTag } from "./headers/peek-tag.js";
// headers: the values
export type { AuthParametersInit } from "./headers/auth-quoting.js";
export { AuthenticationInfo } from "./headers/authentication-info.js";
export { Challenge } from "./headers/challenge.js";
export { Contact, type ContactParts } from "./headers/contact.js";
export { ContentDisposition, type ContentDispositionParts } from "./headers/content-disposition.js";
export { Credentials } from "./headers/credentials.js";
export { parseCSeq, type CSeq } from "./headers/cseq.js";
export { EventPackage, type EventPackageParts } from "./headers/event-package.js";
export { HeaderValue } from "./headers/header-value.js";
export { Identity } from "./headers/identity.js";
export { Join, type JoinParts } from "./headers/join.js";
export { MediaType, parseMediaType } from "./headers/media-type.js";
export { MinSe } from "./headers/min-se.js";
export { NameAddress, parseNameAddress, type NameAddressParts } from "./headers/name-address.js";
export { ParameterSet } from "./headers/parameter-set.js";
export { ParameterizedText, parseParameterizedText } from "./headers/parameterized-text.js";
export { ParameterizedToken } from "./headers/parameterized-token.js";
export { parseTopVia, parseVia } from "./headers/parse-via.js";
export type { RAck } from "./headers/rack.js";
export { Reason, type ReasonParts } from "./headers/reason.js";
export { Replaces, type ReplacesParts } from "./headers/replaces.js";
export type { ResourcePriority } from "./headers/resource-priority.js";
export { RetryAfter, type RetryAfterParts } from "./headers/retry-after.js";
export { SessionExpires, type SessionExpiresParts } from "./headers/session-expires.js";
export { SessionId } from "./headers/session-id.js";
export { SubscriptionState, type SubscriptionStateParts } from "./headers/subscription-state.js";
export { TargetDialog, type TargetDialogParts } from "./headers/target-dialog.js";
export type { Timestamp } from "./headers/timestamp.js";
export { Via, type ViaParts } from "./headers/via.js";
export type { Warning } from "./headers/warning.js";
// messages
export { leafParts, readBody, type BodyPart } from "./message/body-part.js";
export { bodyText, textOf, type TypedBody } from "./message/body-text.js";
export { checkBody, type BodyRejection, type UnderstoodBodies } from "./message/check-body.js";
export { checkComplete, missingHeaders } from "./message/check-complete.js";
export { checkRequest, type RequestRejection } from "./message/check-request.js";
export { decodeContent, encodeContent, isContentCoding, type ContentCoding } from "./message/content-coding.js";
export { createResponse, type ResponseOptions } from "./message/create-response.js";
export { createHeaderField, HeaderField } from "./message/header-field.js";
export { MessageBuilder, type BodyInput } from "./message/message-builder.js";
export { createsDialog, methods, refreshesTarget, type MethodDefinition } from "./message/methods.js";
export {
  createPart,
  dispositionOf,
  joinParts,
  type MultipartBody,
  type MultipartOptions,
  type PartContent,
  type PartHeaders,
} from "./message/multipart.js";
export { type ParseFailure } from "./message/parse-failure.js";
export { defaultParseLimits, type ParseLimits } from "./message/parse-limits.js";
export { parseMessage } from "./message/parse-message.js";
export { RequestBuilder } from "./message/request-builder.js";
export { ResponseBuilder } from "./message/response-builder.js";
export { serializeMessage, type SerializeOptions } from "./message/serialize-message.js";
export { SipMessage } from "./message/sip-message.js";
export { SipRequest } from "./message/sip-request.js";
export { SipResponse } from "./message/sip-response.js";
export { reasonPhrase, reasonPhrases } from "./message/status-codes.js";
export { StreamFramer, type FramerUser } from "./message/stream-framer.js";
export { fieldsWithoutTopVia } from "./message/top-via.js";
// transport
export { createVia } from "./transport/create-via.js";
export { formatEndpoint, type Endpoint } from "./transport/endpoint.js";
export { FlowTable, isSameFlow, type FlowAddress } from "./transport/flow/flow-table.js";
export { FlowToken, type FlowTokenOptions, type FlowVerdict } from "./transport/flow/flow-token.js";
export { KeepAlive, type KeepAliveOptions } from "./transport/keep-alive/keep-alive.js";
export {
  expectKeepAlives,
  pingInterval,
  type PingInterval,
  type PingTiming,
} from "./transport/keep-alive/ping-interval.js";
export { messageRateLimit, type MessageRateOptions } from "./transport/layer/message-rate.js";
export { recordSource } from "./transport/layer/record-source.js";
export type { ResponseLocator } from "./transport/layer/response-path.js";
export { SizeRule, type ProtocolChoice, type RequestHop, type SizeRuleOptions } from "./transport/layer/size-rule.js";
export {
  TransportLayer,
  type Admission,
  type MessageUser,
  type TransportLayerOptions,
} from "./transport/layer/transport-layer.js";
export type { ListenOptions } from "./transport/listener/listener.js";
export { LoopbackConnection, type LoopbackOptions } from "./transport/loopback/loopback-connection.js";
export { MachineAddresses, type InterfaceReader } from "./transport/machine-addresses.js";
export { NetworkList } from "./transport/network-list.js";
export { reachableAddress, type ReachableAddress } from "./transport/reachable-address.js";
export type { ConnectionLimits } from "./transport/stream/connection-limits.js";
export type { StreamListenOptions } from "./transport/stream/socket-transport.js";
export type { BoundedOutputOptions } from "./transport/tap/bounded-output.js";
export { HepTap, type HepTapOptions } from "./transport/tap/hep-tap.js";
export { LogTap, type LogTapOptions } from "./transport/tap/log-tap.js";
export { maskCredentials } from "./transport/tap/mask-credentials.js";
export { PcapTap, type PcapTapOptions } from "./transport/tap/pcap-tap.js";
export { TappedMessage, type Direction, type TransportTap } from "./transport/tap/tapped-message.js";
export { tcpTransport, type TcpOptions } from "./transport/tcp/tcp-transport.js";
export { sipIdentities, type KeyUsageRule } from "./transport/tls/peer-identity.js";
export type { DomainCredentials, TlsCredentials } from "./transport/tls/tls-credentials.js";
export type { TlsSettings } from "./transport/tls/tls-server-options.js";
export { tlsTransport, type TlsOptions, type TlsTransport } from "./transport/tls/tls-transport.js";
export type {
  AdvertisedAddress,
  Connection,
  ConnectionSecurity,
  Destination,
  PingOutcome,
  Transport,
  TransportContext,
  TransportFactory,
  TransportProtocol,
  TransportUser,
} from "./transport/transport.js";
export { udpTransport, type UdpOptions } from "./transport/udp/udp-transport.js";
export { defaultPort, viaPort, viaText, type ViaMarks } from "./transport/via.js";
// transactions
export type { ClientTransaction } from "./transaction/client-transaction.js";
export type { ServerTransaction, ServerTransactionUser } from "./transaction/server-transaction.js";
export { RequestSender, type RequestSenderParts, type SendStatelessOptions } from "./transaction/request-sender.js";
export type { DeferredRequestRouter, RequestRoute, RequestRouter } from "./transaction/request-route.js";
export { nextHopUri } from "./transaction/next-hop-target.js";
export { SentRequest, type SendRequestOptions, type SentRequestUser } from "./transaction/sent-request.js";
export { MergedRequests } from "./transaction/merged-requests.js";
export { answerCancel } from "./transaction/answer-cancel.js";
export { cancelRequest } from "./transaction/failure-ack.js";
export { statelessResponse, type StatelessResponseOptions } from "./transaction/stateless-response.js";
export { defaultTimerValues, transactionTimeout, type TimerValues } from "./transaction/timer-values.js";
export { TransactionLayer, type SendOptions, type TransactionLayerOptions } from "./transaction/transaction-layer.js";
export type { ClientTransactionUser, TransactionUser } from "./transaction/transaction-user.js";
// dialogs
export { detachedText } from "./grammar/detached-text.js";
export { dialogId, dialogIdOfRequest, dialogIdOfResponse } from "./dialog/dialog-id.js";
export { Dialog, type DialogRejection } from "./dialog/dialog.js";
export type { DialogSnapshot, DialogState } from "./dialog/dialog-snapshot.js";
export { DialogUsages, failureScope, type DialogUsage, type FailureScope } from "./dialog/dialog-usages.js";
export { needsSecureContact, needsSecureOwnContact } from "./dialog/secure-contact.js";
// user agents
export {
  SipUserAgent,
  type InviteOptions,
  type MethodHandler,
  type UserAgentEvents,
} from "./ua/agent/sip-user-agent.js";
export type { UserAgentOptions, UserAgentStack } from "./ua/agent/user-agent-options.js";
export type { IncomingText } from "./ua/agent/incoming-text.js";
export { Call, type CallInfoOptions, type ChangeSessionOptions, type HangUpOptions } from "./ua/call/call.js";
export type { CallEnd, CallEvents, CallInfo, CallProgress, CallState } from "./ua/call/call-events.js";
export type { CallSnapshot } from "./ua/call/call-snapshot.js";
export type { AnswerOptions, IncomingCall, ProgressOptions, RejectOptions } from "./ua/call/incoming-call.js";
export type { OutgoingCall } from "./ua/call/outgoing-call.js";
export type { IncomingRefer, ReferReport } from "./ua/referral/incoming-refer.js";
export type { OutgoingRefer, OutgoingReferEvents, ReferOptions } from "./ua/referral/outgoing-refer.js";
export { DescribedMedia, type CallMedia, type MediaWish } from "./ua/session/call-media.js";
export type { SessionChange } from "./ua/session/session-change.js";
export { Listeners, type EventMap, type Listener } from "./ua/listeners.js";
export { createLocalResponse } from "./ua/local-response.js";
export { BodyCheck, type AcceptedBodies } from "./ua/checks/body-check.js";
export { RequestChecks, type RequestRules, type RequestSurroundings } from "./ua/checks/request-checks.js";
export { createRefusal, type RequestRefusal } from "./ua/checks/request-refusal.js";
export { requireDigest } from "./ua/checks/require-digest.js";
export { dtmfRelayType, parseDtmf, writeDtmfRelay, type DtmfTone } from "./ua/info/dtmf-relay.js";
export { InfoPackages } from "./ua/info/info-packages.js";
export {
  ReferNotifier,
  type ReferNotifierParts,
  type ReferNotifierSnapshot,
  type ReferNotifierUser,
} from "./ua/refer/refer-notifier.js";
export { readRefer, type ReferOrder, type RefusedRefer } from "./ua/refer/refer-order.js";
export {
  ReferSubscription,
  type ReferSubscriptionParts,
  type ReferSubscriptionUser,
} from "./ua/refer/refer-subscription.js";
export { parseSipfrag, sipfragType, writeSipfrag, type ReferredStatus } from "./ua/refer/sipfrag.js";
export { matchJoin, type JoinableDialogs, type JoinVerdict } from "./ua/replace/match-join.js";
export { matchReplaces, type ReplacesVerdict } from "./ua/replace/match-replaces.js";
export type { Refused, ReplaceableDialog, ReplaceableDialogs } from "./ua/replace/replaceable-dialog.js";
export { createAnswer, refuseOffer, type CreatedAnswer } from "./ua/sdp/create-answer.js";
export { answerDirection, directionOf, holdDirection, isHeld, withDirections } from "./ua/sdp/media-direction.js";
export {
  parseSessionDescription,
  writeSessionDescription,
  type MediaDescription,
  type MediaDirection,
  type SessionDescription,
} from "./ua/sdp/session-description.js";
export { continueSession } from "./ua/sdp/session-origin.js";
export { addOptionTag, hasOptionTag, optionTags, understands, type OptionTagHeader } from "./ua/option-tags.js";
export type { SessionRejection } from "./ua/session-rejection.js";
export type { UsageContext } from "./ua/usage-context.js";
export { glareDelay, rejectRequest } from "./ua/invite/glare.js";
export { InviteClient, type InviteClientParts, type InviteClientUser } from "./ua/invite/invite-client.js";
export { InviteClientBranch, type InviteClientBranchState } from "./ua/invite/invite-client-branch.js";
export {
  InviteServer,
  type InviteServerUser,
  type PrackOutcome,
  type ProvisionalReliability,
} from "./ua/invite/invite-server.js";
export { ReceivedProvisionals, type ProvisionalStanding } from "./ua/invite/received-provisionals.js";
export {
  ReliableProvisionals,
  type ReliableProvisionalsParts,
  type ReliableProvisionalsUser,
} from "./ua/invite/reliable-provisionals.js";
export { rackOf, responseNumberOf } from "./ua/response-number.js";
export {
  SessionTransactions,
  type ReceivedInviteState,
  type ReceivedUpdateState,
  type SentInviteState,
} from "./ua/invite/session-transactions.js";
export {
  SuccessRetransmission,
  type SuccessRetransmissionParts,
  type SuccessRetransmissionUser,
} from "./ua/invite/success-retransmission.js";
export { OfferAnswer } from "./ua/offer-answer/offer-answer.js";
export type {
  OfferAnswerSnapshot,
  OfferAnswerState,
  OfferCarrier,
  OpenOffer,
  SessionEnd,
  SilentInvite,
} from "./ua/offer-answer/offer-answer-snapshot.js";
export { hasSessionDescription, sessionDescriptionOf } from "./ua/offer-answer/session-description-of.js";
export type { SessionRole } from "./ua/offer-answer/session-role.js";
export {
  answerSessionTimer,
  type SessionTimerAnswer,
  type SessionTimerWish,
} from "./ua/session-timer/answer-session-timer.js";
export {
  completeProxySuccess,
  proxySessionTimer,
  writeProxySessionTimer,
  type ProxySessionTimer,
  type ProxySessionTimerVerdict,
} from "./ua/session-timer/proxy-session-timer.js";
export {
  SessionTimer,
  type RunningInterval,
  type SessionTimerParts,
  type SessionTimerSettings,
  type SessionTimerSnapshot,
  type SessionTimerUser,
} from "./ua/session-timer/session-timer.js";
export {
  leastInterval,
  readSessionTimer,
  type RefresherRole,
  type SessionTimerFields,
} from "./ua/session-timer/session-timer-fields.js";
// proxy: one request and its branches
export { chooseBest, finishBest, type Candidate, type FinishOptions } from "./proxy/context/best-response.js";
export { ProxyBranch, type ProxyBranchState } from "./proxy/context/proxy-branch.js";
export { ProxyContext } from "./proxy/context/proxy-context.js";
export type { ProxyContextParts, ProxyContextState } from "./proxy/context/proxy-context-parts.js";
export type { AlternativeTarget, BranchDefaults, BranchOptions, ProxyOptions } from "./proxy/context/proxy-options.js";
export type { BranchSender, ProxyServices, SentBranch } from "./proxy/context/proxy-services.js";
export type { ProxyUser, ResponseVerdict } from "./proxy/context/proxy-user.js";
export type { ForkMode } from "./proxy/context/target-set.js";
// proxy: what is done to a request
export { forwardAck, type ForwardAckOptions } from "./proxy/forward/forward-ack.js";
export { forwardOn } from "./proxy/forward/forward-on.js";
export { forwardRequest, type ForwardedRequest } from "./proxy/forward/forward-request.js";
export type { ForwardOptions, ForwardServices } from "./proxy/forward/forward-services.js";
export type { GruuLookUp } from "./proxy/forward/gruu-target.js";
export { namedListener } from "./proxy/forward/outbound-listener.js";
export {
  StatelessProxy,
  type StatelessProxyOptions,
  type StatelessProxyServices,
} from "./proxy/forward/stateless-proxy.js";
export { forwardCopy } from "./proxy/request/forward-copy.js";
export { isLooped, loopHash, type OwnVias } from "./proxy/request/loop-detection.js";
export { isForUs, isOwnUri, portOf, type OwnAddresses } from "./proxy/request/own-uri.js";
export { reasonField } from "./proxy/request/reason-field.js";
export { ownRouteFields, type OwnRouteOptions, type Passage } from "./proxy/request/record-route.js";
export { adaptToStrictRouter, pushRoutes } from "./proxy/request/strict-route.js";
export { popOwnRoutes, takeOwnRoutes, type RoutedRequest } from "./proxy/request/take-own-routes.js";
export {
  rejectionResponse,
  validateRequest,
  type ProxyRejection,
  type ProxyRules,
} from "./proxy/request/validate-request.js";
// proxy: flows, preferences, the whole
export { edgeOptions, edgePath, edgeRecordRoute, isFirstHop, type FlowPassage } from "./proxy/edge/edge-routes.js";
export { flowRoute, type FlowRoute } from "./proxy/edge/flow-route.js";
export type { FlowTokens } from "./proxy/edge/flow-tokens.js";
export {
  locatedContacts,
  proxyTarget,
  rankTargets,
  type Located,
  type LocatedFlow,
  type LocatedTarget,
  type ProxyTarget,
} from "./proxy/edge/located-targets.js";
export { callerPreferences, hasCallerPreferences, type RankedContact } from "./proxy/preferences/caller-preferences.js";
export { requestDisposition, type RequestDisposition } from "./proxy/preferences/request-disposition.js";
export { SipProxy, type SipProxyServices } from "./proxy/sip-proxy.js";
export type { LookUpResult, RouteDecision, SipProxyOptions } from "./proxy/sip-proxy-options.js";
// registration and events
export {
  ClientExchange,
  type ExchangeOutcome,
  type ExchangeParts,
  type ExchangePlan,
  type SenderPort,
} from "./ua/exchange/client-exchange.js";
export { Compositor, type CompositorOptions, type PublishedPackage } from "./ua/event/publication/compositor.js";
export {
  MemoryPublicationStore,
  type PublicationRecord,
  type PublicationStore,
  type PublishedState,
} from "./ua/event/publication/publication-store.js";
export {
  Publication,
  type PublicationFailure,
  type PublicationOptions,
  type PublicationParts,
  type PublicationUser,
} from "./ua/event/publication/publication.js";
export type {
  EventPackageSupport,
  EventState,
  SubscriptionDecision,
  TerminationReason,
  WatchedSubscription,
} from "./ua/event/notifier/event-package-support.js";
export { NotifierSubscription, type NotifierSubscriptionSnapshot } from "./ua/event/notifier/notifier-subscription.js";
export { Notifier, type NotifierOptions } from "./ua/event/notifier/notifier.js";
export type { SubscriptionEnd, SubscriptionRetry } from "./ua/event/subscriber/subscription-end.js";
export type {
  EventParts,
  SubscriptionOptions,
  SubscriptionSnapshot,
} from "./ua/event/subscriber/subscription-options.js";
export { Subscriber, type SubscriberOptions } from "./ua/event/subscriber/subscriber.js";
export { Subscription, type SubscriptionUser } from "./ua/event/subscriber/subscription.js";
export { OutboundRegistration } from "./ua/registration/outbound-registration.js";
export type { OutboundRegistrationOptions, OutboundRegistrationUser } from "./ua/registration/outbound-registration.js";
export type { LookUpFlow, LookUpOutcome, LookUpTarget } from "./ua/registration/registrar/look-up.js";
export type {
  Binding,
  KnownInstance,
  LocationRecord,
  ReceivedFrom,
} from "./ua/registration/registrar/location-record.js";
export { liveBindings } from "./ua/registration/registrar/location-record.js";
export { MemoryLocationStore, type LocationStore } from "./ua/registration/registrar/location-store.js";
export { RegistrarCore } from "./ua/registration/registrar/registrar-core.js";
export type { DomainLookUp } from "./ua/registration/registrar/registrar-domains.js";
export type {
  BindingChange,
  RegistrarOptions,
  RegistrarPolicy,
} from "./ua/registration/registrar/registrar-options.js";
export { Registration, type QueryCallback } from "./ua/registration/registration.js";
export type {
  OutboundFlow,
  RegistrationFailure,
  RegistrationOptions,
  RegistrationParts,
  RegistrationUser,
} from "./ua/registration/registration-options.js";
export type {
  RegisteredBinding,
  RegisteredGruus,
  RegistrationSnapshot,
} from "./ua/registration/registration-snapshot.js";
export type { RegistrationState } from "./ua/registration/registration-table.js";
// the stack
export { SipStack, type ListenInput, type SipStackOptions } from "./stack/sip-stack.js";
export { parseListenPoint, type ListenPoint } from "./stack/listen-point.js";
// location
export { Locator, type LocateOptions, type LocatorOptions } from "./locate/locator.js";
export type { HopSource, LocateResponseTarget, LocateTarget, NextHop } from "./locate/hop/next-hop.js";
export type { HopProtocol } from "./locate/hop/protocols.js";
export { HopCursor, type HopCursorOptions } from "./locate/hop/hop-cursor.js";
export {
  ServerPenalties,
  type HopFailure,
  type HopStanding,
  type PenaltyLimits,
} from "./locate/hop/server-penalties.js";
export type {
  AddressRecord,
  DnsAnswer,
  DnsFailure,
  DnsNegative,
  DnsRecordType,
  DnsResolver,
  NaptrRecord,
  SrvRecord,
} from "./locate/dns/dns-resolver.js";
export { SystemDnsResolver, type SystemDnsResolverOptions } from "./locate/dns/system-dns-resolver.js";
export { DnsCache, type DnsCacheOptions } from "./locate/dns/dns-cache.js";
export type { DnsCacheLimits } from "./locate/dns/answer-cache.js";
export { resolveEnum, toEnumDomain, type EnumOptions, type EnumResult } from "./locate/enum.js";
// authentication
export {
  authenticationWords,
  isChallengeable,
  type AuthenticationRole,
  type AuthenticationWords,
} from "./auth/digest/authentication-role.js";
export { parseDigestInfo, serializeDigestInfo, type DigestInfo } from "./auth/digest/digest-info.js";
export {
  digestAlgorithms,
  hashOf,
  isSessionAlgorithm,
  parseDigestAlgorithm,
  type DigestAlgorithm,
  type DigestHash,
  type DigestQop,
} from "./auth/digest/digest-algorithm.js";
export {
  parseDigestChallenges,
  selectDigestChallenges,
  serializeDigestChallenge,
  type DigestChallenge,
} from "./auth/digest/digest-challenge.js";
export {
  computeDigestResponse,
  computeHa1,
  computeRspauth,
  computeUserhash,
  digestHash,
  type DigestInput,
} from "./auth/digest/digest-computation.js";
export {
  parseDigestCredentials,
  serializeDigestCredentials,
  type DigestCredentials,
} from "./auth/digest/digest-credentials.js";
export type { DigestParse } from "./auth/digest/digest-parse.js";
export { ha1Of, type Ha1Secret, type PasswordSecret, type UserSecret } from "./auth/digest/user-secret.js";
export type {
  ChallengeOutcome,
  ReceivedChallenges,
  UnansweredReason,
  UnansweredRealm,
} from "./auth/client/challenge-outcome.js";
export type { CredentialsLookup, CredentialsQuery, DigestRequest } from "./auth/client/credentials-lookup.js";
export {
  noAuthorization,
  type AuthorizationField,
  type DigestAuthorization,
} from "./auth/client/digest-authorization.js";
export { DigestClient, type DigestClientOptions } from "./auth/client/digest-client.js";
export type {
  DigestClientSession,
  DigestClientSnapshot,
  ReceivedInfo,
  ServerProof,
} from "./auth/client/digest-client-session.js";
export type { ProtectionSpace } from "./auth/client/protection-space.js";
export type { AttemptGuard, AuthenticationAttempt } from "./auth/server/attempt-guard.js";
export type { DigestAcceptance } from "./auth/server/digest-acceptance.js";
export {
  DigestServer,
  type AuthenticatedRequest,
  type ChallengeOptions,
  type InfoOptions,
} from "./auth/server/digest-server.js";
export type { DigestServerOptions } from "./auth/server/digest-server-options.js";
export type {
  AuthenticationChallenge,
  ChallengeReason,
  DigestVerdict,
  RejectionReason,
} from "./auth/server/digest-verdict.js";
export { MemoryNonceRegister, type MemoryNonceRegisterOptions } from "./auth/server/memory-nonce-register.js";
export { NonceIssuer, type NonceIssuerOptions, type NonceState } from "./auth/server/nonce-issuer.js";
export type { NonceRegister, NonceUse } from "./auth/server/nonce-register.js";
export { isRelatedUri, type UriPolicy } from "./auth/server/related-uri.js";
export { htdigestFile, type HtdigestReader } from "./auth/users/htdigest-reader.js";
export { HtdigestUserStore, type HtdigestUserStoreOptions } from "./auth/users/htdigest-user-store.js";
export { MemoryUserStore, type StoredUser } from "./auth/users/memory-user-store.js";
export type { HtdigestProblem, LongHash } from "./auth/users/parse-htdigest.js";
export { andThen, type SyncOrPromise } from "./auth/users/sync-or-promise.js";
export type { User, UserStore } from "./auth/users/user-store.js";
export { verifyPassword } from "./auth/users/verify-password.js";
// identity and privacy
export {
  screenReceivedIdentity,
  screenSentIdentity,
  type IdentityDecision,
  type ReceivedIdentity,
  type SentIdentity,
} from "./auth/identity/asserted-identity.js";
export type { HeaderEdits, HeaderText } from "./auth/identity/header-edits.js";
export { readIdentities } from "./auth/identity/identity-values.js";
export { parsePrivacy, serializePrivacy, type Privacy, type PrivacyLevel } from "./auth/identity/privacy.js";
export {
  anonymizeAddress,
  anonymousUri,
  applyPrivacy,
  type PrivacyOutcome,
  type PrivacyRequest,
} from "./auth/identity/privacy-service.js";
export { TrustDomain, type PeerIdentity, type TrustDomainOptions } from "./auth/identity/trust-domain.js";
