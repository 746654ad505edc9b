import type { SipSession } from "./object-model.js";

/** Something happened to a session. JSR 289 §8. */
export interface SipSessionEvent {
  readonly kind: "SipSession";
  readonly session: SipSession;
}

/** Something happened to an attribute of a session. JSR 289 §8. */
export interface SipSessionBindingEvent extends SipSessionEvent {
  /** Name of the attribute. */
  readonly name: string;
}

/** Life of the sessions of an application. Every method is optional. JSR 289 §8. */
export abstract class SipSessionListener {
  sessionCreated?(event: SipSessionEvent): void | Promise<void>;
  sessionDestroyed?(event: SipSessionEvent): void | Promise<void>;
  /** The session will be invalidated unless `invalidateWhenReady` is set to false here. */
  sessionReadyToInvalidate?(event: SipSessionEvent): void | Promise<void>;
}

/** Attributes of the sessions of an application. Every method is optional. JSR 289 §8. */
export abstract class SipSessionAttributeListener {
  attributeAdded?(event: SipSessionBindingEvent): void | Promise<void>;
  attributeRemoved?(event: SipSessionBindingEvent): void | Promise<void>;
  attributeReplaced?(event: SipSessionBindingEvent): void | Promise<void>;
}

/** Sessions that leave this engine or come to it. JSR 289 §8. */
export abstract class SipSessionActivationListener {
  sessionWillPassivate?(event: SipSessionEvent): void | Promise<void>;
  sessionDidActivate?(event: SipSessionEvent): void | Promise<void>;
}

/** Implemented by a value that wants to know when it becomes an attribute. Not deployed. JSR 289 §8. */
export abstract class SipSessionBindingListener {
  valueBound?(event: SipSessionBindingEvent): void;
  valueUnbound?(event: SipSessionBindingEvent): void;
}
