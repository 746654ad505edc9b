import type { SipApplicationSession } from "./object-model.js";

/** Something happened to an application session. JSR 289 §8. */
export interface SipApplicationSessionEvent {
  readonly kind: "SipApplicationSession";
  readonly applicationSession: SipApplicationSession;
}

/** Something happened to an attribute of an application session. JSR 289 §8. */
export interface SipApplicationSessionBindingEvent extends SipApplicationSessionEvent {
  /** Name of the attribute. */
  readonly name: string;
}

/** Life of the application sessions of an application. Every method is optional. JSR 289 §8. */
export abstract class SipApplicationSessionListener {
  sessionCreated?(event: SipApplicationSessionEvent): void | Promise<void>;
  sessionDestroyed?(event: SipApplicationSessionEvent): void | Promise<void>;
  /** The session has expired; only `setExpires` called here prolongs its life. */
  sessionExpired?(event: SipApplicationSessionEvent): void | Promise<void>;
  /** The session will be invalidated unless `invalidateWhenReady` is set to false here. */
  sessionReadyToInvalidate?(event: SipApplicationSessionEvent): void | Promise<void>;
}

/** Attributes of the application sessions of an application. Every method is optional. JSR 289 §8. */
export abstract class SipApplicationSessionAttributeListener {
  attributeAdded?(event: SipApplicationSessionBindingEvent): void | Promise<void>;
  attributeRemoved?(event: SipApplicationSessionBindingEvent): void | Promise<void>;
  attributeReplaced?(event: SipApplicationSessionBindingEvent): void | Promise<void>;
}

/** Application sessions that leave this engine or come to it. JSR 289 §8. */
export abstract class SipApplicationSessionActivationListener {
  sessionWillPassivate?(event: SipApplicationSessionEvent): void | Promise<void>;
  sessionDidActivate?(event: SipApplicationSessionEvent): void | Promise<void>;
}

/** Implemented by a value that wants to know when it becomes an attribute. Not deployed. JSR 289 §8. */
export abstract class SipApplicationSessionBindingListener {
  valueBound?(event: SipApplicationSessionBindingEvent): void;
  valueUnbound?(event: SipApplicationSessionBindingEvent): void;
}
