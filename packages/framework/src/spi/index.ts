// What others replace: stores, users, application routers, HTTP servers. Reached as `@siplet/framework/spi`.
export type { Awaitable } from "./awaitable.js";
export type {
  ContainerObserver,
  InvocationEnd,
  ObservedInvocation,
  ObservedTransaction,
  TransactionEnd,
} from "./container-observer.js";
export type { Binding, KnownInstance, LocationRecord, LocationStore, ReceivedFrom } from "./location-store.js";
export type { ConvergedApplication, HttpBridge, HttpResources } from "./http-bridge.js";
export type { PlainValue, SessionSnapshot } from "./session-snapshot.js";
export type { CommitResult, SessionCommit, SessionLookup, SessionStore, StoredSession } from "./session-store.js";
export type { RoutingState, SipApplicationRouter, SipApplicationRouterProvider } from "./sip-application-router.js";
export type { User, UserStore } from "./user-store.js";
