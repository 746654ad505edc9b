import { describe, expectTypeOf, it } from "vitest";
import type {
  AutomaticProcessingListener,
  Flow,
  FlowListener,
  ServletTimer,
  SipApplicationSession,
  SipApplicationSessionActivationListener,
  SipApplicationSessionAttributeListener,
  SipApplicationSessionBindingEvent,
  SipApplicationSessionBindingListener,
  SipApplicationSessionEvent,
  SipApplicationSessionListener,
  SipErrorEvent,
  SipErrorListener,
  SipServletContext,
  SipServletContextEvent,
  SipServletListener,
  SipServletRequest,
  SipServletResponse,
  SipSession,
  SipSessionActivationListener,
  SipSessionAttributeListener,
  SipSessionBindingEvent,
  SipSessionBindingListener,
  SipSessionEvent,
  SipSessionListener,
  TimerListener,
} from "../src/index.js";
import type { OwnMembers } from "./own-members.js";

/** May take its time. */
type Told<E> = (event: E) => void | Promise<void>;

/** May not: the change is already made. */
type Noticed<E> = (event: E) => void;

describe("JSR 289 §8 listeners", () => {
  it("of application sessions: every method is optional", () => {
    expectTypeOf<OwnMembers<SipApplicationSessionListener>>().toEqualTypeOf<{
      sessionCreated?: Told<SipApplicationSessionEvent>;
      sessionDestroyed?: Told<SipApplicationSessionEvent>;
      sessionExpired?: Told<SipApplicationSessionEvent>;
      sessionReadyToInvalidate?: Told<SipApplicationSessionEvent>;
    }>();
    expectTypeOf<OwnMembers<SipApplicationSessionAttributeListener>>().toEqualTypeOf<{
      attributeAdded?: Told<SipApplicationSessionBindingEvent>;
      attributeRemoved?: Told<SipApplicationSessionBindingEvent>;
      attributeReplaced?: Told<SipApplicationSessionBindingEvent>;
    }>();
    expectTypeOf<OwnMembers<SipApplicationSessionActivationListener>>().toEqualTypeOf<{
      sessionWillPassivate?: Told<SipApplicationSessionEvent>;
      sessionDidActivate?: Told<SipApplicationSessionEvent>;
    }>();
    expectTypeOf<OwnMembers<SipApplicationSessionBindingListener>>().toEqualTypeOf<{
      valueBound?: Noticed<SipApplicationSessionBindingEvent>;
      valueUnbound?: Noticed<SipApplicationSessionBindingEvent>;
    }>();
  });

  it("of sessions: every method is optional", () => {
    expectTypeOf<OwnMembers<SipSessionListener>>().toEqualTypeOf<{
      sessionCreated?: Told<SipSessionEvent>;
      sessionDestroyed?: Told<SipSessionEvent>;
      sessionReadyToInvalidate?: Told<SipSessionEvent>;
    }>();
    expectTypeOf<OwnMembers<SipSessionAttributeListener>>().toEqualTypeOf<{
      attributeAdded?: Told<SipSessionBindingEvent>;
      attributeRemoved?: Told<SipSessionBindingEvent>;
      attributeReplaced?: Told<SipSessionBindingEvent>;
    }>();
    expectTypeOf<OwnMembers<SipSessionActivationListener>>().toEqualTypeOf<{
      sessionWillPassivate?: Told<SipSessionEvent>;
      sessionDidActivate?: Told<SipSessionEvent>;
    }>();
    expectTypeOf<OwnMembers<SipSessionBindingListener>>().toEqualTypeOf<{
      valueBound?: Noticed<SipSessionBindingEvent>;
      valueUnbound?: Noticed<SipSessionBindingEvent>;
    }>();
  });

  it("of errors, flows, servlets, timers and of what ends a dialog", () => {
    expectTypeOf<OwnMembers<SipErrorListener>>().toEqualTypeOf<{
      noAckReceived?: Told<SipErrorEvent>;
      noPrackReceived?: Told<SipErrorEvent>;
    }>();
    expectTypeOf<OwnMembers<FlowListener>>().toEqualTypeOf<{ flowFailed: Told<Flow> }>();
    expectTypeOf<OwnMembers<SipServletListener>>().toEqualTypeOf<{
      servletInitialized: Told<SipServletContextEvent>;
    }>();
    expectTypeOf<OwnMembers<TimerListener>>().toEqualTypeOf<{ timeout: Told<ServletTimer> }>();
    expectTypeOf<OwnMembers<AutomaticProcessingListener>>().toEqualTypeOf<{
      outgoingRequest?: Noticed<SipServletRequest>;
      outgoingResponse?: Noticed<SipServletResponse>;
      incomingRequest?: Noticed<SipServletRequest>;
      incomingResponse?: Noticed<SipServletResponse>;
    }>();
  });

  it("get these events; their kind tells the two sorts of session apart", () => {
    expectTypeOf<SipApplicationSessionEvent>().toEqualTypeOf<{
      readonly kind: "SipApplicationSession";
      readonly applicationSession: SipApplicationSession;
    }>();
    expectTypeOf<OwnMembers<SipApplicationSessionBindingEvent, SipApplicationSessionEvent>>().toEqualTypeOf<{
      readonly name: string;
    }>();
    expectTypeOf<SipSessionEvent>().toEqualTypeOf<{ readonly kind: "SipSession"; readonly session: SipSession }>();
    expectTypeOf<OwnMembers<SipSessionBindingEvent, SipSessionEvent>>().toEqualTypeOf<{ readonly name: string }>();
    expectTypeOf<SipErrorEvent>().toEqualTypeOf<{
      readonly request: SipServletRequest;
      readonly response: SipServletResponse;
    }>();
    expectTypeOf<SipServletContextEvent>().toEqualTypeOf<{
      readonly servletContext: SipServletContext;
      readonly servletName: string;
      readonly servlet: object;
    }>();
    const sessionOf = (event: SipSessionEvent | SipApplicationSessionEvent) =>
      event.kind === "SipSession" ? event.session : event.applicationSession;
    expectTypeOf(sessionOf).returns.toEqualTypeOf<SipSession | SipApplicationSession>();
  });
});
